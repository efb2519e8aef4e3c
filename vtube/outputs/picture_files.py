"""One PNG per frame."""

from __future__ import annotations

import re
from pathlib import Path

import cv2

from vtube.frame import Frame
from vtube.outputs.base import OutputEndedError

NUMBER = re.compile(r"%(0?[1-9])?d")
"""Where the frame's number goes in the name: `%d`, `%5d`, `%05d`."""

COMPRESSION = 1
"""zlib level: the fastest one that compresses."""


class PictureFiles:
    """Writes `frames/00000.png`, `frames/00001.png`, ..., transparency kept."""

    name = "file"
    keeps_every_frame = True

    def __init__(self, pattern: Path) -> None:
        """`pattern` has one `%05d` or the like in its last part."""
        self._pattern = pattern
        self._next = 0
        self.detail = str(pattern)

    def open(self) -> None:
        """Start to count at 0.

        Raises:
            OutputEndedError: the folder is missing, or holds pictures with these names already.
        """
        self._next = 0
        if not self._pattern.parent.is_dir():
            raise OutputEndedError(f"there is no folder {self._pattern.parent}; make it, or write somewhere else")
        if self._path(0).exists():
            raise OutputEndedError(f"{self._path(0)} exists; use an empty folder, nothing is overwritten")

    def send(self, frame: Frame, _now: float) -> None:
        """Write the next picture.

        Raises:
            OutputEndedError: the disk is full or the folder is gone.
        """
        _, png = cv2.imencode(
            ".png", cv2.cvtColor(frame, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, COMPRESSION]
        )
        path = self._path(self._next)
        try:
            path.write_bytes(png.data)
        except OSError as error:
            raise OutputEndedError(f"{path} cannot be written: {error.strerror or error}") from None
        self._next += 1

    def close(self) -> None:
        """Every picture is complete already."""

    def _path(self, number: int) -> Path:
        return self._pattern.with_name(NUMBER.sub(lambda match: match[0] % number, self._pattern.name))
