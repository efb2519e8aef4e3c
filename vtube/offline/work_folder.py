"""What a film leaves beside it while it is made, so that the same command goes on where it was stopped.

clip.mp4.parts/job.json     what is made: a digest of everything that it depends on
               clip.npz     poses and sound: a voice need not say the same twice
               00000.mkv    finished segments, each a film of its own
"""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from vtube.errors import ModelError, OutputError, missing_folder
from vtube.offline.captions import Caption, Chapter
from vtube.offline.clip import Clip
from vtube.paths import exclusive, is_folder, is_there, remove, replace, write_whole

log = logging.getLogger(__name__)

JOB, CLIP, LOCK = "job.json", "clip.npz", "lock"


class WorkFolder:
    """The folder of one film; held by one process at a time.

    Attributes:
        out: where the film goes.
        resumed: whether an earlier run with the same digest left something.
    """

    def __init__(self, wanted: Path, digest: str) -> None:
        """Take the folder of `wanted`, or of `clip-2.mp4` where `clip.mp4` is a finished film.

        Raises:
            OutputError: the folder is missing or cannot be written to.
        """
        if not is_folder(wanted.parent):
            raise OutputError(missing_folder(wanted.parent))
        self._digest = digest
        for number in count(1):
            self.out = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
            self._path = self.out.with_name(self.out.name + ".parts")
            if self._take():
                break
        if self.out != wanted:
            log.warning("%s exists; writing to %s", wanted, self.out.name)
        self.resumed = self._job().get("digest") == digest
        if not self.resumed:
            self._begin_anew()

    def release(self) -> None:
        """Let others take the folder; what the next run goes on with stays."""
        self._lock.__exit__(None, None, None)
        if not is_there(self._path / CLIP) and "left" not in self._job():
            shutil.rmtree(self._path, ignore_errors=True)

    def clip(self) -> Clip | None:
        """The clip of the earlier run; None without one."""
        try:
            with np.load(self._path / CLIP, allow_pickle=False) as kept:
                told = json.loads(str(kept["told"]))
                return Clip(
                    kept["poses"],
                    told["fps"],
                    kept["sound"] if told["heard"] else None,
                    [Caption(**one) for one in told["captions"]],
                    [Chapter(**one) for one in told["chapters"]],
                    kept["drawn"] if len(kept["drawn"]) else None,
                )
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return None

    def keep_clip(self, clip: Clip) -> None:
        """Let the next run have it.

        Raises:
            OutputError: the disk is full.
        """
        told = {
            "fps": clip.fps,
            "heard": clip.sound is not None,
            "captions": [asdict(one) for one in clip.captions],
            "chapters": [asdict(one) for one in clip.chapters],
        }
        nothing = np.empty(0, np.float32)
        sound, marks = (nothing if one is None else one for one in (clip.sound, clip.drawn))

        def write(part: Path) -> None:
            with part.open("wb") as file:
                np.savez(file, poses=clip.poses, sound=sound, drawn=marks, told=json.dumps(told))

        try:
            write_whole(self._path / CLIP, write)
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from None

    def segment(self, number: int, ending: str) -> Path:
        """Where segment `number` is, finished if it exists."""
        return self._path / f"{number:05d}{ending}"

    def beginning(self, ending: str) -> Path:
        """Where a segment is written that is not finished."""
        return self._path / f"next{ending}"

    def whole(self) -> Path:
        """Where the film is put together."""
        return self._path / f"whole{self.out.suffix}"

    def give_out(self, is_finished: bool) -> None:
        """Put `whole` where the film goes; a film that is not finished is replaced by the next run.

        Raises:
            OutputError: the disk cannot be written.
        """
        try:
            replace(self.whole(), self.out)
            if is_finished:
                self.release()
                shutil.rmtree(self._path, ignore_errors=True)
                return
            state = self.out.stat()
            self._write_job({"digest": self._digest, "left": [state.st_size, state.st_mtime_ns]})
        except OSError as error:
            raise OutputError(f"cannot write {self.out}: {error.strerror or error}") from None

    def _take(self) -> bool:
        """Whether this name is free: nothing is there, or what an earlier run left; and nobody works on it."""
        if is_there(self.out) and not self._is_left_over():
            return False
        self._lock = exclusive(self._path / LOCK, timeout_s=0.0)
        try:
            self._lock.__enter__()
        except ModelError as error:
            if is_folder(self._path):
                return False
            raise OutputError(f"{error}; write somewhere else") from None
        return True

    def _is_left_over(self) -> bool:
        state = self.out.stat()
        return self._job().get("left") == [state.st_size, state.st_mtime_ns]

    def _job(self) -> dict[str, Any]:
        try:
            job = json.loads((self._path / JOB).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return job if isinstance(job, dict) else {}

    def _begin_anew(self) -> None:
        job = self._job()
        if job:
            log.warning("what %s holds belongs to other settings; beginning anew", self._path.name)
        try:
            for file in self._path.iterdir():
                if file.name != LOCK:
                    remove(file)
            self._write_job({"digest": self._digest, **({"left": job["left"]} if "left" in job else {})})
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from None

    def _write_job(self, job: dict[str, Any]) -> None:
        write_whole(self._path / JOB, lambda part: part.write_text(json.dumps(job), encoding="utf-8"))
