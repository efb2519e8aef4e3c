"""The whole figure moves with the person: sidewards, up and down, nearer and farther."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from vtube.frame import Frame

IMPERCEPTIBLE_PX = 0.1
"""A lean that moves no pixel further than this is not drawn."""

LeanValues = tuple[float, float, float]
"""x: to the viewer's right, y: up, both in parts of the picture's height; scale: 1 unchanged."""


class LeanEffect:
    """Moves and scales the picture about the middle of its lower edge, between pixels."""

    def __init__(self, lean: Callable[[], LeanValues]) -> None:
        """`lean` gives the values of this moment."""
        self._lean = lean

    def process(self, frame: Frame, _now: float) -> Frame:
        """The moved picture; the same frame when nobody would see a difference."""
        x, y, scale = self._lean()
        height, width = frame.shape[:2]
        if height * max(abs(x), abs(y), abs(scale - 1)) < IMPERCEPTIBLE_PX:
            return frame
        # A picture that rises would show where it is cut off below: it is stretched about its lower edge instead.
        rise = max(y, 0.0)
        middle, lowest = (width - 1) / 2, height - 1
        matrix = np.array(
            [
                [scale, 0, (1 - scale) * middle + x * height],
                [0, scale + rise, (1 - scale - rise) * lowest - (y - rise) * height],
            ]
        )
        moved = cv2.warpAffine(
            cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), matrix, (width, height), flags=cv2.INTER_LINEAR
        )
        result: Frame = cv2.cvtColor(moved, cv2.COLOR_mRGBA2RGBA)
        return result
