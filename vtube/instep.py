"""In step with a tracker: frames are moved, by less than one, so that each is begun just after a face has arrived.

A tracker of 60 faces a second and a loop of 60 frames meet at any phase, and stay there: half a frame is waited on
average, a whole one with bad luck, and where the two jitter about the same moment faces are shown twice or not at all.
"""

from __future__ import annotations

import cmath
import math

from vtube.loop import Schedule
from vtube.meters import Recent

LEAST, MOST = 64, 240
"""Faces from which the phase is taken: 1 to 4 seconds of them."""
EVERY = 8
"""It is taken anew after so many faces."""
STEADY = 0.6
"""Length of the mean phase vector below which faces keep no step; 0.6 is a jitter of a sixth of a period."""
DRIFT = 3e-4
"""Trackers whose clock is off by more than this are not followed: they would pass every phase in a minute anyway."""
LEAST_WAIT_S = 0.0008
WAIT_JITTERS = 2.5
"""What a face waits on average: so many standard deviations, so that hardly any comes too late for its frame."""
ENOUGH_S = 0.0004
"""Deadlines that are right to this are left alone: how long frames take changes all the time."""
CALM = 0.98
"""A frame that takes less time than before is believed by so little at a time; one that takes more at once."""
FURTHEST = 0.75
"""Periods that deadlines are moved at most; beyond, the same phase is found a whole period back."""


class InStep:
    """Finds out how far deadlines should be moved; for one thread."""

    def __init__(self) -> None:
        self._arrivals = Recent(MOST)
        self._count = 0
        self._newest: float | None = None
        self._schedule: Schedule | None = None
        self._offset = 0.0
        self._lead = 0.0

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
        if source_time is None or source_time == self._newest or lead >= nominal.period:
            return self._offset
        if self._newest is not None and source_time - self._newest > 1.0:
            self._forget()
        self._newest = source_time
        self._arrivals.add(source_time)
        self._count += 1
        if self._count >= LEAST and self._count % EVERY == 0:
            self._lead = max(lead, CALM * self._lead + (1 - CALM) * lead)
            self._follow(self._lead, nominal)
        return self._offset

    def _forget(self) -> None:
        self._arrivals.clear()
        self._count = 0
        self._lead = 0.0

    def _follow(self, lead: float, nominal: Schedule) -> None:
        period, arrivals = nominal.period, self._arrivals.values()
        phase = mean_phase(arrivals, nominal)
        if abs(phase) < STEADY or abs(drift(arrivals, nominal)) > DRIFT:
            return
        jitter = period / math.tau * math.sqrt(-2 * math.log(min(abs(phase), 1.0)))
        wait = max(LEAST_WAIT_S, WAIT_JITTERS * jitter)
        begun = cmath.phase(phase) / math.tau * period + wait
        error = wrapped(begun + lead - self._offset, period)
        if abs(error) > ENOUGH_S:
            moved = self._offset + error
            self._offset = moved if abs(moved) <= FURTHEST * period else moved - math.copysign(period, moved)


def mean_phase(moments: list[float], schedule: Schedule) -> complex:
    """The mean of their phase vectors: its angle is where in the period they lie, its length 1 when all lie there."""
    turns = [cmath.exp(1j * math.tau * math.fmod(moment - schedule.start, schedule.period) / schedule.period)
             for moment in moments]
    return sum(turns) / len(turns)


def drift(moments: list[float], schedule: Schedule) -> float:
    """How much faster the schedule is than the moments, as a share: from the phases of their earlier and later half."""
    half = len(moments) // 2
    earlier, later = (mean_phase(part, schedule) for part in (moments[:half], moments[half:]))
    between = (moments[-1] + moments[half] - moments[half - 1] - moments[0]) / 2
    turned = cmath.phase(later * earlier.conjugate()) / math.tau * schedule.period
    return turned / between


def wrapped(seconds: float, period: float) -> float:
    """The same phase, at most half a period from 0."""
    return seconds - period * round(seconds / period)
