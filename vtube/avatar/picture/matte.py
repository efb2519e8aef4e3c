"""How opaque the edge of a figure is, and its colour without the ground's.

A pixel C between the ground B and the figure F is a·F + (1-a)·B. B is known from the ground beside it; F is the colour
nearby that is farthest from B in C's own direction. The pixel gets the opacity a and a colour without B's share, so
that no rim stays.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.pockets import Ground
from vtube.avatar.picture.silhouette import Mask, disc
from vtube.frame import Frame

EDGE_PER_SIDE = 400
"""Pixels of a picture's longer side for each pixel that the edge of its figure is wide."""

SCREEN_EDGE = 10
"""In front of a screen also soft hair and glows can be told from the figure, so far from the ground, pixels."""

SPILL = 0.02
"""Share of a figure that may have something of the screen's hue."""

NOISE = 4.0
"""Differences from the ground that mean nothing, levels of 255."""

TELLING = 24.0
"""How far the figure's colour is from the ground's before an opacity can be told, levels of 255."""

Plane = NDArray[np.float32]


def cut(picture: Frame, rest: Mask, ground: Ground) -> Frame:
    """The figure `rest` of a picture, with clean edges; the picture's own transparency stays elsewhere."""
    rgb = np.ascontiguousarray(picture[..., :3]).astype(np.float32)
    behind = cv2.cvtColor(ground.lab, cv2.COLOR_LAB2RGB) * 255
    own = picture[..., 3].astype(np.float32) / 255
    fading = (cv2.dilate(rest, disc(2)) > 0) & (cv2.dilate(ground.mask, disc(2)) == 0) & (own < 0.5)
    alpha = np.where((rest > 0) | fading, own, 0)
    edge = max(2, min(6, round(max(rest.shape) / EDGE_PER_SIDE)))
    keyed = ground.is_screen and _is_unlike(rgb, rest, ground, behind)
    band = (cv2.dilate(ground.mask, disc(SCREEN_EDGE if keyed else edge)) > 0) & (rest > 0)
    rows, columns = np.nonzero(band)
    colour, back = rgb[rows, columns], behind[rows, columns]
    if keyed:
        share, pure = _screen_opacity(colour, back), colour
    else:
        share, pure = _mixed(rgb, rest, rows, columns, back, edge)
    share = np.clip(np.maximum(share, _least(colour, back)), 0, 1)
    share[share < NOISE / 100] = 0
    part = share[:, None]
    unmixed = np.clip((colour - (1 - part) * back) / np.maximum(part, 1 / 255), 0, 255)
    if not keyed:
        unmixed = part * unmixed + (1 - part) * pure  # unmixing magnifies noise
    rgb[rows, columns] = np.where(part < 1, unmixed, colour)
    alpha[rows, columns] *= share
    out = np.dstack([np.clip(rgb, 0, 255), alpha * 255]).round().astype(np.uint8)
    out[out[..., 3] == 0] = 0
    return np.ascontiguousarray(out)


def _is_unlike(rgb: Plane, rest: Mask, ground: Ground, behind: Plane) -> bool:
    """Whether the figure has nothing of the screen's hue: blue hair would vanish in front of blue."""
    inside = (rest > 0) & (cv2.dilate(ground.mask, disc(SCREEN_EDGE)) == 0)
    share = _screen_opacity(rgb[inside], behind[inside])
    return bool(len(share)) and float((share < 0.95).mean()) < SPILL


def _mixed(
    rgb: Plane, rest: Mask, rows: NDArray[np.int64], columns: NDArray[np.int64], back: Plane, reach: int
) -> tuple[Plane, Plane]:
    """The opacity of each pixel of the edge, and the figure's colour that it is mixed from."""
    colour = rgb[rows, columns]
    own = colour - back
    farthest = np.linalg.norm(own, axis=1)
    pure = colour.copy()
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            if down * down + across * across > reach * reach + 1:
                continue
            y = np.clip(rows + down, 0, rest.shape[0] - 1)
            x = np.clip(columns + across, 0, rest.shape[1] - 1)
            span = rgb[y, x] - back
            far = np.linalg.norm(span, axis=1)
            part = (own * span).sum(axis=1) / np.maximum(far * far, 1)
            aside = np.linalg.norm(own - part[:, None] * span, axis=1)
            better = (far > farthest) & (rest[y, x] > 0) & (aside < 0.2 * np.linalg.norm(own, axis=1) + NOISE)
            farthest = np.where(better, far, farthest)
            pure[better] = rgb[y, x][better]
    span = pure - back
    length = np.linalg.norm(span, axis=1)
    part = (own * span).sum(axis=1) / np.maximum(length * length, 1)
    return np.asarray(np.where(length < TELLING, 1.0, part), np.float32), np.asarray(pure, np.float32)


def _screen_opacity(colour: Plane, back: Plane) -> Plane:
    """Colour-difference keying: how far the screen's own channel exceeds the others, against the bare screen."""
    if not len(colour):
        return np.zeros(0, np.float32)
    own = int(back.mean(axis=0).argmax())
    others = [channel for channel in range(3) if channel != own]
    excess, full = (plane[:, own] - plane[:, others].max(axis=1) for plane in (colour, back))
    return np.asarray(1 - np.maximum(excess, 0) / np.maximum(full, 1), np.float32)


def _least(colour: Plane, back: Plane) -> Plane:
    """The least opacity with which some colour of the figure, over the ground, gives the colour seen."""
    rise = (colour - back - NOISE) / np.maximum(255 - back, 8 * NOISE)
    fall = (back - colour - NOISE) / np.maximum(back, 8 * NOISE)
    return np.asarray(np.maximum(rise, fall).max(axis=1), np.float32)
