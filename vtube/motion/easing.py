"""Easing: values that follow a target without a step in value or in speed, at any frame rate.

A critically damped spring, advanced by its exact solution, so that the way from one moment to another does not
depend on the frames in between while the target stands.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STIFFNESS = 6.0
"""Times the easing time gives the spring's rate: 98 % of the way is then covered within the easing time."""
_SHORTEST_S, _LONGEST_STEP_S = 1e-3, 60.0
_THERE = 2e-4
"""Nearer than this, and as slow, counts as arrived: the value becomes the target exactly."""


class Follower:
    """Numbers that ease towards a target. They never pass it when they start at rest.

    Attributes:
        value: where they are; shape as given, float64.
        seconds: the easing time; less than a millisecond jumps.
    """

    def __init__(self, start: Array, seconds: float) -> None:
        self.value = np.array(start, np.float64)
        self.seconds = seconds
        self._velocity = np.zeros_like(self.value)
        self._time = math.nan

    def toward(self, target: Array, now: float) -> Array:
        """The numbers at `now` on their way to `target`, same shape, finite. The array is not written to later."""
        elapsed = _elapsed(self._time, now)
        self._time = now if math.isfinite(now) else self._time
        if self.seconds < _SHORTEST_S:
            self.jump(target)
        elif elapsed > 0:
            self._advance(target, elapsed)
        return self.value

    def jump(self, target: Array, where: NDArray[np.bool_] | bool = True) -> None:
        """Be at `target` at once, at rest; only `where` that is true."""
        self.value = np.where(where, target, self.value)
        self._velocity = np.where(where, 0.0, self._velocity)

    def _advance(self, target: Array, elapsed: float) -> None:
        rate = _STIFFNESS / self.seconds
        gap = self.value - target
        slope = self._velocity + rate * gap
        decay = math.exp(-rate * elapsed)
        self.value = target + (gap + slope * elapsed) * decay
        self._velocity = (self._velocity - rate * slope * elapsed) * decay
        there = (np.abs(self.value - target) < _THERE) & (np.abs(self._velocity) < _THERE * rate)
        if there.any():
            self.jump(target, there)


class Fader:
    """A layer's weight: eases to 1 while the layer is on and to 0 while it is off, always within 0..1."""

    def __init__(self, rise_s: float, fall_s: float | None = None) -> None:
        """`rise_s` and `fall_s` (as `rise_s` unless given) are easing times in seconds; 0 switches hard."""
        self.rise_s = rise_s
        self.fall_s = rise_s if fall_s is None else fall_s
        self._follower = Follower(np.zeros(()), rise_s)

    @property
    def weight(self) -> float:
        """Where it is now."""
        return float(self._follower.value)

    def toward(self, on: bool, now: float) -> float:
        """The weight at `now`."""
        self._follower.seconds = self.rise_s if on else self.fall_s
        self._follower.toward(np.asarray(float(on)), now)
        return min(max(self.weight, 0.0), 1.0)


def smoothstep(share: float) -> float:
    """0..1 to 0..1, at rest at both ends; outside it stays 0 or 1."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def minimum_jerk(share: float) -> float:
    """0..1 to 0..1 as a hand, eye or head travels (Flash and Hogan 1985); outside it stays 0 or 1."""
    share = min(max(share, 0.0), 1.0)
    return share * share * share * (10 + share * (6 * share - 15))


def _elapsed(before: float, now: float) -> float:
    """Seconds from one call to the next: 0 at the first, for a clock that ran back and for nonsense."""
    elapsed = now - before
    return min(elapsed, _LONGEST_STEP_S) if elapsed > 0 else 0.0
