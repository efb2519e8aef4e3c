"""Where the head of a drawn character is, found without a trained model.

The dome of the hair gives a first guess of place and size (`silhouette.find_dome`). Around it, the eyes are the
two spots rich in contrast that mirror each other best: for every possible middle line the picture is correlated
with its own mirror image. Cheeks below them are calm and have the colour of the nose's bridge. Proportions (where
eyes lie below the dome, how far apart) weigh the candidates; they were measured on eleven pictures that follow the
template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.silhouette import OPAQUE, Dome, figures, find_dome
from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.text import shown

Plane = NDArray[np.float32]

WORK_SIZE = 768
"""Longer side to which a picture is reduced before it is searched, pixels."""

RADIUS = 48.0
PATCH_WIDTH, PATCH_HEIGHT = 192, 208
"""The head is searched at one size: a dome of this radius in the middle of a patch of this size."""

WINDOW = 13
"""Side of the square around an eye that is compared with its mirror image, pixels of the patch."""

EYE_APART = (0.38, 0.12)
EYE_BELOW = (0.47, 0.25)
EYE_ASIDE = (0.0, 0.3)
"""Mean and spread, in dome radii: half the distance of the eyes; their line below the dome's centre; their middle
beside it."""

FULL_CONTRAST = 30.0
"""Standard deviation in CIELAB units from which on more contrast makes no better eye."""

CHEEK_BELOW, CALM_CONTRAST = 16, 12.0
"""Cheeks are calm, which tells eyes from brows and from a collar: how far below the eyes, pixels of the patch, and
the contrast that halves a candidate's score."""

SKIN_SPREAD = 30.0
"""How far the colours between the eyes and on a cheek differ, CIELAB units."""

MIN_EYE_SCORE = 0.05

HEAD_PER_TOP_TO_EYES = 128 / 83.5
HEAD_PER_RADIUS = 128 / 58.0
"""Size of the head box for a distance from the top of the hair to the eyes, and for a radius of the dome."""

EYES_WEIGHT = 0.8
EYES_DOWN = 83.0 / 128
"""The line of the eyes lies this far down the head box."""

HEAD_FORM = (
    "a head is X,Y,SIZE, in pixels of the picture: the middle of the square from the top of the hair to the chin, "
    "and its side"
)


@dataclass(frozen=True)
class Head:
    """The square around a head, from the top of the hair to the chin, in pixels of the picture."""

    x: float
    """Middle, from the left edge."""
    y: float
    """Middle, from the top edge."""
    size: float
    """Side of the square."""
    by_eyes: bool
    """False: only the outline was found, so the place is a rough guess."""

    @property
    def top(self) -> float:
        """Upper edge of the square."""
        return self.y - self.size / 2

    @property
    def chin(self) -> float:
        """Lower edge of the square."""
        return self.y + self.size / 2


def parse_head(text: str) -> Head:
    """A head from `X,Y,SIZE`.

    Raises:
        SettingsError: these are not three numbers, or the size is none.
    """
    try:
        x, y, size = (float(word) for word in text.split(","))
    except ValueError:
        raise SettingsError(f"{shown(text)} is no head: {HEAD_FORM}") from None
    if not np.isfinite([x, y, size]).all() or size <= 0:
        raise SettingsError(f"{shown(text)} is no head: {HEAD_FORM}")
    return Head(x, y, size, by_eyes=True)


def find_head(picture: Frame) -> Head | None:
    """The head of the largest figure in a picture of any size with transparency; None where there is none."""
    small, scale = _reduced(picture)
    masks = figures(small[..., 3])
    dome = find_dome(masks[0]) if masks else None
    if dome is None:
        return None
    eyes = _find_eyes(small, dome)
    head = _from_eyes(eyes, dome) if eyes else _from_dome(dome)
    return Head((head.x + 0.5) / scale - 0.5, (head.y + 0.5) / scale - 0.5, head.size / scale, head.by_eyes)


def _from_eyes(eyes: tuple[float, float], dome: Dome) -> Head:
    """Centre the box on the eyes; its size is a weighted geometric mean of two measures."""
    x, y = eyes
    by_eyes, by_dome = HEAD_PER_TOP_TO_EYES * max(y - dome.top, 0.3 * dome.radius), HEAD_PER_RADIUS * dome.radius
    size = by_eyes**EYES_WEIGHT * by_dome ** (1 - EYES_WEIGHT)
    return Head(x, y + (0.5 - EYES_DOWN) * size, size, by_eyes=True)


def _from_dome(dome: Dome) -> Head:
    size = HEAD_PER_RADIUS * dome.radius
    return Head(dome.x, dome.top + size / 2, size, by_eyes=False)


