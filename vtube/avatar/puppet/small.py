"""Frames in which the character is smaller than her picture: drawn larger and averaged.

A warp reads one place for each pixel. Where pixels lie further apart than those of the canvas, it passes over thin
lines, which come out dotted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vtube.frame import SIZE, Frame, View

SMALL = 0.8
"""The scale of a view below which lines break up."""
FINEST = 8
"""Times as large at most; a character smaller than that is a stamp."""
MOST_PIXELS = 1280 * 720
"""Of a frame: a larger one with a tiny character is left to those who draw it on a card."""


@dataclass(frozen=True, slots=True)
class Averaged:
    """Where in a frame the character is, and how that part is drawn larger.

    Attributes:
        view: of the part, `times` as large.
    """

    left: int
    top: int
    right: int
    bottom: int
    times: int
    view: View

    @classmethod
    def of(cls, view: View) -> Averaged | None:
        """None for views that need none of it."""
        if view.scale >= SMALL or view.width * view.height > MOST_PIXELS:
            return None
        corners = view.places() @ np.array([[0, SIZE, 0, SIZE], [0, 0, SIZE, SIZE], [1, 1, 1, 1]], np.float64)
        left, top = (max(0, math.floor(low)) for low in corners.min(1))
        right = min(view.width, math.ceil(corners[0].max()))
        bottom = min(view.height, math.ceil(corners[1].max()))
        if right <= left or bottom <= top:
            return None
        times = min(FINEST, math.ceil(1 / view.scale))
        larger = replace(
            view,
            width=(right - left) * times,
            height=(bottom - top) * times,
            scale_x=view.scale_x * times,
            scale_y=view.scale_y * times,
            left=(view.left - left) * times,
            top=(view.top - top) * times,
        )
        return cls(left, top, right, bottom, times, larger)

    def put(self, large: Frame, frame: Frame) -> None:
        """Fill `frame` with the part, which was drawn as `view` says; both straight alpha."""
        shown = cv2.cvtColor(large, cv2.COLOR_RGBA2mRGBA)
        size = self.right - self.left, self.bottom - self.top
        part = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
        frame[:] = 0
        frame[self.top : self.bottom, self.left : self.right] = cv2.cvtColor(part, cv2.COLOR_mRGBA2RGBA)
