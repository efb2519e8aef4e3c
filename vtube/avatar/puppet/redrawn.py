"""Where THA3 draws a face anew even at rest: it closes a mouth that is open in the drawing, and the chin follows.

There the drawing may never show through, however little a face differs from the neutral one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.layout import Box
from vtube.frame import SIZE, Frame

SIGMA = 1.5
"""Of the blur before both are compared, pixels of 512: THA3 softens every line, which is no change."""
CERTAIN, AROUND = 32, 10
"""Of 255: a place that differs so much is drawn anew, and so is all around it that differs by AROUND."""
LEAST = 12
"""Pixels of 512 that must be certain."""
OPAQUE = 250
"""Alpha of the drawing from which on it can be compared."""
GROWN = 7
"""Side of the square by which such a place grows, pixels of 512."""


def redrawn(own: Frame, neutral: Frame) -> NDArray[np.uint8]:
    """How much of each pixel the drawing may not show, (rows, columns), 0 to 255.

    Args:
        own: the face's box of the drawing at 512, RGBA.
        neutral: the exact face of zeros in it, (rows, columns, 3).
    """
    off = cv2.absdiff(
        *(cv2.GaussianBlur(np.ascontiguousarray(each[..., :3]), (0, 0), SIGMA) for each in (own, neutral))
    )
    most = np.where(own[..., 3] >= OPAQUE, off.max(2), 0)
    count, parts = cv2.connectedComponents((most > AROUND).astype(np.uint8))
    certain = np.bincount(parts[most > CERTAIN], minlength=count) >= LEAST
    certain[0] = False
    places = np.where(certain[parts], 255, 0).astype(np.uint8)
    grown = cv2.dilate(places, np.ones((GROWN, GROWN), np.uint8))
    return np.asarray(cv2.GaussianBlur(grown, (0, 0), 1), np.uint8)


def own_face(drawing: Frame, place: Box) -> Frame:
    """The face's box of a drawing of any size, brought to 512, RGBA; `place`: the box at the drawing's size."""
    detail = len(drawing) // SIZE
    part = cv2.cvtColor(np.ascontiguousarray(drawing[place.slices]), cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(part, (place.width // detail, place.height // detail), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)
