"""What a picture is on its way from the renderer to the outputs."""

from __future__ import annotations

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
