"""When to begin a frame so that it is finished just before it is shown."""

from __future__ import annotations

from vtube.metrics import RollingWindow, quantile
from vtube.realtime.schedule import Schedule

REMEMBERED = 192
"""Frames whose durations are remembered."""
MARGIN_S = 0.0002
"""The least time between a frame's expected end and its deadline, seconds."""
FIRST_LEAD_S = 0.1
"""The lead before anything has been measured, seconds."""
LONGEST_LEAD = 0.92
"""The longest lead of a renderer that is mostly fast enough, in periods.

A frame that is late now and then is seen less than all of them coming a period later.
"""
FAST_ENOUGH = 0.8
"""A frame that takes at most this share of a period is fast enough."""
MOSTLY = 0.75
"""A renderer is mostly fast enough when at least this share of its frames is."""


class FramePacer:
    """Learns how long frames take and plans the next one.

    Attributes:
        lead: how long before its deadline a frame is begun, seconds: the 98 % quantile of what the last 192 frames
            took, plus a margin that grows when a deadline is missed and shrinks slowly back to nearly nothing. On a
            busy computer, where only most frames take less than a period, nearly a period.
    """

    def __init__(self, now: float) -> None:
        self.duty_cycle = 1.0
        """Share of the time in which a renderer slower than the loop draws, above 0, at most 1; it rests otherwise."""
        self._earliest = now
        self._target = float("-inf")
        self.forget()

    def forget(self) -> None:
        """Another renderer draws from now on."""
        self.lead = FIRST_LEAD_S
        self._margin = MARGIN_S
        self._durations = RollingWindow(REMEMBERED)

    def plan(self, now: float, schedule: Schedule) -> tuple[float, float]:
        """When to begin the next frame, and the deadline it is for.

        With frames that take less than a period, each deadline gets one. With longer ones the next begins at once,
        unless even a quick one (10 % quantile) would replace the last before that has been seen.
        """
        if self.lead < schedule.period:
            self._target = schedule.deadline_from(max(now + self.lead, self._target + schedule.period / 2))
            return self._target - self.lead, self._target
        start = max(now, self._earliest)
        self._target = schedule.deadline_from(start + self.lead)
        return start, self._target

    def add(self, start: float, finished: float, schedule: Schedule) -> None:
        """The frame planned last was to begin at `start` and was there at `finished`."""
        if finished > self._target and self.lead < schedule.period:
            self._margin = min(1.5 * self._margin + MARGIN_S, schedule.period / 4)
        else:
            self._margin = max(0.995 * self._margin, MARGIN_S)
        self._durations.add(finished - start)
        durations = self._durations.values()
        self.lead = (quantile(durations, 0.98) or 0.0) + self._margin
        if self._is_mostly_fast_enough(durations, schedule.period):
            self.lead = min(self.lead, LONGEST_LEAD * schedule.period)
        unseen = schedule.deadline_from(finished) - (quantile(durations, 0.1) or 0.0)
        rest = (1 / self.duty_cycle - 1) * (finished - start)
        self._earliest = max(unseen, finished + rest)

    def rest(self, now: float, schedule: Schedule) -> None:
        """There was nothing to draw: look again at the next deadline."""
        self._earliest = schedule.deadline_from(now + 2e-6)

    @staticmethod
    def _is_mostly_fast_enough(durations: list[float], period: float) -> bool:
        return (quantile(durations, MOSTLY) or 0.0) < FAST_ENOUGH * period
