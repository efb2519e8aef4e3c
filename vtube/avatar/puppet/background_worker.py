"""A bake in a process of its own, for a camera that runs.

`python -m vtube.avatar.puppet.background_worker PICTURE VARIANT`

PICTURE is a 512 x 512 RGBA PNG, used bit by bit; the drawing at its own size may lie beside it as PICTURE.large.png.
Each line on the standard output is a JSON object: how far it is, `published` when the file is there or better, or
`failed`. It ends when its standard input does, which is when the camera stops it or is no more; what is done is kept.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import cv2

from vtube.avatar.picture.character import Character
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.drawing import larger_file
from vtube.avatar.puppet.bake import Baking
from vtube.avatar.puppet.evaluate import Quality
from vtube.avatar.puppet.file import FINISHED, load, puppet_path, shipped
from vtube.avatar.puppet.folder import baking_folder, lock_path
from vtube.avatar.puppet.progress import StageProgress
from vtube.avatar.puppet.sampling import Teacher
from vtube.clock import monotonic
from vtube.errors import ModelError, VtubeError
from vtube.frame import SIZE
from vtube.paths import exclusive
from vtube.processes.standard_input import patient
from vtube.threads import Worker, lower_process

Say = Callable[[Mapping[str, Any]], None]

EVERY_S = 0.5
"""Between two lines about progress."""
GRACE_S = 5.0
"""For the stage that it is in to end; then the process does."""
WAITING = "waiting for another vtube"


class _StoppedError(BaseException):
    """The camera wants no more."""


class BackgroundBake:
    """One bake that tells how far it is."""

    def __init__(
        self, character: Character, variant: str, say: Say, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._character, self._variant, self._say, self._stopped = character, variant, say, stopped
        self._path = puppet_path(character.digest, variant)
        self._said = float("-inf")
        self._seen = self._changed_at()

    def __call__(self, make_teacher: Callable[[], Teacher]) -> None:
        """Bake, or wait while another process does, and say how it ends; stopped, just return."""
        try:
            with exclusive(lock_path(self._path), waiting=self._look):
                self._bake(make_teacher)
        except VtubeError as error:
            self._say({"failed": str(error)})
        except _StoppedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the camera is told before the process ends
            self._say({"failed": f"{type(error).__name__}: {error}"})

    def _bake(self, make_teacher: Callable[[], Teacher]) -> None:
        if self._look_at_file():
            return
        teacher = make_teacher()
        try:
            Baking(
                self._character,
                self._variant,
                teacher,
                baking_folder(self._path),
                self._report,
                published=self._published,
                ancestor=shipped(),
            )(self._path)
        finally:
            teacher.close()

    def _report(self, step: StageProgress) -> None:
        self._check()
        now = monotonic()
        if now - self._said >= EVERY_S:
            self._said = now
            self._say(
                {
                    "stage": step.stage.partition(" ")[0],
                    "progress": round(step.progress, 4),
                    "seconds_left": round(step.seconds_left),
                }
            )

    def _published(self, stage: str, quality: Quality) -> None:
        self._say({"published": stage, "quality": quality.as_numbers()})

    def _look(self) -> None:
        """While another process bakes: tell when its file is there or better."""
        self._check()
        if self._said == float("-inf"):
            self._said = monotonic()
            self._say({"stage": WAITING})
        if self._changed_at() != self._seen:
            self._look_at_file()

    def _look_at_file(self) -> bool:
        """Tell what is there; whether it is finished."""
        self._seen = self._changed_at()
        try:
            puppet = load(self._path, self._character.digest)
        except ModelError:
            return False
        self._say({"published": puppet.stage, "quality": dict(puppet.quality)})
        return puppet.stage == FINISHED

    def _changed_at(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def _check(self) -> None:
        if self._stopped():
            raise _StoppedError


def read_character(path: Path) -> Character:
    """A prepared character, with its drawing if that lies beside it.

    Raises:
        PictureError: it cannot be read.
        ModelError: the file is not one.
    """
    pixels = decode(path).pixels
    if pixels.shape != (SIZE, SIZE, 4):
        raise ModelError(f"{path.name} is not a prepared character")
    return Character(pixels, path.name, larger_file(path, pixels))


def watch(
    pipe: BinaryIO, stopped: threading.Event, leave: Callable[[int], None] = os._exit, grace_s: float = GRACE_S
) -> None:
    """Set `stopped` when `pipe` ends, and leave for good if that is not enough: files are replaced at once."""
    while pipe.read(1):
        pass
    stopped.set()
    threading.Timer(grace_s, leave, [0]).run()


def main() -> int:
    """Run as a process."""
    lower_process()
    cv2.setNumThreads(1)
    stopped = threading.Event()
    Worker("end of input", lambda _: watch(patient(sys.stdin.buffer), stopped)).start()
    try:
        character, variant = read_character(Path(sys.argv[1])), sys.argv[2]
    except VtubeError as error:
        _print({"failed": str(error)})
        return 1
    BackgroundBake(character, variant, _print, stopped.is_set)(lambda: _teacher(character, variant))
    return 0


def _teacher(character: Character, variant: str) -> Teacher:
    from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
    from vtube.avatar.engines.request import Request

    threads = max(1, (os.cpu_count() or 1) // 2)
    return OpenVinoRenderer(Request(character, variant, threads=threads), keep_linear=True)


def _print(line: Mapping[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
