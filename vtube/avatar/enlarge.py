"""A drawn picture at another size than the networks draw."""

from __future__ import annotations

import numpy as np
from PIL import Image

from vtube.frame import Frame

SMALLEST, LARGEST = 16, 4096
"""Sizes in pixels that a client may ask for."""


def enlarge(frame: Frame, size: int) -> Frame:
    """`frame` at `size` x `size` pixels by Lanczos' filter; itself when it has that size.

    Pillow resamples RGBA with premultiplied colours: what is hidden under transparency does not bleed in.
    """
    if frame.shape[:2] == (size, size):
        return frame
    return np.array(Image.fromarray(frame).resize((size, size), Image.Resampling.LANCZOS))
