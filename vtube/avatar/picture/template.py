"""What THA3 expects of a picture, and putting a picture there.

512 x 512 with transparency; one character, upright and facing the viewer; the head roughly in the 128 x 128 box in
the middle of the upper half; hands below and far from the head; nothing but transparency around it (README of the
THA3 demo, "Constraints on Input Images").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from vtube.avatar.picture.character import AS_IT_IS, Note, Placement
from vtube.avatar.picture.head import Head
from vtube.frame import SIZE, Frame

HEAD_X, HEAD_Y, HEAD_SIZE = 256.0, 128.0, 128.0
"""Middle and side of the template's box, pixels."""

OFF_CENTRE = 20.0
OFF_SIZE = 1.25
"""How far a head may be from the box, and how much larger or smaller, before THA3 draws it visibly worse."""

IN_PLACE, IN_SIZE = 4.0, 1.05
"""Nearer than this, a 512 x 512 picture is left as it is, bit by bit."""

NO_HEAD = "no head can be found; the picture should show one character, upright, from the front"


@dataclass(frozen=True)
class Fitted:
    """A picture in a frame of 512 x 512, with where it and its head lie there, and what was done."""

    frame: Frame
    head: Head | None
    placement: Placement = AS_IT_IS
    notes: tuple[Note, ...] = ()


def scaled(picture: Frame, head: Head | None) -> Fitted:
    """The whole picture in the middle of the frame; `head`: where it is in the picture."""
    height, width = picture.shape[:2]
    if (width, height) == (SIZE, SIZE):
        return Fitted(picture, head)
    scale = SIZE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    frame = np.zeros((SIZE, SIZE, 4), np.uint8)
    left, top = (SIZE - size[0]) // 2, (SIZE - size[1]) // 2
    small = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
    frame[top : top + size[1], left : left + size[0]] = np.asarray(small)
    placement = Placement(scale, left, top, (size[0] / (width * scale), size[1] / (height * scale)))
    text = f"scaled the picture from {width} x {height} to {SIZE} x {SIZE}"
    return Fitted(frame, head and placed_head(head, placement), placement, (Note("scaled", "done", text),))


def moved(picture: Frame, head: Head) -> Fitted:
    """The part of the picture whose head fills the template's box."""
    scale = HEAD_SIZE / head.size
    placement = Placement(scale, HEAD_X + 0.5 - (head.x + 0.5) * scale, HEAD_Y + 0.5 - (head.y + 0.5) * scale)
    text = f"scaled to {100 * scale:.0f} % and put the head into the template's box"
    notes = [Note("fitted", "done", text)]
    if not head.by_eyes:
        text = "the eyes could not be found, so the outline alone placed the head; look at the result"
        notes.insert(0, Note("placed-by-outline", "done", text))
    return Fitted(resampled(picture, placement), placed_head(head, placement), placement, tuple(notes))


def placed_head(head: Head, placement: Placement) -> Head:
    """A head of the source, in the frame."""
    x = (head.x + 0.5) * placement.scale + placement.left - 0.5
    y = (head.y + 0.5) * placement.scale + placement.top - 0.5
    return Head(x, y, head.size * placement.scale, head.by_eyes)


def is_head_off(head: Head) -> bool:
    """True when the head is farther from the template's box than THA3 forgives."""
    ratio = head.size / HEAD_SIZE
    return np.hypot(head.x - HEAD_X, head.y - HEAD_Y) > OFF_CENTRE or not 1 / OFF_SIZE < ratio < OFF_SIZE


def is_in_place(head: Head) -> bool:
    """True when moving the head would change nothing to speak of."""
    near = np.hypot(head.x - HEAD_X, head.y - HEAD_Y) < IN_PLACE
    return bool(near and 1 / IN_SIZE < head.size / HEAD_SIZE < IN_SIZE)


def resampled(picture: Frame, placement: Placement, size: int = SIZE) -> Frame:
    """The part of the picture that a square of `size` pixels shows, with premultiplied alpha (Pillow's way of RGBA)."""
    if (placement, picture.shape[:2]) == (AS_IT_IS, (size, size)):
        return picture
    across, down = (placement.scale * rounding for rounding in placement.rounding)
    wide, high = size / across, size / down
    left, top = -placement.left / across, -placement.top / down
    margin = [
        max(0, int(np.ceil(gap)) + 1)
        for gap in (-top, top + high - picture.shape[0], -left, left + wide - picture.shape[1])
    ]
    x0, y0 = max(0, int(left) - 1), max(0, int(top) - 1)
    cropped = picture[y0 : int(top + high) + 2, x0 : int(left + wide) + 2]
    above, below, before, after = margin
    canvas = np.pad(cropped, ((above, below), (before, after), (0, 0)))
    left, top = left - x0 + before, top - y0 + above
    box = (left, top, min(left + wide, canvas.shape[1]), min(top + high, canvas.shape[0]))
    resized = Image.fromarray(canvas).resize((size, size), Image.Resampling.LANCZOS, box=box)
    return np.ascontiguousarray(np.asarray(resized))
