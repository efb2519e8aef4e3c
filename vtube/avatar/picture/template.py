"""What THA3 expects of a picture, in words, and making a picture meet it.

512 x 512 with transparency; one character, upright and facing the viewer; the head roughly in the 128 x 128 box in
the middle of the upper half; hands below and far from the head; nothing but transparency around it (README of the
THA3 demo, "Constraints on Input Images").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vtube.avatar.picture.cutout import without_background
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.silhouette import OPAQUE, figures
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame

HEAD_X, HEAD_Y, HEAD_SIZE = 256.0, 128.0, 128.0
"""Middle and side of the template's box, pixels."""

OFF_CENTRE = 20.0
OFF_SIZE = 1.25
"""How far a head may be from the box, and how much larger or smaller, before THA3 draws it visibly worse."""

IN_PLACE, IN_SIZE = 4.0, 1.05
"""Nearer than this, a 512 x 512 picture is left as it is, bit by bit."""

COLOURED_RIM, LIGHT_RIM = 65.0, -45.0
"""How much colour and lightness of an outline change from clear to opaque, CIELAB units."""

FIT_HINT = "`vtube character fit` mends it"

NO_HEAD = "no head can be found; the picture should show one character, upright, from the front"

Level = Literal["problem", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing about a picture: a problem spoils the animation, a note may be meant so."""

    level: Level
    text: str


def check(frame: Frame) -> list[Finding]:
    """What a person should know before this picture goes live; empty when it meets the template."""
    alpha = frame[..., 3]
    if not (alpha >= OPAQUE).any():
        return [Finding("problem", "The picture is empty: nothing in it is visible.")]
    if _is_opaque(alpha):
        return [Finding("problem", f"The background is not transparent, so it moves with the head; {FIT_HINT}.")]
    found = find_head(frame)
    return [finding for look in CHECKS for finding in look(frame, found)]


def fit(picture: Frame) -> tuple[Frame, tuple[str, ...]]:
    """Take a plain background away, and scale and shift the figure so that its head fills the template's box.

    `picture`: any size, at least 16 x 16. Returns a 512 x 512 frame and what was done, in words.

    Raises:
        PictureError: nothing visible, a background that cannot be removed, no head to be found.
    """
    notes = []
    if _is_opaque(picture[..., 3]):
        picture = without_background(picture)
        notes.append("took the plain background away")
    head = find_head(picture)
    if head is None:
        raise PictureError(NO_HEAD)
    if not head.by_eyes:
        notes.append("the eyes could not be found, so the outline alone placed the head; look at the result")
    if picture.shape[:2] == (SIZE, SIZE) and _is_in_place(head):
        return picture, (*notes, "the head is in place already")
    scale = HEAD_SIZE / head.size
    notes.append(f"scaled to {100 * scale:.0f} % and put the head into the template's box")
    return _placed(picture, head, scale), tuple(notes)


def is_head_off(head: Head) -> bool:
    """True when the head is farther from the template's box than THA3 forgives."""
    ratio = head.size / HEAD_SIZE
    return np.hypot(head.x - HEAD_X, head.y - HEAD_Y) > OFF_CENTRE or not 1 / OFF_SIZE < ratio < OFF_SIZE


def _is_in_place(head: Head) -> bool:
    near = np.hypot(head.x - HEAD_X, head.y - HEAD_Y) < IN_PLACE
    return bool(near and 1 / IN_SIZE < head.size / HEAD_SIZE < IN_SIZE)


def _placed(picture: Frame, head: Head, scale: float) -> Frame:
    """Resample with premultiplied alpha (Pillow does so for RGBA) the part of the picture that the frame shows."""
    side = SIZE / scale
    left, top = head.x + 0.5 - (HEAD_X + 0.5) / scale, head.y + 0.5 - (HEAD_Y + 0.5) / scale
    margin = [
        max(0, int(np.ceil(gap)) + 1)
        for gap in (-top, top + side - picture.shape[0], -left, left + side - picture.shape[1])
    ]
    x0, y0 = max(0, int(left) - 1), max(0, int(top) - 1)
    cropped = picture[y0 : int(top + side) + 2, x0 : int(left + side) + 2]
    above, below, before, after = margin
    canvas = np.pad(cropped, ((above, below), (before, after), (0, 0)))
    left, top = left - x0 + before, top - y0 + above
    box = (left, top, min(left + side, canvas.shape[1]), min(top + side, canvas.shape[0]))
    resized = Image.fromarray(canvas).resize((SIZE, SIZE), Image.Resampling.LANCZOS, box=box)
    return np.ascontiguousarray(np.asarray(resized))


# What `check` looks at; each takes the frame and the head that was found.


def _head(frame: Frame, head: Head | None) -> Iterator[Finding]:
    if head is None:
        yield Finding("problem", f"{NO_HEAD[0].upper()}{NO_HEAD[1:]}.")
        return
    if not head.by_eyes:
        yield Finding("note", "The eyes could not be found; the face should look at the viewer with open eyes.")
    if is_head_off(head):
        yield Finding("problem", f"The head is not where THA3 looks for it: it is {_how_off(head)}; {FIT_HINT}.")


def _how_off(head: Head) -> str:
    words = []
    ratio = head.size / HEAD_SIZE
    if not 1 / OFF_SIZE < ratio < OFF_SIZE:
        words.append(f"{100 * abs(ratio - 1):.0f} % too {'large' if ratio > 1 else 'small'}")
    for gap, names in ((head.x - HEAD_X, ("left", "right")), (head.y - HEAD_Y, ("high", "low"))):
        if abs(gap) > OFF_CENTRE / 2:
            words.append(f"{abs(gap):.0f} pixels too {'far ' if names[0] == 'left' else ''}{names[gap > 0]}")
    return ", ".join(words)


def _edges(frame: Frame, head: Head | None) -> Iterator[Finding]:
    solid = frame[..., 3] >= OPAQUE
    if solid[0].sum() > 8:
        yield Finding(
            "problem", f"The top of the figure is cut off by the upper edge; {FIT_HINT} if the original shows more."
        )
    for column, side in ((0, "left"), (-1, "right")):
        if solid[:, column].sum() > 8:
            yield Finding("note", f"The figure is cut off at the {side} edge; the cut shows when the body turns.")


def _number(frame: Frame, head: Head | None) -> Iterator[Finding]:
    areas = [int(mask.sum()) for mask in figures(frame[..., 3])]
    others = sum(area > 0.25 * areas[0] for area in areas[1:])
    if others:
        yield Finding("problem", f"There seem to be {others + 1} separate figures; THA3 moves one character only.")
    elif sum(area > 0.005 * areas[0] for area in areas[1:]):
        yield Finding("note", "Some parts float free of the figure; they will not follow it well.")


def _haze(frame: Frame, head: Head | None) -> Iterator[Finding]:
    faint = ((frame[..., 3] > 0) & (frame[..., 3] < OPAQUE)).astype(np.uint8)
    wide = cv2.morphologyEx(faint, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    if wide.sum() > 0.02 * (frame[..., 3] >= OPAQUE).sum():
        yield Finding("note", "There is a half-transparent haze or shadow around the figure; it will smear.")


def _rim(frame: Frame, head: Head | None) -> Iterator[Finding]:
    """Clean outlines have one colour at any opacity; with an old background in them, it grows as opacity falls."""
    alpha = frame[..., 3]
    edge = (alpha > 40) & (alpha < 215) & (cv2.dilate((alpha == 255).astype(np.uint8), np.ones((3, 3))) == 1)
    if edge.sum() < 50:
        return
    opacity, colour = alpha[edge] / 255.0, _lab(frame)[edge]
    opacity = opacity - opacity.mean()
    lightness, *chroma = opacity @ (colour - colour.mean(axis=0)) / max(float(opacity @ opacity), 1e-6)
    if float(np.hypot(*chroma)) > COLOURED_RIM:
        yield Finding("note", "The outline has a coloured rim, probably left over from its old background.")
    elif lightness < LIGHT_RIM:
        yield Finding("note", "The outline has a light rim, probably left over from a white background.")


def _hands(frame: Frame, head: Head | None) -> Iterator[Finding]:
    """Skin beside or above the face: patches of the cheeks' colour that are not in the head's middle column."""
    if head is None or not head.by_eyes:
        return
    lab, size = _lab(frame), head.size
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    beside, down = np.abs(columns - head.x) / size, (rows - head.top) / size
    cheeks = (np.abs(beside - 0.17) < 0.05) & (np.abs(down - 0.79) < 0.04) & (frame[..., 3] >= OPAQUE)
    hair = (beside < 0.3) & (np.abs(down - 0.12) < 0.06) & (frame[..., 3] >= OPAQUE)
    if not cheeks.any() or not hair.any():
        return
    skin, other = np.median(lab[cheeks], axis=0), np.median(lab[hair], axis=0)
    to_skin, to_hair = (np.linalg.norm(lab - colour, axis=2) for colour in (skin, other))
    around = (beside > 0.5) & (beside < 1.2) & (down > -0.4) & (down < 0.95)
    patch = (to_skin < 12) & (to_skin < 0.5 * to_hair) & around & (frame[..., 3] >= OPAQUE)
    solid = cv2.morphologyEx(patch.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    if solid.sum() > 0.02 * size * size:
        yield Finding("note", "A hand seems to be near the face; it will bend with the head.")


def _lab(frame: Frame) -> NDArray[np.float32]:
    rgb = np.ascontiguousarray(frame[..., :3]).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)


def _is_opaque(alpha: NDArray[np.uint8]) -> bool:
    """True without transparency, or when nearly all of the upper border is covered."""
    border = np.concatenate([alpha[0], alpha[:, 0], alpha[:, -1]])
    return bool(alpha.min() >= 250 or (border >= 250).mean() > 0.9)


CHECKS: tuple[Callable[[Frame, Head | None], Iterator[Finding]], ...] = (
    _head,
    _edges,
    _number,
    _haze,
    _rim,
    _hands,
)
