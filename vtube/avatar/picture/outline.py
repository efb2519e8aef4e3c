"""Whether a visible region is a figure, or a card, a disc or a frame with a figure somewhere in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.silhouette import Mask

Spot = NDArray[np.bool_]
"""Which pixels, shape (height, width)."""

RUN = 0.06
"""Shortest straight piece of an outline that counts, in parts of the region's width or height."""

LEAST_RUN = 16
"""The same in pixels: shorter ones are steps of a drawing."""

SOME_TOP, MOST_TOP = 0.2, 0.6
"""Straight pieces that look up, in parts of the region's width: a figure has none; a card has little else."""

HIGH = 0.25
"""The upper part of a region, of its height: square shoulders are below."""

CORNER = 0.16
"""How near to a side of the region such a piece begins; a head that is cut off above has it in its middle."""

ON_HULL = 0.75
"""Share of an outline on its convex hull from which on it may be a card, a disc or a heart."""

ON_ELLIPSE = 0.85
"""Share of an outline on one ellipse from which on it is a disc."""


@dataclass(frozen=True, eq=False)
class Outline:
    """What was seen at the border of a region.

    Attributes:
        drawn: the part of the border that nobody drew as a figure's, along which a ground may begin; not where it
            looks down, as figures end there.
        may_be_card: something about it is unlike a figure.
        is_card: it is a card, a frame or a disc.
        is_round: it is a disc.
    """

    drawn: Spot
    may_be_card: bool
    is_card: bool
    is_round: bool


def outline_of(region: Mask) -> Outline:
    """Look at the border of everything that is visible."""
    rows, columns = (np.flatnonzero(region.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Outline(np.zeros(region.shape, bool), False, False, False)
    height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    padded = np.pad(region, 1).astype(bool)
    up = _runs(region.astype(bool) & ~padded[:-2, 1:-1], max(LEAST_RUN, RUN * width))
    left = _runs((region.astype(bool) & ~padded[1:-1, :-2]).T, max(LEAST_RUN, RUN * height)).T
    right = _runs((region.astype(bool) & ~padded[1:-1, 2:]).T, max(LEAST_RUN, RUN * height)).T
    up = _cornered(up, int(columns[0]), width)
    above = up.sum() / width
    on_top = up[: int(rows[0]) + round(HIGH * height)].sum() / width
    on_hull, hull, on_ellipse = _convexity(region)
    straight = up | left | right
    down = region.astype(bool) & ~padded[2:, 1:-1]
    drawn = (straight | hull if on_hull >= ON_HULL else straight) & ~down
    is_round = on_ellipse >= ON_ELLIPSE
    is_card = bool(on_top >= MOST_TOP or is_round)
    return Outline(drawn, bool(is_card or above >= SOME_TOP or on_hull >= ON_HULL), is_card, is_round)


def _runs(edge: Spot, least: float) -> Spot:
    """The pixels of an edge that lie in a row of at least so many."""
    length = int(np.ceil(least))
    kept = cv2.morphologyEx(edge.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    return np.asarray(kept, bool)


def _cornered(up: Spot, left: int, width: int) -> Spot:
    """The straight pieces of upper edge that begin near a side of the region, or are half as wide as it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(up.astype(np.uint8), connectivity=8)
    x, wide = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_WIDTH]
    at_side = (x - left < CORNER * width) | (left + width - (x + wide) < CORNER * width)
    return np.asarray(up & (at_side | (wide > width / 2))[labels])


def _convexity(region: Mask) -> tuple[float, Spot, float]:
    """The share of the outline that is on the convex hull, where that is, and the share that is on an ellipse."""
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)
    hull: Any = cv2.convexHull(outline)
    close = max(2, round(0.004 * max(region.shape)))
    line = np.zeros_like(region)
    cv2.polylines(line, [hull], True, 1, 2 * close + 1)
    points = outline[:, 0, :]
    contour = np.zeros(region.shape, bool)
    contour[points[:, 1], points[:, 0]] = True
    on_hull = contour & (line > 0)
    return float(on_hull.sum() / max(1, contour.sum())), on_hull, _on_ellipse(points.astype(np.float32))


def _on_ellipse(points: NDArray[np.float32]) -> float:
    if len(points) < 32:
        return 0.0
    (x, y), (across, down), angle = cv2.fitEllipse(points)
    if min(across, down) < 8:
        return 0.0
    turn = np.deg2rad(angle)
    off = points - np.array([x, y], np.float32)
    along = off @ np.array([np.cos(turn), np.sin(turn)], np.float32) / (across / 2)
    beside = off @ np.array([-np.sin(turn), np.cos(turn)], np.float32) / (down / 2)
    return float((np.abs(np.hypot(along, beside) - 1) < 0.015).mean())
