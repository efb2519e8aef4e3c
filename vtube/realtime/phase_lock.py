"""In step with a tracker: frames are moved, by less than one, so that each is begun just after a face has arrived.

A tracker of 60 faces a second and a loop of 60 frames meet at any phase, and stay there: half a frame is waited on
average, a whole one with bad luck, and where the two jitter about the same moment faces are shown twice or not at all.
"""

from __future__ import annotations

import cmath
import math
from collections import deque
from collections.abc import Sequence

from vtube.realtime.loop import Schedule

LEAST, MOST = 64, 240
"""Faces from which the phase is taken: 1 to 4 seconds of them."""
LONGEST_SILENCE_S = 1.0
"""After a longer one the tracker may have begun anew, at another phase."""
STEADY = 0.6
"""Length of the mean phase vector below which faces keep no step; 0.6 is a jitter of a sixth of a period."""
DRIFT = 3e-4
"""Trackers whose clock is off by more than this are not followed: they would pass every phase in a minute anyway."""
LEAST_WAIT_S = 0.0008
WAIT_JITTERS = 2.5
"""What a face waits on average: so many standard deviations, so that hardly any comes too late for its frame."""
ENOUGH_S = 0.0004
"""Deadlines that are right to this are left alone: how long frames take changes all the time."""
CALM = 0.9975
"""A frame that takes less time than before is believed by so little at a time; one that takes more at once."""
FURTHEST = 0.75
"""Periods that deadlines are moved at most; beyond, the same phase is found a whole period back."""


class InStep:
    """Finds out how far deadlines should be moved; for one thread."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque(maxlen=MOST)
        self._turns: deque[complex] = deque(maxlen=MOST)
        self._schedule: Schedule | None = None
        self._offset = self._lead = 0.0

    def offset(self, source_time: float | None, lead: float, nominal: Schedule) -> float:
        """Seconds to add to the deadlines of `nominal`, the schedule that nobody moved.

        Args:
            source_time: when the newest face arrived (monotonic seconds), or None; asked once a frame or more.
            lead: how long before its deadline a frame is begun, seconds.
            nominal: the loop's own deadlines.
        """
        if nominal != self._schedule:
            self._schedule, self._offset = nominal, 0.0
            self._forget()
        if source_time is not None and lead < nominal.period:
            self._take(source_time, lead, nominal)
        return self._offset

    def _take(self, source_time: float, lead: float, nominal: Schedule) -> None:
        silence = source_time - self._arrivals[-1] if self._arrivals else 0.0
        if self._arrivals and silence == 0.0:
            return
        if silence > LONGEST_SILENCE_S:
            self._forget()
        self._arrivals.append(source_time)
        self._turns.append(turn(source_time, nominal))
        self._lead = max(lead, CALM * self._lead + (1 - CALM) * lead)
        if len(self._arrivals) >= LEAST:
            self._follow(nominal.period)

    def _forget(self) -> None:
        self._arrivals.clear()
        self._turns.clear()
        self._lead = 0.0

    def _follow(self, period: float) -> None:
        arrivals, turns = list(self._arrivals), list(self._turns)
        phase = mean(turns)
        if abs(phase) < STEADY or abs(drift(arrivals, turns, period)) > DRIFT:
            return
        jitter = period / math.tau * math.sqrt(-2 * math.log(min(abs(phase), 1.0)))
        wait = max(LEAST_WAIT_S, WAIT_JITTERS * jitter)
        begun = cmath.phase(phase) / math.tau * period + wait
        error = wrapped(begun + self._lead - self._offset, period)
        if abs(error) > ENOUGH_S:
            moved = self._offset + error
            self._offset = moved if abs(moved) <= FURTHEST * period else moved - math.copysign(period, moved)


def turn(moment: float, schedule: Schedule) -> complex:
    """Where in the period `moment` lies, as a point of the unit circle."""
    return cmath.exp(1j * math.tau * math.fmod((moment - schedule.start) * schedule.fps, 1.0))


def mean(turns: Sequence[complex]) -> complex:
    """Its angle is where in the period they lie, its length 1 when all lie there."""
    return sum(turns) / len(turns)


def drift(moments: Sequence[float], turns: Sequence[complex], period: float) -> float:
    """How much faster the schedule is than the moments, as a share: from their turns' earlier and later half."""
    half = len(moments) // 2
    between = (moments[-1] + moments[half] - moments[half - 1] - moments[0]) / 2
    turned = cmath.phase(mean(turns[half:]) * mean(turns[:half]).conjugate()) / math.tau * period
    return turned / between


def wrapped(seconds: float, period: float) -> float:
    """The same phase, at most half a period from 0."""
    return seconds - period * round(seconds / period)
