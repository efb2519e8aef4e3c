"""Bars and frames around a picture: bands of one colour along a whole side, with a sharp inner edge."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.silhouette import Mask

ROUNDS = 4
"""Bands inside each other, such as a frame in a letterbox."""

WIDEST = 0.42
"""Of the picture's width or height."""

SAME = 16
"""Largest difference within a band, levels of 255: that of a JPEG."""

BLURRED = 4
"""Widest inner edge of a band, pixels."""


def without_bands(rgb: NDArray[np.uint8], region: Mask) -> Mask:
    """The region without the bars and frames at the sides of the rectangle that holds it."""
    top, left, bottom, right = _box(region)
    inner = rgb[top:bottom, left:right]
    box = [0, 0, inner.shape[0], inner.shape[1]]
    for _ in range(ROUNDS):
        part = inner[box[0] : box[2], box[1] : box[3]]
        bands = [_band(lines) for lines in _sides(part)]
        if not any(bands) or bands[0] + bands[1] >= part.shape[0] - 16 or bands[2] + bands[3] >= part.shape[1] - 16:
            break
        box = [box[0] + bands[0], box[1] + bands[2], box[2] - bands[1], box[3] - bands[3]]
    kept = np.zeros_like(region)
    seam = [BLURRED if moved else 0 for moved in (box[0], box[1], inner.shape[0] - box[2], inner.shape[1] - box[3])]
    rows = slice(top + box[0] + seam[0], top + box[2] - seam[2])
    columns = slice(left + box[1] + seam[1], left + box[3] - seam[3])
    kept[rows, columns] = region[rows, columns]
    return kept


def _box(region: Mask) -> tuple[int, int, int, int]:
    rows, columns = (np.flatnonzero(region.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _sides(part: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The picture as lines from its upper, lower, left and right side inwards."""
    turned = part.transpose(1, 0, 2)
    yield from (part, part[::-1], turned, turned[::-1])


def _band(lines: NDArray[np.uint8]) -> int:
    """How many lines of one colour there are before another picture begins; 0 if it is none."""
    most = int(WIDEST * len(lines))
    first = np.median(lines[0], axis=0)
    near = np.abs(lines[: most + BLURRED + 2].astype(np.int16) - first).max(axis=2) <= SAME
    whole = near.mean(axis=1) >= 0.97
    count = len(whole) if whole.all() else int(whole.argmin())
    if count == 0 or count > most:
        return 0
    middle = slice(round(0.15 * near.shape[1]), round(0.85 * near.shape[1]))
    beyond = near[min(count + BLURRED, len(near) - 1), middle]
    steep = cv2.absdiff(lines[max(0, count - 2)], lines[min(count + BLURRED, len(lines) - 1)]).max(axis=1)[middle]
    return count if beyond.mean() <= 0.1 and (steep > 2 * SAME).mean() > 0.6 else 0
