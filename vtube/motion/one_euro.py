"""The One-Euro filter in continuous time, for many values at once.

Source: Casiez, Roussel, Vogel: "1 Euro filter: a simple speed-based low-pass filter for noisy input in
interactive systems", CHI 2012. A low-pass whose cutoff rises with the speed of the signal: calm at rest, quick
in motion.

Here the low-pass is solved exactly between samples instead of once a sample, and its input glides from one
sample to the next instead of stepping. What it shows at a moment depends on the samples alone, not on how often
it is asked: a 24 fps tracker moves evenly on a 60 fps camera, and 24, 30 and 60 fps cameras show the same motion.
Every sample counts as valid since LEAD_S before it arrived (a face is exposed at least a camera frame before its
numbers come in), which pays for the glide.
"""

from __future__ import annotations

import math

import numpy as np

from vtube.motion.easing import Array

LEAD_S = 1.0 / 60.0
SPEED_CUTOFF_HZ = 4.0
"""Low-pass of the speed that raises the cutoff."""
SHORTEST_STEP_S = 1.0 / 120.0
"""Datagrams that arrive together are no faster motion."""
LONGEST_GLIDE_S = 0.05
USUAL_STEP_WEIGHT = 0.1
"""Share of the newest step in the usual one: network jitter should not show in the glide."""


class OneEuro:
    """A One-Euro filter over a vector.

    Args:
        min_cutoff: Hz at rest, one for each value.
        beta: Hz by which the cutoff rises for each unit per second of speed, one for each value.
    """

    def __init__(self, min_cutoff: Array, beta: Array) -> None:
        self._min_cutoff = min_cutoff
        self._beta = beta
        self.reset()

    def reset(self) -> None:
        """Forget everything; the next sample is taken as it is."""
        size = len(self._min_cutoff)
        self._arrived = math.nan
        self._start = self._glide = self._usual_step = 0.0
        self._shown, self._from, self._target = np.zeros(size), np.zeros(size), np.zeros(size)
        self._speed = np.zeros(size)
        self._rate = 2.0 * math.pi * self._min_cutoff

    def update(self, sample: Array, time: float) -> None:
        """Take a sample that arrived at `time` seconds; earlier ones than the last are taken as simultaneous."""
        if math.isnan(self._arrived):
            self._arrived = self._start = time
            self._shown, self._from, self._target = sample.copy(), sample.copy(), sample.copy()
            return
        step = max(time - self._arrived, SHORTEST_STEP_S)
        self._hasten((sample - self._target) / step, step)
        start = max(time - LEAD_S, self._start)
        self._shown, self._from, self._start = self.at(start), self._input(start - self._start), start
        self._target = sample.copy()
        self._glide = self._expect(step)
        self._arrived = max(time, self._arrived)

    def at(self, time: float) -> Array:
        """The filtered values at `time` seconds, a new array."""
        elapsed = max(time - self._start, 0.0)
        gliding = min(elapsed, self._glide)
        slope = (self._target - self._from) / self._glide if self._glide > 0 else np.zeros_like(self._from)
        behind = slope / self._rate
        shown: Array = self._input(gliding) - behind
        shown += (self._shown - self._from + behind) * np.exp(-self._rate * gliding)
        if elapsed > gliding:
            shown = self._target + (shown - self._target) * np.exp(-self._rate * (elapsed - gliding))
        return shown

    def _input(self, elapsed: float) -> Array:
        share = min(elapsed / self._glide, 1.0) if self._glide > 0 else 1.0
        return self._from + (self._target - self._from) * share

    def _hasten(self, speed: Array, step: float) -> None:
        self._speed += (speed - self._speed) * (1.0 - math.exp(-2.0 * math.pi * SPEED_CUTOFF_HZ * step))
        self._rate = 2.0 * math.pi * (self._min_cutoff + self._beta * np.abs(self._speed))

    def _expect(self, step: float) -> float:
        """How long until the next sample, as far as the last ones tell."""
        step = min(step, LONGEST_GLIDE_S)
        known = self._usual_step > 0
        self._usual_step += (step - self._usual_step) * (USUAL_STEP_WEIGHT if known else 1.0)
        return self._usual_step


class Unfiltered:
    """In a filter's place: shows the newest sample as it is."""

    def __init__(self, size: int) -> None:
        self._sample = np.zeros(size)

    def reset(self) -> None:
        """Nothing is remembered."""

    def update(self, sample: Array, _time: float) -> None:
        """See `OneEuro.update`."""
        self._sample = sample

    def at(self, _time: float) -> Array:
        """See `OneEuro.at`."""
        return self._sample.copy()
