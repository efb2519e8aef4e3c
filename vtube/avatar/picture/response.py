"""What the networks do with a face, read off the pictures they make of it.

Eyes close, mouths open and jaws drop only where there is a face, so a picture that is told to do so says where its
eyes, its mouth and its chin are, and whether they move at all. All lengths are pixels of the square that is looked
at; in a head that lies as the template wants it, the eyes are some 45 of them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube import pose as parameters
from vtube.frame import Frame

Change = NDArray[np.float32]
"""Shape (H, W): the sum of what red, green and blue changed, 0 to 765, by the pixel's opacity."""

AT_REST = parameters.neutral()
EYES_CLOSED = parameters.from_mapping({"eye_wink_left": 1, "eye_wink_right": 1})
MOUTH_OPEN = parameters.from_mapping({"mouth_aaa": 1})
CLOSE_LOOK = [AT_REST, EYES_CLOSED, MOUTH_OPEN]
"""The poses of the three pictures that `respond` reads."""

EYES_APART = range(16, 80, 3)
"""Distances between two eyes that are tried, pixels."""
AT_TEMPLATE = range(27, 76, 3)
"""The same where a head is about as large as the template wants it."""
EYE_BLUR = 0.15
EYE_REACH = 0.45
"""How far a closing eye is blurred to be found, and how far from its middle it may reach, in distances of the eyes."""
ONE_EYE, ONE_REACH = 0.12, 26.0
"""An eye that changes by less than this share of the other's does not count; how far one that is alone may reach,
pixels."""
LIKELY = range(24, 100)
"""Where an eye and a mouth may be of one face: twice how far they are beside each other."""
TINY = 1e-6

FULL_EYE, FULL_MOUTH = 120.0, 60.0
"""Change from which on an eye surely closed, or a mouth surely opened."""

MOUTH_BELOW = (0.4, 1.65)
MOUTH_ASIDE = 0.35
"""Where mouth and chin may be below the eyes and beside their middle, in distances of the eyes."""
SIGNIFICANT = 0.04
"""The share of the greatest change under the eyes that still belongs to the jaw."""
FAINT_MOUTH = 0.25
CHIN_BELOW_LIPS = 0.27, 0.42
"""How far the chin is below the top of an opened mouth, at least and usually, in distances of the eyes."""


@dataclass(frozen=True)
class Response:
    """What was seen in one square."""

    x: float
    y: float
    """The middle between the eyes."""
    apart: float
    """From eye to eye."""
    lids: tuple[float, float]
    """How surely the eye on the picture's left and the one on its right closed, 0 to 1."""
    focus: float
    """The share of all change by the lids that lies at the two eyes, 0 to 1; low where it is noise."""
    mouth: float
    """How surely the mouth opened, 0 to 1."""
    chin: float | None
    """The lowest row that moved when the mouth opened; None when it did not open."""

    @property
    def certainty(self) -> float:
        """That this is a face which works, 0 to 1."""
        both = float(np.sqrt(self.lids[0] * self.lids[1]))
        return self.focus * max(both, 0.75 * max(self.lids) * self.mouth) * (0.65 + 0.35 * self.mouth)


def change(after: Frame, before: Frame) -> Change:
    """How much each pixel changed."""
    colours = np.abs(after[..., :3].astype(np.float32) - before[..., :3]).sum(axis=2)
    return np.asarray(colours * (before[..., 3] / np.float32(255)), np.float32)


def respond(rest: Frame, closed: Frame, opened: Frame) -> Response:
    """Read one face off three pictures of it: at rest, with its eyes closed, with its mouth open."""
    lids = np.asarray(cv2.GaussianBlur(change(closed, rest), (0, 0), 2.0), np.float32)
    jaw = np.asarray(cv2.GaussianBlur(change(opened, rest), (0, 0), 1.5), np.float32)
    x, y, apart, _ = pairs(lids, 1, AT_TEMPLATE)[0]
    left, right = (_spot(lids, x + side * apart, y, EYE_REACH * apart) for side in (-0.5, 0.5))
    if min(left.strength, right.strength) <= ONE_EYE * max(left.strength, right.strength):
        return _one_eyed(lids, jaw)
    x, y, apart = (left.x + right.x) / 2, (left.y + right.y) / 2, right.x - left.x
    focus = (left.mass + right.mass) / (float(lids.sum()) + TINY)
    return Response(x, y, apart, (left.strength, right.strength), min(1.0, focus), *_jaw(jaw, x, y, apart))


@dataclass(frozen=True)
class _Spot:
    """The centre of what changed around a place, how surely it is an eye, 0 to 1, and all that changed there."""

    x: float
    y: float
    strength: float
    mass: float


