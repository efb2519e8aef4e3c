"""Take the ground away from a picture, whatever its alpha channel holds, or say why that cannot be done safely."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vtube.avatar.picture import matte
from vtube.avatar.picture.borders import without_bands
from vtube.avatar.picture.character import Note
from vtube.avatar.picture.ground import MOST, find_ground
from vtube.avatar.picture.outline import Outline, outline_of
from vtube.avatar.picture.pockets import Ground, lab_of
from vtube.avatar.picture.silhouette import OPAQUE, Mask, disc
from vtube.errors import PictureError
from vtube.frame import Frame

PLAIN_SHARE = 0.6
"""Share of the border that must lead to one ground; the figure may touch the rest."""

WHOLE_SHARE = 0.35
"""Share of the whole outline that the ground must touch where only some of it is unlike a figure."""

SIDE_SHARE = 0.2
"""Share of the picture's width or height where it then must reach the top of the region or the picture's side."""

LEAST_FIGURE, MOST_FIGURE = 0.004, 0.97
"""Parts of the visible region that are left when its ground is gone; other shares mean that this was none."""

FAINTEST = 0.05
"""Less opaque than this is not to be seen."""

MOST_PIECES = 60
"""More parts than petals or sparks around a figure: squares of a pattern."""

ALIKE, ALIKE_SHARE = 20.0, 0.08
"""A figure that is nowhere farther from its ground than this, CIELAB units, just inside so much of its outline, was
cut by the noise of the two: white in front of white, or dark in front of dark. Of 46 cut-outs that were looked at,
those with clean edges had 0.04 at most."""

INSIDE = 0.01
"""How far inside its outline a figure is compared with its ground, in longer sides of the picture."""

COMPARED = 1024
"""The longer side at which it is compared, pixels."""

ROUNDS = 4
"""Grounds inside each other, such as a card with a line around it on a page."""

OPAQUE_NOTE = "opaque"
"""The code of the note about a background that could not be taken away."""

EMPTY = "the picture is empty: nothing in it is visible"
FAINT = "the picture is see-through all over, {:.0%} opaque at most; save it with an opaque figure"
PLAIN = "the picture is one plain area; there is no figure in it"

LIKE_GROUND = (
    "Along some of its outline the figure has nearly the colour of its background, so its edge may be ragged or have "
    "holes; a picture with a transparent background (PNG), or on another colour, has a clean one."
)

WAY_OUT = (
    "crop the picture to the figure on a plain background, save it with a transparent one (PNG), or install what cuts "
    "out any background: vtube extras cutout"
)


@dataclass(frozen=True, eq=False)
class Cut:
    """A picture without its ground, and what was done and is wrong."""

    frame: Frame
    notes: tuple[Note, ...] = ()


def cut_out(picture: Frame, lossy: bool = False) -> Cut:
    """The figure alone. A picture whose ground cannot be taken away safely stays as it is, with a problem.

    `lossy`: the picture was a JPEG or the like, whose noise is part of the ground.

    Raises:
        PictureError: nothing is visible, or nothing but a ground.
    """
    region = (picture[..., 3] >= OPAQUE).astype(np.uint8)
    if not region.any():
        most = float(picture[..., 3].max()) / 255
        if most >= FAINTEST:
            raise PictureError(FAINT.format(most), "picture.faint")
        raise PictureError(EMPTY, "picture.empty")
    outline = outline_of(region)
    if not outline.may_be_card:
        return Cut(picture)
    found = _figure(picture, region, outline, lossy)
    if found is None:
        return Cut(picture, (_refused(picture),)) if outline.is_card else Cut(picture)
    rest, ground = found
    notes = _done(ground, bool(picture[..., 3].min() >= 250))
    if _alike(picture, rest, ground) >= ALIKE_SHARE:
        notes.append(Note("like-ground", "note", LIKE_GROUND))
    return Cut(matte.cut(picture, rest, ground), tuple(notes))


def _alike(picture: Frame, rest: Mask, ground: Ground) -> float:
    """The share of the figure's outline where it has nearly the colour of its ground."""
    step = -(-max(rest.shape) // COMPARED)
    figure, behind = rest[::step, ::step] > 0, np.ascontiguousarray(ground.mask[::step, ::step])
    off = lab_of(np.ascontiguousarray(picture[::step, ::step, :3])) - ground.lab[::step, ::step]
    away = np.where(figure, np.linalg.norm(off, axis=2), 0).astype(np.float32)
    outline = figure & (cv2.dilate(behind, disc(1)) > 0)
    if not outline.any():
        return 0.0
    farthest = cv2.dilate(away, disc(max(3, round(INSIDE * max(figure.shape)))))
    return float((farthest[outline] < ALIKE).mean())


def _figure(picture: Frame, region: Mask, outline: Outline, lossy: bool) -> tuple[Mask, Ground] | None:
    """What is left of the visible region without its ground, and that ground; None when it has no plain one.

    Raises:
        PictureError: nothing is left.
    """
    rgb = np.ascontiguousarray(picture[..., :3])
    rest, seen, last = without_bands(rgb, region), np.zeros_like(region), None
    for _ in range(ROUNDS):
        domain = _inside(rest)
        ground = find_ground(rgb, domain, outline_of(domain).drawn, lossy)
        left = _left(rest, domain, ground)
        share = float(left.sum()) / max(1, int(domain.sum()))
        if ground.reached < PLAIN_SHARE or share > MOST_FIGURE or _is_shattered(left):
            break
        if not (outline.is_card or _is_telling(ground, domain)):
            break
        if share < LEAST_FIGURE:
            raise PictureError(PLAIN, "picture.plain")
        seen, last, rest = seen | ground.mask, ground, left
        if not outline_of(_largest(left)).is_card:
            break
    return None if last is None else (rest, last.with_mask(seen))


def _left(region: Mask, domain: Mask, ground: Ground) -> Mask:
    """The region without its ground, and without its own edge where the ground was beside it."""
    figure = domain & (1 - ground.mask)
    edge = region & (1 - domain)
    width = disc(_blur(region.shape) + 1)
    return np.asarray(figure | (edge & cv2.dilate(figure, width) & (1 - cv2.dilate(ground.mask, width))), np.uint8)


def _is_shattered(region: Mask) -> bool:
    """Whether so many pieces are left that the ground was a pattern."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(region, connectivity=4)
    return int((stats[1:, cv2.CC_STAT_AREA] > region.size / 20_000).sum()) > MOST_PIECES


def _is_telling(ground: Ground, region: Mask) -> bool:
    """Whether a ground is no part of a figure: calm, around much of a region, up to its top or the picture's side."""
    outline = (region > 0) & (cv2.erode(region, np.ones((3, 3), np.uint8), borderValue=0) == 0)
    touched = cv2.dilate(ground.mask, disc(3))[outline] > 0
    rows = np.flatnonzero(region.any(axis=1))
    upper = ground.mask[rows[0] : rows[0] + max(2, (rows[-1] - rows[0]) // 10)].any(axis=0).mean()
    beside = ground.mask[:, [0, -1]].any(axis=1).mean()
    return ground.tolerance < MOST / 2 and float(touched.mean()) > WHOLE_SHARE and max(upper, beside) > SIDE_SHARE


def _inside(region: Mask) -> Mask:
    """The region without its own edge, which is blurred; the picture's border is none."""
    width = _blur(region.shape)
    padded = cv2.copyMakeBorder(region, width, width, width, width, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(cv2.erode(padded, disc(width))[width:-width, width:-width])


def _blur(shape: tuple[int, ...]) -> int:
    return max(1, round(0.002 * max(shape)))


def _largest(region: Mask) -> Mask:
    """The largest connected part."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(region)
    if count < 2:
        return region
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), np.uint8)


def _done(ground: Ground, opaque: bool) -> list[Note]:
    why = "the picture has no transparency" if opaque else "there was a background in spite of the transparency"
    notes = [Note("cut-out", "done", f"{why}: took the plain background away")]
    if ground.pockets:
        places = "a place" if ground.pockets == 1 else f"{ground.pockets} places"
        notes.append(Note("pockets", "done", f"took the background away in {places} that the figure encloses"))
    if ground.kept:
        places = "A place" if ground.kept == 1 else f"{ground.kept} places"
        text = f"{places} of the background's colour inside the figure stayed, as they may belong to it."
        notes.append(Note("pockets-kept", "note", text))
    return notes


def _refused(picture: Frame) -> Note:
    why = "not transparent" if picture[..., 3].min() >= 250 else "still there, in spite of the transparency"
    text = f"The background is {why}, and it is not plain enough to be taken away safely, so it moves with the head; "
    return Note(OPAQUE_NOTE, "problem", f"{text}{WAY_OUT}.")
