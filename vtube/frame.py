"""What a picture is on its way from the renderer to the outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""Shape (height, width, 4), RGBA, straight alpha, sRGB, C-contiguous. Never written to once handed on."""

Rgb = NDArray[np.uint8]
"""An opaque picture, shape (height, width, 3), sRGB, C-contiguous. Never written to once handed on."""

SIZE = 512
"""Width and height of a THA3 picture, pixels."""


def blank(width: int = SIZE, height: int = SIZE) -> Frame:
    """A fully transparent frame."""
    return np.zeros((height, width, 4), np.uint8)


@dataclass(frozen=True, slots=True)
class View:
    """What of a character's 512 x 512 picture is shown, and how large.

    A point (x, y) of it, from its upper left corner, comes to (x * scale_x + left, y * scale_y + top), pixels from the
    upper left corner of a frame of width x height.
    """

    width: int = SIZE
    height: int = SIZE
    scale_x: float = 1.0
    scale_y: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def scale(self) -> float:
        """The larger of both."""
        return max(self.scale_x, self.scale_y)


WHOLE = View()
"""The picture as it is."""
