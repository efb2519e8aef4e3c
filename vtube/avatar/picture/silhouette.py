"""The outline of a character: which part of a picture is the figure, and the dome at the top of its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Shape (height, width), 0 or 1."""

OPAQUE = 128
"""Alpha from which on a pixel counts as part of the figure."""


@dataclass(frozen=True)
class Dome:
    """The circle that fits the top of a head, and the first row of hair (thin strands and ornaments left out)."""

    x: float
    y: float
    radius: float
    top: float


def figures(alpha: NDArray[np.uint8]) -> list[Mask]:
    """The connected parts of the picture, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((alpha >= OPAQUE).astype(np.uint8))
    order = sorted(range(1, count), key=lambda label: -int(stats[label, cv2.CC_STAT_AREA]))
    return [(labels == label).astype(np.uint8) for label in order]


def opened(mask: Mask, share: float) -> Mask:
    """`mask` without what is thinner than `share` of the side of a square of the mask's area."""
    side = max(3, int(np.sqrt(float(mask.sum())) * share) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    padded = cv2.copyMakeBorder(mask, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    result: Any = cv2.morphologyEx(padded, cv2.MORPH_OPEN, kernel)[side:-side, side:-side]
    return np.ascontiguousarray(result, np.uint8)


def find_dome(figure: Mask) -> Dome | None:
    """Fit a circle to the contour from the top of the hair down to about the eyes; None for a shape without one.

    Algebraic least squares (Kåsa 1976) over the rows between 0.15 and 1 radius below the top, repeated as the
    radius settles.
    """
    solid = opened(figure, 0.05)
    rows = np.flatnonzero(solid.any(axis=1))
    if len(rows) < 8:
        return None
    filled = solid[rows].astype(bool)
    left = filled.argmax(axis=1)
    right = filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
    radius, x, y = 0.15 * float(np.sqrt(float(figure.sum()))), 0.0, 0.0
    for _ in range(12):
        chosen = slice(int(0.15 * radius), int(radius) + 3)
        points = np.concatenate([np.stack([side[chosen], rows[chosen]], axis=1) for side in (left, right)])
        x, y, fitted = _circle(points.astype(float))
        if not 2 < fitted < 4 * len(rows):
            return None
        radius = 0.5 * (radius + fitted)
    return Dome(x, y, radius, float(rows[0]))


def _circle(points: NDArray[np.float64]) -> tuple[float, float, float]:
    unknown = np.column_stack([2 * points, np.ones(len(points))])
    (x, y, rest), *_ = np.linalg.lstsq(unknown, (points**2).sum(axis=1), rcond=None)
    return float(x), float(y), float(np.sqrt(max(rest + x * x + y * y, 0.0)))


def disc(radius: int) -> Mask:
    """A round structuring element of so many pixels around its middle."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8)
