"""How strongly each kind of parameter is smoothed."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from vtube.motion.one_euro import Array, OneEuro, Unfiltered
from vtube.motion.retarget.base import GROUPS
from vtube.pose import COUNT, INDEX

LEAN = slice(COUNT, COUNT + 3)
VALUES = COUNT + 3
"""The 45 parameters and the three numbers of the lean go through one filter."""

CUTOFF_HZ: dict[str, float] = {"head": 3.0, "brows": 5.0, "mouth": 8.0, "lids": 8.0, "gaze": 8.0}
"""Cutoff at rest of the default smoothing. Heads live below 3 Hz and eyes below 8 Hz on real recordings."""
LEAN_CUTOFF_HZ = 1.5
BETA: dict[str, float] = {"head": 3.0, "brows": 2.0, "mouth": 1.5, "lids": 2.0, "gaze": 1.0}
"""Hz by which the cutoff rises for a speed of one full range a second."""
LEAN_BETA = 20.0
SPREAD = 9.0
"""The softest cutoff is the default's by the square root of this, the lightest as much above."""


class Smoother(Protocol):
    """Takes samples as they arrive and shows values whenever it is asked."""

    def reset(self) -> None:
        """Forget everything; the next sample is taken as it is."""

    def update(self, sample: Array, time: float, /) -> None:
        """Take a sample that arrived at `time` seconds."""

    def at(self, time: float, /) -> Array:
        """The values to show at `time` seconds, a new array."""


def build_filter(smoothing: float) -> Smoother:
    """A filter for the 45 parameters and the lean; 0 passes everything as it is, 0.5 is the default, 1 is soft."""
    if smoothing <= 0:
        return Unfiltered(VALUES)
    cutoff, beta = np.full(VALUES, 8.0), np.full(VALUES, 2.0)
    for group, names in GROUPS.items():
        at = [INDEX[name] for name in names]
        cutoff[at], beta[at] = CUTOFF_HZ[group], BETA[group]
    cutoff[LEAN], beta[LEAN] = LEAN_CUTOFF_HZ, LEAN_BETA
    factor = SPREAD ** (0.5 - smoothing)
    return OneEuro(cutoff * factor, beta * factor)
