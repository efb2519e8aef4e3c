"""Places of the ground that the figure encloses: between an arm and the body, in a loop of hair.

The figure may be of the same colour somewhere, white above all, so a place is taken only when that is unlikely: its
colour is the ground's to within noise, it is not in the face or the middle of the body, and more than a line parts it
from the ground outside. Behind a single line lies the figure, behind a strand of hair or an arm the ground again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.head import Head
from vtube.avatar.picture.silhouette import Mask, disc

SCREEN_EXCESS = 100.0
"""How far the green or blue of a screen exceeds its other channels, levels of 255; no figure is drawn in it."""

COMMON_CHROMA, COMMON_DARK, COMMON_LIGHT = 8.0, 12.0, 88.0
"""Greys darker or lighter than these are colours of lines, clothes and eyes, too; CIELAB."""

LINE = 0.007
"""Widest line, in parts of the picture's longer side."""

LEAST_AREA = 0.0004
"""Of the figure; smaller places are lights in an eye or gaps in a drawing."""

ALIKE = 0.8
"""How far the mean of a pocket is from the ground at most, CIELAB units, besides a fifth of the ground's noise."""

Colours = NDArray[np.float32]
"""CIELAB, shape (height, width, 3)."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of a picture, at the picture's own size.

    Attributes:
        mask: 1 where it is seen.
        lab: its colour, in front of which everything else lies; CIELAB.
        tolerance: what of a difference from that colour is noise, CIELAB units.
        reached: the share of the border where it begins.
        pockets: how many enclosed places belong to it.
        kept: how many enclosed places of its colour were left in the figure, as they may be part of it.
    """

    mask: Mask
    lab: Colours
    tolerance: float
    reached: float
    pockets: int = 0
    kept: int = 0

    def with_mask(self, mask: Mask) -> Ground:
        """The same, seen elsewhere."""
        return replace(self, mask=mask)

    @property
    def is_screen(self) -> bool:
        """Whether it is a green or blue screen."""
        seen = self._seen()
        if seen is None:
            return False
        red, green, blue = (float(value) for value in cv2.cvtColor(seen[None, None], cv2.COLOR_LAB2RGB)[0, 0] * 255)
        return max(green, blue) - max(red, min(green, blue)) > SCREEN_EXCESS

    @property
    def is_common(self) -> bool:
        """Whether it is as white or as black as parts of many figures."""
        seen = self._seen()
        if seen is None:
            return True
        light, *chroma = seen.tolist()
        return float(np.hypot(*chroma)) < COMMON_CHROMA and not COMMON_DARK < light < COMMON_LIGHT

    def _seen(self) -> NDArray[np.float32] | None:
        """The middle of its colours, CIELAB; None where there is nothing of it."""
        seen = self.lab[self.mask.astype(bool)]
        return np.asarray(np.median(seen, axis=0), np.float32) if len(seen) else None


@dataclass(frozen=True, eq=False)
class Pockets:
    """Enclosed places of the ground's colour: where those are that belong to it, how many, and how many do not."""

    mask: Mask
    taken: int
    kept: int


def lab_of(rgb: NDArray[np.uint8]) -> Colours:
    """CIELAB of sRGB with 8 bits."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def find_pockets(lab: Colours, ground: Ground, domain: Mask, head: Head | None) -> Pockets:
    """Which enclosed places of a picture belong to its ground; `head` is where it was found."""
    figure = ((ground.mask == 0) & (domain > 0)).astype(np.uint8)
    off = lab - ground.lab
    near = (np.sqrt(np.einsum("ijk,ijk->ij", off, off)) < ground.tolerance) & (figure > 0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, disc(1)), connectivity=4
    )
    depth = cv2.distanceTransform(1 - ground.mask, cv2.DIST_L2, cv2.DIST_MASK_5)
    middle = _middle(domain.shape, head)
    mask, taken, kept = np.zeros_like(domain), 0, 0
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area < max(16, LEAST_AREA * float(figure.sum())):
            continue
        box = np.s_[top : top + height, left : left + width]
        place = labels[box] == label
        if np.linalg.norm(off[box][place].mean(axis=0)) > ALIKE + 0.2 * ground.tolerance:
            continue
        behind_a_line = float(depth[box][place].min()) < LINE * max(domain.shape) + 2
        inside = float(middle[box][place].mean()) > 0.5
        if ground.is_screen or not (inside or (behind_a_line and ground.is_common)):
            mask[box] |= place.astype(np.uint8)
            taken += 1
        else:
            kept += 1
    return Pockets(mask, taken, kept)


def _middle(shape: tuple[int, ...], head: Head | None) -> Mask:
    """The face and the body below it, where eyes, teeth and clothes are."""
    mask = np.zeros(shape[:2], np.uint8)
    if head is None:
        cv2.ellipse(mask, (shape[1] // 2, shape[0] // 2), (shape[1] // 5, shape[0] // 2), 0, 0, 360, 1, -1)
        return mask
    x, y, size = round(head.x), round(head.y), head.size
    cv2.ellipse(mask, (x, round(y + 0.1 * size)), (round(0.42 * size), round(0.5 * size)), 0, 0, 360, 1, -1)
    mask[max(0, round(y + 0.4 * size)) :, max(0, round(x - 0.35 * size)) : max(0, round(x + 0.35 * size))] = 1
    return mask