def _spot(changed: Change, x: float, y: float, reach: float) -> _Spot:
    rows, columns = np.mgrid[0 : changed.shape[0], 0 : changed.shape[1]]
    near = np.where(np.hypot(columns - x, rows - y) < reach, changed, 0)
    strong = np.where(near > 0.2 * near.max(), near, 0)
    mass = float(strong.sum()) + TINY
    centre = float((strong * columns).sum()) / mass, float((strong * rows).sum()) / mass
    return _Spot(*centre, min(1.0, float(near.max()) / FULL_EYE), float(near.sum()))


def _one_eyed(lids: Change, jaw: Change) -> Response:
    """An eye of two is covered: the mouth tells where the middle is."""
    row, column = np.unravel_index(int(cv2.GaussianBlur(lids, (0, 0), 5.0).argmax()), lids.shape)
    eye = _spot(lids, float(column), float(row), ONE_REACH)
    below = jaw.copy()
    below[: round(eye.y) + 8] = 0
    row, column = np.unravel_index(int(cv2.GaussianBlur(below, (0, 0), 3.0).argmax()), below.shape)
    mouth = _spot(below, float(column), float(row), ONE_REACH / 2)
    apart = float(round(2 * abs(eye.x - mouth.x)))
    lid = (0.0, eye.strength) if eye.x > mouth.x else (eye.strength, 0.0)
    focus = min(1.0, eye.mass / (float(lids.sum()) + TINY)) if apart in LIKELY else 0.0
    return Response(mouth.x, eye.y, apart, lid, focus, *_jaw(jaw, mouth.x, eye.y, apart))


def spot(changed: Change) -> tuple[float, float, float]:
    """Where most changed in one place, and how wide that is: an eye whose neighbour is covered."""
    blurred = cv2.GaussianBlur(changed, (0, 0), 4.0)
    row, column = np.unravel_index(int(blurred.argmax()), blurred.shape)
    _, labels = cv2.connectedComponents((blurred > 0.3 * blurred.max()).astype(np.uint8))
    area = int((labels == labels[row, column]).sum())
    return float(column), float(row), 2 * float(np.sqrt(area / np.pi))


def pairs(changed: Change, count: int, distances: range = EYES_APART) -> list[tuple[float, float, float, float]]:
    """The likeliest pairs of eyes: middle (x, y), distance, and how much changed at the weaker one; best first."""
    padded = cv2.copyMakeBorder(np.minimum(changed, 400), 0, 0, 80, 80, cv2.BORDER_CONSTANT, value=0)
    width, found = changed.shape[1], []
    for apart in distances:
        half = apart // 2
        blurred = cv2.GaussianBlur(padded, (0, 0), EYE_BLUR * apart)
        both = np.sqrt(blurred[:, 80 - half : 80 - half + width] * blurred[:, 80 + half : 80 + half + width])
        both = (both - blurred[:, 80 : 80 + width]).clip(0) * np.sqrt(apart)  # the bridge of a nose stays as it is
        for _ in range(count):
            row, column = np.unravel_index(int(both.argmax()), both.shape)
            found.append((float(column), float(row), float(2 * half), float(both[row, column])))
            top, left = max(0, row - apart), max(0, column - apart)
            both[top : row + apart, left : column + apart] = 0
    return _apart_from_each_other(sorted(found, key=lambda pair: -pair[3]), count)


def _apart_from_each_other(
    sorted_pairs: list[tuple[float, float, float, float]], count: int
) -> list[tuple[float, float, float, float]]:
    kept: list[tuple[float, float, float, float]] = []
    for pair in sorted_pairs:
        if all(np.hypot(pair[0] - other[0], pair[1] - other[1]) > 0.7 * max(pair[2], other[2]) for other in kept):
            kept.append(pair)
        if len(kept) == count:
            break
    return kept


def _jaw(jaw: Change, x: float, y: float, apart: float) -> tuple[float, float | None]:
    """How surely the mouth opened, and the chin's row."""
    first, last = (int(np.clip(y + share * apart, 0, jaw.shape[0])) for share in MOUTH_BELOW)
    left, right = (int(np.clip(x + side * MOUTH_ASIDE * apart, 0, jaw.shape[1])) for side in (-1, 1))
    under = jaw[first:last, left:right]
    if not under.size:
        return 0.0, None
    strength = min(1.0, float(under.max()) / FULL_MOUTH)
    if strength < FAINT_MOUTH:
        return strength, None
    profile = under.sum(axis=1)
    lips = int(np.flatnonzero(profile > 0.3 * profile.max())[0])
    lowest = int(np.flatnonzero(profile > SIGNIFICANT * profile.max())[-1])
    if lowest - lips < CHIN_BELOW_LIPS[0] * apart:  # the jaw's line was too faint to be seen
        return strength, first + lips + CHIN_BELOW_LIPS[1] * apart
    return strength, float(first + lowest)
