"""From a picture file to the 512 x 512 frame that the networks see, saying what had to be done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vtube.avatar.picture import template
from vtube.avatar.picture.cutout import without_background
from vtube.avatar.picture.decode import Decoded, decode
from vtube.avatar.picture.head import find_head
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame


@dataclass(frozen=True)
class PreparedPicture:
    """A character ready for a renderer."""

    frame: Frame
    """512 x 512."""

    notes: tuple[str, ...]
    """What was done to the file's pixels, in words; empty when they are used as they are."""


def load_picture(source: Path | bytes) -> PreparedPicture:
    """Read a character from a file or from its bytes.

    512 x 512 RGBA is used bit by bit. Everything else is prepared: a plain background is taken away, another size
    is scaled, and when the head then lies outside the template's box, the figure is moved into it.

    Raises:
        PictureError: not a picture, damaged, too large.
    """
    decoded = decode(source)
    if decoded.as_stored and decoded.pixels.shape == (SIZE, SIZE, 4):
        return PreparedPicture(decoded.pixels, decoded.notes)
    return _prepared(decoded)


def _prepared(decoded: Decoded) -> PreparedPicture:
    picture, notes = _transparent(decoded.pixels)
    scaled, how = _to_size(picture)
    head = find_head(scaled)
    if head is None or not template.is_head_off(head):
        return PreparedPicture(scaled, (*decoded.notes, *notes, *how))
    try:
        fitted, how = template.fit(picture)
    except PictureError:
        fitted = scaled
    return PreparedPicture(fitted, (*decoded.notes, *notes, *how))


def _transparent(picture: Frame) -> tuple[Frame, tuple[str, ...]]:
    if picture[..., 3].min() < 255:
        return picture, ()
    try:
        return without_background(picture), ("the picture has no transparency: took the plain background away",)
    except PictureError as error:
        return picture, (f"the picture has no transparency, and {error}",)


def _to_size(picture: Frame) -> tuple[Frame, tuple[str, ...]]:
    """The whole picture in the middle of 512 x 512."""
    height, width = picture.shape[:2]
    if (width, height) == (SIZE, SIZE):
        return picture, ()
    scale = SIZE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    frame = np.zeros((SIZE, SIZE, 4), np.uint8)
    x, y = (SIZE - size[0]) // 2, (SIZE - size[1]) // 2
    small = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
    frame[y : y + size[1], x : x + size[0]] = np.asarray(small)
    return frame, (f"scaled the picture from {width} x {height} to {SIZE} x {SIZE}",)
