"""What of a picture is its ground: a plain, shaded or noisy backdrop, followed from the border inwards.

A pixel is ground when it differs from the ground beside it by no more than the ground's own noise. So vignettes and
gradients are followed wherever they lead, and lines, however thin, stop it. Gaps in a line of up to twice `GAP` pixels
stop it, too. Places that the ground cannot reach, between an arm and the body or in a loop of hair, are compared with
the ground's colour as it would be there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.head import find_head
from vtube.avatar.picture.pockets import Colours, Ground, Pockets, find_pockets, lab_of
from vtube.avatar.picture.silhouette import Mask, disc

WORK_SIDES = (256, 512, 1024)
"""Longer sides at which the ground is followed, pixels; its edge is refined at the picture's own size."""

NEAR = 12
"""How far around a pixel the ground beside it is averaged."""

STRIDE = 6
"""How far the ground grows before its colour is averaged anew."""

GAP = 2
"""Half the width of the narrowest way in which the ground grows."""

LEAST, MOST = 1.4, 9.0
"""Bounds of the tolerance, CIELAB units: the steps of 8 bits, and strong noise."""

LEAST_LOSSY, MOST_LOSSY = 2.2, 14.0
"""The same for a JPEG and the like, and what its blocks that hold some of the figure's edge differ by."""

FINER = 2.5
"""How much more noise a picture has at its own size than at the working size, at most."""

NOISY = 8
"""How far from the ground the noise of a JPEG can reach: the side of its blocks, pixels."""

RESTLESS = 0.5
"""Difference from the pixels around that flat colour does not have, CIELAB units."""

SPECK = 120
"""Largest area of a speck of noise, pixels."""


def find_ground(rgb: NDArray[np.uint8], domain: Mask, border: NDArray[np.bool_], lossy: bool = False) -> Ground:
    """The ground of the part `domain` of a picture, grown from the part `border` of its outline.

    It is followed in a small picture first, and then further in ones of twice the size. `lossy`: the picture is a
    JPEG or the like.
    """
    height, width = domain.shape
    known = None
    for size in _sizes(width, height):
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if size != (width, height) else rgb
        growth = _Growth(lab_of(small), _reduced(domain, size), _thick(border, size), lossy)
        growth.grow(None if known is None else _enlarged(known, size))
        known = growth.mask
    figure = np.dstack([small, np.where(growth.mask > 0, 0, 255).astype(np.uint8) * growth.domain])
    found = growth.finished(find_pockets(growth.lab, growth.ground(), growth.domain, find_head(figure)))
    return found if size == (width, height) else _at_full_size(found, rgb, domain)


