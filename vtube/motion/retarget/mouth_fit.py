"""The mouth solver of the THA3 demo's converter: a bounded least-norm fit of four mouth shapes.

The demo minimises ||d M - m||_2 + 0.01 ||d||_1 over d in [0, 1]^4 with a general optimiser. The problem is
convex, and for every choice of coordinates held at a bound its minimum over the free ones has a closed form,
so that the best of all 3^4 choices is the exact answer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOUTH_ROWS: Array = np.array(
    [
        [1.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [0.5, 0.3, 0.25, 0.75],
        [1.0, 0.5, 0.5, 0.4],
    ]
)
"""Rows: aaa, iii, uuu, ooo; columns: openness, lower lip down, funnel, pucker. Source: the THA3 demo (MIT)."""

L1_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class _Choices:
    """Closed forms for every choice of held coordinates, stacked.

    With the free columns A and the rest b of the target, the minimiser of ||A x - b|| + w 1'x is the least
    squares solution less w * r * (A'A)^-1 1, where r = ||b's part outside A|| / sqrt(1 - w^2 1'(A'A)^-1 1).
    """

    held: Array
    held_image: Array
    pinv: Array
    outside: Array
    shrink: Array


def _choices() -> _Choices:
    columns = MOUTH_ROWS.T
    rows: list[tuple[Array, Array, Array, Array, Array]] = []
    for choice in itertools.product((0.0, 1.0, None), repeat=4):
        held = np.array([0.0 if value is None else value for value in choice])
        free = [index for index, value in enumerate(choice) if value is None]
        pinv, outside, shrink = np.zeros((4, 4)), np.eye(4), np.zeros(4)
        if free:
            a = columns[:, free]
            gram = np.linalg.inv(a.T @ a)
            pinv[free] = gram @ a.T
            ones = gram.sum(axis=1)
            outside = (np.eye(4) - a @ pinv[free]) / np.sqrt(1.0 - L1_WEIGHT**2 * ones.sum())
            shrink[free] = L1_WEIGHT * ones
        rows.append((held, columns @ held, pinv, outside, shrink))
    return _Choices(*(np.array(part) for part in zip(*rows, strict=True)))


_CHOICES = _choices()


def fit_mouth(target: Array) -> Array:
    """The weights of aaa, iii, uuu and ooo, each 0..1, that come nearest to `target`.

    Args:
        target: shape (4,): openness, lower lip down, funnel, pucker, each 0..1.
    """
    rest = target - _CHOICES.held_image
    radius = np.linalg.norm(np.einsum("nij,nj->ni", _CHOICES.outside, rest), axis=1)
    free = np.einsum("nij,nj->ni", _CHOICES.pinv, rest) - radius[:, None] * _CHOICES.shrink
    candidates = np.clip(_CHOICES.held + free, 0.0, 1.0)
    loss = np.linalg.norm(candidates @ MOUTH_ROWS - target, axis=1) + L1_WEIGHT * candidates.sum(axis=1)
    best: Array = candidates[int(np.argmin(loss))]
    return best
