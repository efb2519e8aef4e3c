"""The deadlines of the frames."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deadline n is `start + n / fps`, always computed from n: nothing adds up, nothing drifts."""

    start: float
    fps: float

    @property
    def period(self) -> float:
        """Seconds from one deadline to the next."""
        return 1 / self.fps

    def deadline(self, index: int) -> float:
        """Monotonic seconds at which frame `index` leaves."""
        return self.start + index / self.fps

    def index_from(self, moment: float) -> int:
        """The first index whose deadline is not before `moment` (a microsecond before counts as at it)."""
        return math.ceil((moment - self.start - 1e-6) * self.fps)

    def deadline_from(self, moment: float) -> float:
        """The first deadline that is not before `moment`."""
        return self.deadline(self.index_from(moment))

    def moved(self, seconds: float) -> Schedule:
        """The same deadlines, all later by `seconds`."""
        return Schedule(self.start + seconds, self.fps) if seconds else self
