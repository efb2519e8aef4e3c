"""The camera's end of a bake in another process."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import remains
from vtube.avatar.puppet.file import puppet_path
from vtube.avatar.puppet.folder import baking_folder
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.paths import remove, write_whole
from vtube.processes.background import background_process, messages
from vtube.threads import Worker

log = logging.getLogger(__name__)

PICTURE = "picture.png"
MODULE = "vtube.avatar.puppet.background_worker"

Hear = Callable[[Mapping[str, Any]], None]


class BakingProcess:
    """One bake in the background."""

    def __init__(self, character: Character, variant: str, hear: Hear) -> None:
        """Start it, at low priority.

        Args:
            character: whose puppet is made.
            variant: the weights to follow.
            hear: told each line of `worker`, from a thread of this; the last one is `ended`, with the exit code.

        Raises:
            ModelError: the disk cannot be written, or the process cannot be started.
        """
        self._hear = hear
        puppet = puppet_path(character.digest, variant)
        path = baking_folder(puppet) / PICTURE
        remains.bound(puppet)
        try:
            write_picture(character.frame, path)
            _write_source(character, path)
            self._process = background_process(MODULE, [str(path), variant])
        except OSError as error:
            raise ModelError(f"cannot bake in the background: {error.strerror or error}") from None
        Worker("baking", self._listen).start()

    def stop(self) -> None:
        """Let it end in its own time, some seconds; what is done is kept. Harmless when called twice."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                log.debug("the bake has ended already")

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or None when it has not ended in time."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _listen(self, _: threading.Event) -> None:
        """Until the process ends, which it does when `stop` closes its input."""
        lines = self._process.stdout
        if lines is None:
            return
        with lines:
            for message in messages(lines):
                self._hear(message)
        self._hear({"ended": self._process.wait()})


def write_picture(picture: Frame, path: Path) -> None:
    """`picture`, bit by bit.

    Raises:
        OSError: the disk cannot be written.
    """
    write_whole(path, lambda part: Image.fromarray(picture).save(part, "PNG", compress_level=1))


def _write_source(character: Character, path: Path) -> None:
    """The drawing at its own size beside `path`, where `larger_file` looks for it."""
    larger = path.with_suffix(".large.png")
    if len(character.source) > len(character.frame):
        write_picture(character.source, larger)
    else:
        remove(larger)