def _reduced(picture: Frame) -> tuple[Frame, float]:
    scale = min(1.0, WORK_SIZE / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, 1.0
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _find_eyes(picture: Frame, dome: Dome) -> tuple[float, float] | None:
    """The point midway between the eyes, in pixels of the picture."""
    planes, inside, scale = _patch(picture, dome)
    mean = [_blur(plane) for plane in planes]
    variance: Plane = np.maximum(sum(_blur(p * p) - m * m for p, m in zip(planes, mean, strict=True)), 0.5)
    unrest = _unrest_below(variance)
    best, best_middle, best_row = MIN_EYE_SCORE, None, 0
    columns = np.arange(PATCH_WIDTH)
    for doubled in range(2 * (PATCH_WIDTH // 2 - 16), 2 * (PATCH_WIDTH // 2 + 16) + 1):
        mirrored = np.clip(doubled - columns, 0, PATCH_WIDTH - 1)
        both = sum(_blur(p * p[:, mirrored]) - m * m[:, mirrored] for p, m in zip(planes, mean, strict=True))
        contrast = np.sqrt(variance * variance[:, mirrored])
        score = both / contrast * np.minimum(np.sqrt(contrast) / FULL_CONTRAST, 1) * _proportions(doubled / 2)
        score *= inside * inside[:, mirrored] / (unrest + unrest[:, mirrored]) * _same_skin(mean, doubled // 2)
        if score.max() > best:
            best, best_middle, best_row = float(score.max()), doubled / 2, int(score.argmax()) // PATCH_WIDTH
    if best_middle is None:
        return None
    return dome.x + (best_middle - PATCH_WIDTH / 2) / scale, dome.y + (best_row - PATCH_HEIGHT / 2) / scale


def _patch(picture: Frame, dome: Dome) -> tuple[list[Plane], Plane, float]:
    """CIELAB planes of the head at the search size, where a whole window lies inside the figure, and the scale."""
    scale = RADIUS / dome.radius
    move = np.array([[scale, 0, PATCH_WIDTH / 2 - scale * dome.x], [0, scale, PATCH_HEIGHT / 2 - scale * dome.y]])
    patch = cv2.warpAffine(picture, move, (PATCH_WIDTH, PATCH_HEIGHT), flags=cv2.INTER_LINEAR)
    alpha = patch[..., 3:].astype(np.float32) / 255
    rgb = patch[..., :3].astype(np.float32) / 255 * alpha + 0.5 * (1 - alpha)
    lab = cv2.GaussianBlur(cv2.cvtColor(rgb.astype(np.float32), cv2.COLOR_RGB2LAB), (0, 0), 1.2)
    inside = cv2.erode((patch[..., 3] >= OPAQUE).astype(np.float32), np.ones((WINDOW, WINDOW)))
    return [np.ascontiguousarray(lab[..., i]) for i in range(3)], np.asarray(inside, np.float32), scale


def _unrest_below(variance: Plane) -> Plane:
    """At least 0.5; grows with the contrast below each pixel, at the distance of a cheek from its eye."""
    below = np.full_like(variance, FULL_CONTRAST)
    below[:-CHEEK_BELOW] = np.sqrt(variance[CHEEK_BELOW:])
    return np.asarray(0.5 + 0.5 * (below / CALM_CONTRAST) ** 2, np.float32)


def _same_skin(mean: list[Plane], middle: int) -> Plane:
    """Near 1 where the colour between two eyes around the column `middle` is that of the cheek below the eye."""
    away = np.full_like(mean[0], 100.0)
    away[:-CHEEK_BELOW] = sum((m[CHEEK_BELOW:] - m[:-CHEEK_BELOW, middle : middle + 1]) ** 2 for m in mean)
    return np.asarray(np.exp(-0.5 * away / SKIN_SPREAD**2), np.float32)


def _proportions(middle: float) -> Plane:
    """How likely each pixel is the left one of two eyes around the column `middle`."""
    apart = (middle - np.arange(PATCH_WIDTH)) / RADIUS
    below = (np.arange(PATCH_HEIGHT) - PATCH_HEIGHT / 2) / RADIUS
    aside = (middle - PATCH_WIDTH / 2) / RADIUS
    row = _bell(np.asarray(apart), EYE_APART) * ((apart > 0.2) & (apart < 0.8))
    return np.asarray(np.outer(_bell(below, EYE_BELOW), row) * _bell(np.asarray(aside), EYE_ASIDE), np.float32)


def _bell(values: NDArray[np.floating[Any]], mean_and_spread: tuple[float, float]) -> NDArray[np.float64]:
    mean, spread = mean_and_spread
    return np.asarray(np.exp(-0.5 * ((values - mean) / spread) ** 2), np.float64)


def _blur(plane: Plane) -> Plane:
    return np.asarray(cv2.blur(plane, (WINDOW, WINDOW)), np.float32)
