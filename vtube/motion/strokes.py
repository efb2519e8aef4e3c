"""Strokes: single movements out and back, from which gestures are put together.

Each is a function of time with no step in value, speed or acceleration (minimum jerk, Flash and Hogan 1985), so a sum
of them has none either, at any frame rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from vtube.motion.easing import Array, minimum_jerk
from vtube.pose import COUNT

BREAKS_OFF_S = 0.3
"""A gesture that is broken off ends within this."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """From 0 to `amount` in `rise` seconds from `start` on, kept for `hold`, back within `fall`.

    Attributes:
        index: the pose parameter that it moves.
        amount: how far, in the parameter's own unit.
        start, rise, hold, fall: seconds; `start` on the clock of `now`.
        shakes_hz: above 0 it swings so often a second between 0 and `amount` instead of holding.
        leads: it goes to `amount`, wherever the layers below have the parameter, and not so far from there.
        broken_off, leaves: where it is broken off, the moment and the seconds within which it goes; else never.
    """

    index: int
    amount: float
    start: float
    rise: float
    hold: float
    fall: float
    shakes_hz: float = 0.0
    leads: bool = False
    broken_off: float = math.inf
    leaves: float = 1.0

    @property
    def end(self) -> float:
        """When it is over."""
        return min(self.start + self.rise + self.hold + self.fall, self.broken_off + self.leaves)

    def at(self, now: float) -> float:
        """Its part of the parameter at `now`."""
        size = self.share(now)
        if self.shakes_hz:
            size *= 0.5 - 0.5 * math.cos(2 * math.pi * self.shakes_hz * (now - self.start))
        return self.amount * size

    def share(self, now: float) -> float:
        """How much of it is there at `now`, 0..1, whether it swings or not."""
        passed = now - self.start
        if passed <= 0.0 or now >= self.end:
            return 0.0
        whole = minimum_jerk(passed / self.rise) - minimum_jerk((passed - self.rise - self.hold) / self.fall)
        return whole * (1.0 - minimum_jerk((now - self.broken_off) / self.leaves))


class Strokes:
    """Those that are on their way."""

    LIMIT = 256

    def __init__(self) -> None:
        self._running: list[Stroke] = []

    def add(self, *strokes: Stroke) -> None:
        """Begin more; the oldest make room beyond LIMIT."""
        self._running = [*self._running, *strokes][-self.LIMIT :]

    def break_off(self, now: float, within: float = BREAKS_OFF_S) -> None:
        """Let all of them go away within so many seconds; those that go already, and new ones, do as they do."""
        self._running = [
            one if one.broken_off <= now else replace(one, broken_off=now, leaves=within) for one in self._running
        ]

    def sum(self, now: float) -> Array:
        """What they amount to at `now`, shape (45,); those that are over are forgotten."""
        self._running = [stroke for stroke in self._running if now < stroke.end]
        total = np.zeros(COUNT)
        for stroke in self._running:
            total[stroke.index] += stroke.at(now)
        return total

    def share(self, now: float, parameters: slice) -> float:
        """How much of the strongest that moves one of these parameters is there at `now`, 0..1."""
        within = range(parameters.start, parameters.stop)
        return max((stroke.share(now) for stroke in self._running if stroke.index in within), default=0.0)

    def led(self, now: float) -> Array:
        """How much of each parameter those that lead have taken from the layers below at `now`, 0..1, shape (45,)."""
        taken = np.zeros(COUNT)
        for stroke in self._running:
            if stroke.leads:
                taken[stroke.index] = max(taken[stroke.index], stroke.share(now))
        return taken

    def __len__(self) -> int:
        return len(self._running)
