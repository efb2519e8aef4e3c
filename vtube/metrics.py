"""Small gauges for the hot path: one thread adds, any thread reads; no lock, no allocation when adding."""

from __future__ import annotations

import math

RATE_WINDOW_S = 2.0


class RollingWindow:
    """The last `size` numbers."""

    def __init__(self, size: int) -> None:
        self._values = [0.0] * size
        self._count = 0

    def add(self, value: float) -> None:
        """Remember `value`, forget the oldest."""
        self._values[self._count % len(self._values)] = value
        self._count += 1

    def values(self) -> list[float]:
        """What is remembered, oldest first."""
        count, values = self._count, list(self._values)
        if count <= len(values):
            return values[:count]
        turn = count % len(values)
        return values[turn:] + values[:turn]

    def quantile(self, share: float) -> float | None:
        """The smallest remembered number that at least `share` (0..1) of them do not exceed; None when empty."""
        return quantile(self.values(), share)

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0


class Rate:
    """Events a second over the last two seconds."""

    def __init__(self, highest_hz: float = 500.0) -> None:
        self._times = RollingWindow(math.ceil(highest_hz * RATE_WINDOW_S))

    def add(self, now: float) -> None:
        """An event happened at `now`, monotonic seconds."""
        self._times.add(now)

    def per_second(self, now: float) -> float:
        """The rate at `now`; 0.0 with fewer than two events in the window. It sinks while nothing comes."""
        times = [time for time in self._times.values() if time > now - RATE_WINDOW_S]
        if len(times) < 2:
            return 0.0
        usual = (times[-1] - times[0]) / (len(times) - 1)
        silence = now - times[-1]
        if silence > 2 * usual:
            return len(times) / (now - times[0])
        return 1 / usual if usual > 0 else 0.0


def quantile(values: list[float], share: float) -> float | None:
    """The smallest of `values` that at least `share` (0..1) of them do not exceed; None when there are none."""
    if not values:
        return None
    rank = math.ceil(share * len(values)) - 1
    return sorted(values)[min(max(rank, 0), len(values) - 1)]
