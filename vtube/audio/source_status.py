"""What every live source keeps of itself: when it last heard something, and how often."""

from __future__ import annotations

import math

from vtube.clock import monotonic
from vtube.signals import InputState, InputStatus

STALLED_AFTER_S = 1.0
LOWEST_DB = -80.0


class SourceStatus:
    """State of one sound input, written by its thread and read by others."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._detail = ""
        self._failed = False
        self._last: float | None = None
        self._blocks = 0
        self._since = monotonic()
        self._level = 0.0

    def opened(self, detail: str) -> None:
        """The device was opened; `detail` names it."""
        self._detail, self._failed = detail, False

    def failed(self, reason: str) -> None:
        """The device cannot be used at present."""
        self._detail, self._failed = reason, True

    def heard(self, now: float, peak: float) -> None:
        """A block arrived whose largest sample is `peak`."""
        self._last = now
        self._blocks += 1
        self._level = max(peak, self._level * 0.9)

    def heard_since(self, moment: float) -> bool:
        """Whether a block has arrived after that moment."""
        return self._last is not None and self._last > moment

    def stalled(self, now: float) -> bool:
        """Whether a source that was live has gone quiet: not silence, but no samples at all."""
        return self._last is not None and now - self._last > STALLED_AFTER_S

    def status(self, now: float) -> InputStatus:
        """The input's line at `now`."""
        if self._last is None:
            state = InputState.FAILED if self._failed else InputState.WAITING
            return InputStatus(self._name, state, detail=self._detail)
        age = now - self._last
        state = InputState.LOST if self._failed or age > STALLED_AFTER_S else InputState.LIVE
        rate = self._blocks / max(now - self._since, 0.1)
        live = state is InputState.LIVE
        level_db = max(LOWEST_DB, 20 * math.log10(self._level + 1e-9)) if live else LOWEST_DB
        return InputStatus(self._name, state, rate if live else 0.0, age, self._detail, round(level_db, 1))
