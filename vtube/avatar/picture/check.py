"""What a person should know about a picture before it goes live, in words."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture import template
from vtube.avatar.picture.character import Note
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.silhouette import OPAQUE, figures
from vtube.avatar.picture.template import HEAD_SIZE, HEAD_X, HEAD_Y, NO_HEAD, OFF_CENTRE, OFF_SIZE
from vtube.frame import SIZE, Frame

COLOURED_RIM, LIGHT_RIM = 65.0, -45.0
"""How much colour and lightness of an outline change from clear to opaque, CIELAB units."""

FIT_HINT = "`vtube character fit` mends it"


def check(frame: Frame, head: Head | None) -> list[Note]:
    """What is wrong with a frame whose head is there; empty when it meets the template."""
    alpha = frame[..., 3]
    if not (alpha >= OPAQUE).any():
        return [Note("empty", "problem", "The picture is empty: nothing in it is visible.")]
    if is_opaque(alpha):
        text = f"The background is not transparent, so it moves with the head; {FIT_HINT}."
        return [Note("opaque", "problem", text)]
    looks = _head(head), _edges(frame), _number(frame), _haze(frame), _rim(frame), _hands(frame, head)
    return [note for notes in looks for note in notes]


def _head(head: Head | None) -> Iterator[Note]:
    if head is None:
        yield Note("no-head", "problem", f"{NO_HEAD[0].upper()}{NO_HEAD[1:]}.")
        return
    if not head.by_eyes:
        yield Note("no-eyes", "note", "The eyes could not be found; the face should look at the viewer with open eyes.")
    if template.is_head_off(head):
        yield Note(
            "head-off", "problem", f"The head is not where THA3 looks for it: it is {_how_off(head)}; {FIT_HINT}."
        )


def _how_off(head: Head) -> str:
    words = []
    ratio = head.size / HEAD_SIZE
    if not 1 / OFF_SIZE < ratio < OFF_SIZE:
        words.append(f"{100 * abs(ratio - 1):.0f} % too {'large' if ratio > 1 else 'small'}")
    for gap, names in ((head.x - HEAD_X, ("left", "right")), (head.y - HEAD_Y, ("high", "low"))):
        if abs(gap) > OFF_CENTRE / 2:
            words.append(f"{abs(gap):.0f} pixels too {'far ' if names[0] == 'left' else ''}{names[gap > 0]}")
    return ", ".join(words)


def _edges(frame: Frame) -> Iterator[Note]:
    solid = frame[..., 3] >= OPAQUE
    if solid[0].sum() > 8:
        yield Note(
            "cut-top",
            "problem",
            f"The top of the figure is cut off by the upper edge; {FIT_HINT} if the original shows more.",
        )
    for column, side in ((0, "left"), (-1, "right")):
        if solid[:, column].sum() > 8:
            yield Note(
                "cut-side", "note", f"The figure is cut off at the {side} edge; the cut shows when the body turns."
            )


def _number(frame: Frame) -> Iterator[Note]:
    areas = [int(mask.sum()) for mask in figures(frame[..., 3])]
    others = sum(area > 0.25 * areas[0] for area in areas[1:])
    if others:
        yield Note(
            "several-figures",
            "problem",
            f"There seem to be {others + 1} separate figures; THA3 moves one character only.",
        )
    elif sum(area > 0.005 * areas[0] for area in areas[1:]):
        yield Note("loose-parts", "note", "Some parts float free of the figure; they will not follow it well.")


def _haze(frame: Frame) -> Iterator[Note]:
    faint = ((frame[..., 3] > 0) & (frame[..., 3] < OPAQUE)).astype(np.uint8)
    wide = cv2.morphologyEx(faint, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    if wide.sum() > 0.02 * (frame[..., 3] >= OPAQUE).sum():
        yield Note("haze", "note", "There is a half-transparent haze or shadow around the figure; it will smear.")


def _rim(frame: Frame) -> Iterator[Note]:
    """Clean outlines have one colour at any opacity; with an old background in them, it grows as opacity falls."""
    alpha = frame[..., 3]
    edge = (alpha > 40) & (alpha < 215) & (cv2.dilate((alpha == 255).astype(np.uint8), np.ones((3, 3))) == 1)
    if edge.sum() < 50:
        return
    opacity, colour = alpha[edge] / 255.0, _lab(frame)[edge]
    opacity = opacity - opacity.mean()
    lightness, *chroma = opacity @ (colour - colour.mean(axis=0)) / max(float(opacity @ opacity), 1e-6)
    if float(np.hypot(*chroma)) > COLOURED_RIM:
        yield Note(
            "coloured-rim", "note", "The outline has a coloured rim, probably left over from its old background."
        )
    elif lightness < LIGHT_RIM:
        yield Note("light-rim", "note", "The outline has a light rim, probably left over from a white background.")


def _hands(frame: Frame, head: Head | None) -> Iterator[Note]:
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
        yield Note("hand", "note", "A hand seems to be near the face; it will bend with the head.")


def _lab(frame: Frame) -> NDArray[np.float32]:
    rgb = np.ascontiguousarray(frame[..., :3]).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)


def is_opaque(alpha: NDArray[np.uint8]) -> bool:
    """True without transparency, or when nearly all of the upper border is covered."""
    border = np.concatenate([alpha[0], alpha[:, 0], alpha[:, -1]])
    return bool(alpha.min() >= 250 or (border >= 250).mean() > 0.9)
