"""Phase lock with a tracker: frames are moved, by less than one, so that each is begun just after a face has arrived.

A tracker of 60 faces a second and a loop of 60 frames meet at any phase, and stay there: half a frame is waited on
average, a whole one with bad luck, and where the two jitter about the same moment faces are shown twice or not at all.
"""

from __future__ import annotations

import cmath
import math
from collections import deque
from collections.abc import Sequence

from vtube.realtime.schedule import Schedule

MIN_FACES = 64
"""Faces that have to be seen before deadlines are moved: one second of a fast tracker."""
MAX_FACES = 240
"""The newest faces from which the phase is taken: four seconds of a fast tracker."""
LONGEST_SILENCE_S = 1.0
"""After a longer one the tracker may have begun anew, at another phase."""
MIN_COHERENCE = 0.6
"""Length of the mean phase vector below which faces keep no step; 0.6 is a jitter of a sixth of a period."""
MAX_DRIFT = 3e-4
"""Relative error of a tracker's clock above which it is not followed: it would pass every phase in a minute."""
MIN_WAIT_S = 0.0008
"""The least that a face should wait for its frame on average, seconds."""
WAIT_JITTERS = 2.5
"""What a face should wait on average, in standard deviations of its arrival: hardly any comes too late then."""
TOLERANCE_S = 0.0004
"""Deadlines that are right to this many seconds are left alone: how long frames take changes all the time."""
DECAY = 0.9975
"""What is kept of the lead at each face when it shrinks; a lead that grows counts at once."""
MAX_SHIFT = 0.75
"""Periods that deadlines are moved at most; beyond, the same phase is found a whole period back."""


class PhaseLock:
    """Finds out how far deadlines should be moved; for one thread."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque(maxlen=MAX_FACES)
        self._phases: deque[complex] = deque(maxlen=MAX_FACES)
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
        self._phases.append(phase(source_time, nominal))
        self._lead = max(lead, DECAY * self._lead + (1 - DECAY) * lead)
        if len(self._arrivals) >= MIN_FACES:
            self._follow(nominal.period)

    def _forget(self) -> None:
        self._arrivals.clear()
        self._phases.clear()
        self._lead = 0.0

    def _follow(self, period: float) -> None:
        arrivals, phases = list(self._arrivals), list(self._phases)
        average = mean(phases)
        if abs(average) < MIN_COHERENCE or abs(drift(arrivals, phases, period)) > MAX_DRIFT:
            return
        jitter = period / math.tau * math.sqrt(-2 * math.log(min(abs(average), 1.0)))
        wait = max(MIN_WAIT_S, WAIT_JITTERS * jitter)
        begun = cmath.phase(average) / math.tau * period + wait
        error = wrapped(begun + self._lead - self._offset, period)
        if abs(error) > TOLERANCE_S:
            moved = self._offset + error
            self._offset = moved if abs(moved) <= MAX_SHIFT * period else moved - math.copysign(period, moved)


def phase(moment: float, schedule: Schedule) -> complex:
    """Where in the period `moment` lies, as a point of the unit circle."""
    return cmath.exp(1j * math.tau * math.fmod((moment - schedule.start) * schedule.fps, 1.0))


def mean(phases: Sequence[complex]) -> complex:
    """Its angle is where in the period they lie, its length 1 when all lie there."""
    return sum(phases) / len(phases)


def drift(moments: Sequence[float], phases: Sequence[complex], period: float) -> float:
    """How much faster the schedule is than the moments, as a share: from their phases' earlier and later half."""
    half = len(moments) // 2
    between = (moments[-1] + moments[half] - moments[half - 1] - moments[0]) / 2
    turned = cmath.phase(mean(phases[half:]) * mean(phases[:half]).conjugate()) / math.tau * period
    return turned / between


def wrapped(seconds: float, period: float) -> float:
    """The same phase, at most half a period from 0."""
    return seconds - period * round(seconds / period)