def _sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes at which a picture is worked on, the smallest first."""
    longer = max(width, height)
    sides = [side for side in WORK_SIDES if side < longer] + [longer] * (longer <= WORK_SIDES[-1])
    return [(max(1, round(width * side / longer)), max(1, round(height * side / longer))) for side in sides]


def _reduced(domain: Mask, size: tuple[int, int]) -> Mask:
    if domain.shape == size[::-1]:
        return domain
    whole = cv2.resize(domain * np.uint8(255), size, interpolation=cv2.INTER_AREA) == 255
    return np.asarray(whole, np.uint8)


def _thick(border: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """The border at another size, wide enough to lie inside whatever was made smaller."""
    scale = size[0] / border.shape[1]
    thick = cv2.dilate(border.astype(np.uint8), disc(int(np.ceil(1 / scale)))) * np.uint8(255)
    small = cv2.resize(thick, size, interpolation=cv2.INTER_AREA) if scale < 1 else thick
    return np.asarray(cv2.dilate(small, np.ones((3, 3), np.uint8)) > 0)


def _enlarged(mask: Mask, size: tuple[int, int]) -> Mask:
    """The mask at a larger size, without its edge."""
    return np.asarray(cv2.resize(cv2.erode(mask, disc(1)), size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _at_full_size(found: Ground, rgb: NDArray[np.uint8], domain: Mask) -> Ground:
    """Decide anew, pixel by pixel, along the edge of what was found in a smaller picture."""
    height, width = domain.shape
    lab = cv2.resize(found.lab, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = cv2.resize(found.mask, (width, height), interpolation=cv2.INTER_NEAREST)
    unsure = int(np.ceil(2 * width / found.mask.shape[1])) + 1
    away = _length(lab_of(rgb) - lab)
    near = ((cv2.dilate(mask, disc(unsure)) > 0) & (away < FINER * found.tolerance) & (domain > 0)).astype(np.uint8)
    grown = _within(cv2.erode(mask, disc(unsure)), near, 3 * unsure)
    return replace(found, mask=grown, lab=lab)


class _Growth:
    """Grows the ground in one picture of working size."""

    def __init__(self, lab: Colours, domain: Mask, border: NDArray[np.bool_], lossy: bool) -> None:
        self.lab, self.domain = lab, domain
        rows, columns = np.mgrid[0 : domain.shape[0], 0 : domain.shape[1]].astype(np.float32)
        y, x = rows / domain.shape[0] - 0.5, columns / domain.shape[1] - 0.5
        self._terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)
        self._surface, self._flat = np.zeros_like(lab), lab
        self.mask = np.zeros_like(domain)
        self._tolerance, self._lossy = LEAST, lossy
        self._border = border & (domain > 0)

    def grow(self, known: Mask | None) -> None:
        """Find what the border and what is `known` lead to."""
        seeds, noise = self._seeds()
        if known is not None:
            seeds |= known & self.domain
        self._tolerance = float(np.clip(4 * noise, LEAST_LOSSY if self._lossy else LEAST, MOST))
        self._spread(seeds)

    def ground(self) -> Ground:
        """What was found, with its colour everywhere."""
        lab = np.asarray(self._surface + self._everywhere(), np.float32)
        reached = float((cv2.dilate(self.mask, disc(2))[self._border] > 0).mean()) if self._border.any() else 0.0
        return Ground(self.mask, lab, self._tolerance, reached)

    def finished(self, pockets: Pockets) -> Ground:
        """What was found and the pockets, up to the edge of the figure."""
        self.mask = self.mask | pockets.mask
        self._finish()
        return replace(self.ground(), pockets=pockets.taken, kept=pockets.kept)

    def _seeds(self) -> tuple[Mask, float]:
        """Where along the border most of it follows one smooth surface; and the noise there."""
        colours, terms = self.lab[self._border], self._terms[self._border]
        seeds = np.zeros_like(self.domain)
        if len(colours) < 16:
            return seeds, 0.0
        weight = np.exp(-0.5 * (np.linalg.norm(colours - _mode(colours), axis=1) / 8.0) ** 2) + 1e-6
        away = np.zeros(len(colours))
        for spread in (24.0, 12.0, 8.0, 6.0, 5.0, 4.0):
            fit = _fitted(terms, colours, weight)
            away = np.linalg.norm(colours - terms @ fit, axis=1)
            weight = np.exp(-0.5 * (away / spread) ** 2) + 1e-6
        seeds[self._border] = away < 6.0
        detail = _length(self.lab - cv2.blur(self.lab, (5, 5)))
        clear = seeds.astype(bool)
        return seeds, float(np.median(detail[clear])) if clear.any() else 0.0

    def _spread(self, seeds: Mask) -> None:
        self.mask = seeds & self.domain
        for step in range(400):
            if step % 6 == 0:
                self._fit_surface()
            near = self._near()
            open_ways = cv2.morphologyEx(near, cv2.MORPH_OPEN, disc(GAP))
            grown = _within(self.mask, open_ways, STRIDE)
            if int(grown.sum()) - int(self.mask.sum()) < 4:
                break
            self.mask = grown

    def _near(self) -> Mask:
        """Where the picture has the colour of the ground beside it."""
        local, weight = self._beside()
        away = _length(self._flat - local)
        return ((away < self._tolerance) & (weight > 0) & (self.domain > 0)).astype(np.uint8)

    def _beside(self, reach: int = NEAR) -> tuple[Colours, NDArray[np.float32]]:
        """How far the ground around each pixel is from the surface, and how much ground there is."""
        side = (2 * reach + 1, 2 * reach + 1)
        ground = self.mask.astype(np.float32)
        weight = cv2.blur(ground, side, borderType=cv2.BORDER_CONSTANT)
        weight[weight < 0.5 / side[0] ** 2] = 0
        total = cv2.blur(self._flat * ground[..., None], side, borderType=cv2.BORDER_CONSTANT)
        return total / np.maximum(weight, 1e-9)[..., None], weight

    def _fit_surface(self) -> None:
        chosen = np.flatnonzero(self.mask.ravel())[:: max(1, int(self.mask.sum()) // 4000)]
        if len(chosen) < 16:
            return
        terms, colours = self._terms.reshape(-1, 6)[chosen], self.lab.reshape(-1, 3)[chosen]
        fit = _fitted(terms, colours, np.ones(len(chosen)))
        self._surface = np.asarray(self._terms @ fit.astype(np.float32), np.float32)
        self._flat = self.lab - self._surface

    def _everywhere(self) -> Colours:
        """The ground's difference from its surface, also where it is hidden."""
        result, known = self._beside()
        for reach in (3 * NEAR, 9 * NEAR, max(self.domain.shape)):
            wider, weight = self._beside(reach)
            result = np.where((known > 0)[..., None], result, wider)
            known = np.maximum(known, weight)
        return np.asarray(result, np.float32)

    def _finish(self) -> None:
        """Go into ways too narrow before, as far as they are wide; then take in the noise at the edge, and specks."""
        self.mask = _within(self.mask, self._near(), 2 * GAP + 2)
        local, weight = self._beside()
        away = _length(self._flat - local)
        noisy = away < MOST_LOSSY if self._lossy else (away < MOST) & self._busy()
        allowed = noisy & (weight > 0) & (self.domain > 0)
        self.mask = _within(self.mask, allowed.astype(np.uint8), 2 * NOISY if self._lossy else NOISY)
        left = ((self.mask == 0) & (self.domain > 0)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(left, connectivity=8)
        area = stats[:, cv2.CC_STAT_AREA]
        mean = np.bincount(labels.ravel(), away.ravel(), len(area)) / np.maximum(area, 1)
        specks = np.flatnonzero((area < SPECK) & (mean < 2 * MOST))
        self.mask |= np.isin(labels, specks[specks > 0]).astype(np.uint8)

    def _busy(self) -> NDArray[np.bool_]:
        """Where neighbours differ in small ways, as they do around lines in a JPEG and never in flat colour."""
        detail = _length(self.lab - cv2.blur(self.lab, (3, 3)))
        return np.asarray(cv2.blur((detail > RESTLESS).astype(np.float32), (5, 5)) > 0.4)


def _length(vectors: Colours) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.einsum("ijk,ijk->ij", vectors, vectors)), np.float32)


def _within(start: Mask, allowed: Mask, steps: int) -> Mask:
    """`start`, grown through `allowed` by so many pixels."""
    grown, cross = start.copy(), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    square = np.ones((3, 3), np.uint8)
    for step in range(steps):
        grown |= cv2.dilate(grown, square if step % 2 else cross) & allowed
    return np.asarray(grown, np.uint8)


def _mode(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """The commonest colour: the middle of the fullest cell of a coarse histogram."""
    cells = np.floor(colours / 8.0).astype(np.int64)
    keys = (cells[:, 0] * 4096 + cells[:, 1]) * 4096 + cells[:, 2]
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(np.median(colours[inverse == int(counts.argmax())], axis=0), np.float32)


def _fitted(terms: NDArray[Any], colours: NDArray[Any], weight: NDArray[Any]) -> NDArray[np.float64]:
    """Weighted least squares with a slight pull towards a flat surface."""
    weighted = (terms * weight[:, None]).astype(np.float64)
    pull = np.diag([0.0, *(5 * [1e-4 * float(weight.sum())])])
    return np.asarray(np.linalg.solve(weighted.T @ terms + pull + 1e-9 * np.eye(6), weighted.T @ colours), np.float64)
