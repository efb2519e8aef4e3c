"""The drawing itself: the same picture as the networks' 512 x 512, at the size at which it was drawn."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from vtube.avatar.picture.character import Placement
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.template import resampled
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame

MOST = 4
"""Times the side of the frame: 2048 pixels."""
FILLED = 0.75
"""Of the pixels of a larger picture, along one side, those that the file must have."""
CLOSE_DB = 40.0
"""The drawing brought down to the frame's size is at least so close to the frame; another picture is not."""
ENDINGS = (".large.png", ".large.webp")
"""Of a file beside a picture of 512 x 512 that holds the same at a larger size."""


def drawing_of(source: Frame, placement: Placement, frame: Frame, most: int = MOST) -> Frame:
    """The picture at `SIZE` · k pixels a side, k from 2 to `most` as far as the source fills it; else the frame.

    Args:
        source: the picture at its own size, without its background.
        placement: where it lies in the frame.
        frame: what the networks see.
        most: the largest k.
    """
    filled = [k for k in range(most, 1, -1) if 1 / placement.scale >= FILLED * k]
    if not filled:
        return frame
    k = filled[0]
    large = resampled(
        source, Placement(placement.scale * k, placement.left * k, placement.top * k, placement.rounding), SIZE * k
    )
    return large if _closeness(large, frame) >= CLOSE_DB else frame


def larger_file(picture: Path, frame: Frame) -> Frame:
    """What `NAME.large.png` or `.webp` beside the picture `NAME` holds, if that is the same drawing; else the frame."""
    for ending in ENDINGS:
        try:
            source = decode(picture.with_name(picture.stem + ending)).pixels
        except PictureError:
            continue
        if source.shape[0] == source.shape[1] > SIZE:
            return drawing_of(source, Placement(SIZE / source.shape[0]), frame)
    return frame


def _closeness(large: Frame, frame: Frame) -> float:
    """PSNR of premultiplied colours and alpha, dB, with the better of two usual ways to make a picture smaller."""
    ways = Image.Resampling.BOX, Image.Resampling.LANCZOS
    smaller = (np.asarray(Image.fromarray(large).resize((SIZE, SIZE), way)) for way in ways)
    return max(float(cv2.PSNR(_shown(each), _shown(frame))) for each in smaller)


def _shown(frame: Frame) -> Frame:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), np.uint8)
