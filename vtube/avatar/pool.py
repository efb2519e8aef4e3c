"""Memory for large frames: fresh pages from the system cost more than a frame's drawing."""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame

KEPT = 6
"""Frames that outputs, the loop and the page hold at the same time."""


class FramePool:
    """Hands out frames of one size, and takes memory back when nobody has the frame that it held any more.

    Used from one thread. What others keep, a view or a buffer of a frame too, keeps its memory from being used again.
    """

    def __init__(self) -> None:
        self._size = (0, 0)
        self._kept: list[tuple[bytearray, weakref.ref[NDArray[np.uint8]]]] = []

    def take(self, width: int, height: int) -> Frame:
        """A frame with anything in it, (height, width, 4)."""
        if self._size != (width, height):
            self._size, self._kept = (width, height), []
        free = next((index for index, (_, user) in enumerate(self._kept) if user() is None), None)
        memory = bytearray(width * height * 4) if free is None else self._kept.pop(free)[0]
        pixels = np.frombuffer(memory, np.uint8)  # views of it refer to this array, so that it lives as long as they
        if len(self._kept) < KEPT:
            self._kept.append((memory, weakref.ref(pixels)))
        return pixels.reshape(height, width, 4)
