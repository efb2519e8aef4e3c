"""The clips and the sounds in the user's own folder, within bounds of number and room."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from vtube.clips.claims import Claims
from vtube.clips.clip import UNDER_WAY, Clip
from vtube.errors import OutputError
from vtube.paths import is_file, is_folder, is_there, read_bounded, remove, user_folder, write_whole
from vtube.settings.complaints import complaining

log = logging.getLogger(__name__)

FOLDER = "clips"
ABOUT, TEXT, CONFIG, LOG, CHARACTER, SOUNDS = "clip.json", "text.txt", "settings.yaml", "log.txt", "character", "sounds"
REMOVED = "removed"
"""Marks what is left of a clip of which a file was open when it was removed."""
KEY = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
MOST_CLIPS = 200
MOST_SOUNDS = 20
MOST_SOUND_BYTES = 500_000_000
MAX_ABOUT_BYTES = 1_000_000
FREE_TO_BEGIN, FREE_TO_GO_ON = 1_000_000_000, 300_000_000
"""Bytes that a disk must have left."""


def new_key(now: float | None = None) -> str:
    """A key that nobody guesses and that sorts by time."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{secrets.token_hex(3)}"


class Shelf:
    """The folder `clips`. For one thread at a time, but for what only reads."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: by default `clips` in the user's own; made when something is put there."""
        self.folder = folder or user_folder() / FOLDER
        self.claims = Claims(self.folder)

    def all(self) -> list[Clip]:
        """Every clip that can be read, the oldest first; previews of a program that has ended are removed."""
        if not is_folder(self.folder):
            return []
        found = []
        for folder in sorted(self.folder.iterdir()):
            if is_there(folder / REMOVED):
                self.remove(folder.name)
            elif (clip := self._read(folder)) is not None:
                found.append(clip)
        for clip in found:
            if clip.order.preview and not self.claims.holds(clip.key) and not self.claims.is_elsewhere(clip.key):
                self.remove(clip.key)
        return [clip for clip in found if not clip.order.preview]

    def one(self, key: str) -> Clip | None:
        """A clip as it is kept; None when there is none of that key, or a preview."""
        clip = self._read(self.folder / key) if KEY.fullmatch(key) else None
        return None if clip is None or clip.order.preview else clip

    def path(self, clip: Clip, name: str = "") -> Path:
        """A file of a clip; its folder without a name."""
        return self.folder / clip.key / name

    def video(self, clip: Clip) -> Path:
        """Where its video goes."""
        return self.path(clip, clip.file_name)

    def keep(self, clip: Clip) -> None:
        """Write what is known of a clip.

        Raises:
            OutputError: the disk cannot be written.
        """
        self.write(clip, ABOUT, json.dumps(clip.to_json(), ensure_ascii=False, indent=1))

    def write(self, clip: Clip, name: str, text: str) -> Path:
        """Write a file of a clip.

        Raises:
            OutputError: the disk cannot be written.
        """
        path = self.path(clip, name)
        try:
            write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
        return path

    def remove(self, key: str) -> None:
        """Remove a clip with all its files.

        What cannot be removed now, as Windows keeps a video that somebody watches, is no clip any more; the next start
        removes it.
        """
        with contextlib.suppress(OSError):
            remove(self.folder / key / ABOUT)
        self.claims.release(key)
        shutil.rmtree(self.folder / key, ignore_errors=True)
        if is_there(self.folder / key):
            with contextlib.suppress(OSError):
                (self.folder / key / REMOVED).touch()

    def check_room(self, clips: Iterable[Clip] = (), least: int = FREE_TO_BEGIN) -> None:
        """Refuse what there is no room for.

        Raises:
            OutputError: there are too many clips, or the disk is nearly full.
        """
        kept = sum(not clip.order.preview for clip in clips)
        if kept >= MOST_CLIPS:
            raise OutputError(f"{MOST_CLIPS} clips are kept already; delete some first")
        free = self.free()
        if free < least:
            raise OutputError(f"the disk of {self.folder} has {free / 1e9:.1f} GB left; a clip needs {least / 1e9:.1f}")

    def free(self) -> int:
        """Bytes that the disk has left."""
        folder = self.folder
        while not is_there(folder) and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def new_sound(self, ending: str) -> tuple[str, BinaryIO]:
        """A key and a file for a sound that is handed in; `ending` is that of its name.

        Raises:
            OutputError: the disk is nearly full or cannot be written.
        """
        self.check_room()
        ending = ending.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", ending) else ""
        key = f"{new_key()}{ending}"
        try:
            (self.folder / SOUNDS).mkdir(parents=True, exist_ok=True)
            return key, (self.folder / SOUNDS / key).open("xb")
        except OSError as error:
            raise OutputError(f"cannot write {self.folder / SOUNDS}: {error.strerror or error}") from None

    def sound(self, key: str) -> Path | None:
        """Where a sound is; None when there is none of that key."""
        path = self.folder / SOUNDS / key
        return path if KEY.match(key) and path.name == key and is_file(path) else None

    def remove_sound(self, key: str) -> None:
        """Remove a sound."""
        with contextlib.suppress(OSError):
            remove(self.folder / SOUNDS / key)

    def tidy_sounds(self, clips: Iterable[Clip], most: int = MOST_SOUNDS) -> None:
        """Remove the oldest sounds of which no clip is made, but the newest `most`."""
        folder, used = self.folder / SOUNDS, {clip.order.sound for clip in clips}
        if not is_folder(folder):
            return
        free = sorted(path.name for path in folder.iterdir() if path.name not in used)
        for name in free[: max(0, len(free) - most)]:
            self.remove_sound(name)

    def _read(self, folder: Path) -> Clip | None:
        if not KEY.fullmatch(folder.name) or not is_there(folder / ABOUT):  # another program may be about to write it
            return None
        clip = None  # whatever is in a file, the others are shown
        with complaining(log, folder, f"the clip {folder} cannot be read", Exception):
            values = json.loads(read_bounded(folder / ABOUT, MAX_ABOUT_BYTES))
            elsewhere = values["state"] in UNDER_WAY and self.claims.is_elsewhere(folder.name)
            clip = Clip.from_json(values, elsewhere=elsewhere)
        if clip is None or clip.key != folder.name:
            return None
        if clip.state == "done" and not is_file(self.video(clip)):
            return clip.at_rest("failed", "its video is gone")
        return clip
