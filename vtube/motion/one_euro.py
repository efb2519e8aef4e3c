"""The One-Euro filter in continuous time, for many values at once.

Source: Casiez, Roussel, Vogel: "1 Euro filter: a simple speed-based low-pass filter for noisy input in
interactive systems", CHI 2012. A low-pass whose cutoff rises with the speed of the signal: calm at rest, quick
in motion.

Here the low-pass is solved exactly between samples instead of once a sample: what it shows at a moment depends
on the samples alone, not on how often it is asked. A 24 fps tracker therefore moves in between its frames on a
60 fps camera, and 24, 30 and 60 fps cameras show the same motion. Every sample counts as valid since LEAD_S
before it arrived (a face is exposed at least a camera frame before its numbers come in), which makes up for
holding it afterwards.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAD_S = 1.0 / 60.0
SPEED_CUTOFF_HZ = 4.0
"""Low-pass of the speed that raises the cutoff."""
SHORTEST_STEP_S = 1.0 / 120.0
"""Datagrams that arrive together are no faster motion."""


class OneEuro:
    """A One-Euro filter over a vector.

    Args:
        min_cutoff: Hz at rest, one for each value; infinite passes the value unchanged.
        beta: Hz by which the cutoff rises for each unit per second of speed, one for each value.
    """

    def __init__(self, min_cutoff: Array, beta: Array) -> None:
        self._min_cutoff = min_cutoff
        self._beta = beta
        self.reset()

    def reset(self) -> None:
        """Forget everything; the next sample is taken as it is."""
        self._arrived = math.nan
        self._start = -math.inf
        self._from = np.zeros_like(self._min_cutoff)
        self._target = np.zeros_like(self._min_cutoff)
        self._speed = np.zeros_like(self._min_cutoff)
        self._rate = 2.0 * math.pi * self._min_cutoff

    def update(self, sample: Array, time: float) -> None:
        """Take a sample that arrived at `time` seconds; earlier ones than the last are taken as simultaneous."""
        if math.isnan(self._arrived):
            self._arrived, self._start = time, time
            self._from[:] = self._target[:] = sample
            return
        step = max(time - self._arrived, SHORTEST_STEP_S)
        share = 1.0 - math.exp(-2.0 * math.pi * SPEED_CUTOFF_HZ * step)
        self._speed += ((sample - self._target) / step - self._speed) * share
        start = max(time - LEAD_S, self._start)
        self._from, self._start = self.at(start), start
        self._target[:] = sample
        self._rate = 2.0 * math.pi * (self._min_cutoff + self._beta * np.abs(self._speed))
        self._arrived = max(time, self._arrived)

    def at(self, time: float) -> Array:
        """The filtered values at `time` seconds, a new array."""
        elapsed = max(time - self._start, 1e-9)
        remaining: Array = np.exp(-self._rate * elapsed)
        return self._target + (self._from - self._target) * remaining
