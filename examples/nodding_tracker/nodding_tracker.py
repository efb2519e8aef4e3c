"""A tracker of one's own: a head that nods so many times a minute.

Once it is installed beside vtube, `--tracking nod:30` works.
"""

from __future__ import annotations

import math

from vtube.clock import monotonic
from vtube.errors import SettingsError
from vtube.registry import Entry
from vtube.settings import Settings
from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.spec import Spec
from vtube.tracking.base import Tracker

DEPTH_DEG = 12.0


class NoddingTracker:
    """Satisfies `vtube.tracking.base.Tracker`."""

    def __init__(self, nods_per_minute: float) -> None:
        self.nods_per_minute = nods_per_minute
        self._open = False
        self._seen: float | None = None

    def start(self) -> None:
        """A real tracker opens its socket or its device here."""
        self._open = True

    def latest(self) -> FaceFrame | None:
        """The head of this moment; positive x looks down."""
        if not self._open:
            return None
        self._seen = monotonic()
        down = DEPTH_DEG * math.sin(2 * math.pi * self._seen * self.nods_per_minute / 60)
        return FaceFrame(time=self._seen, found=True, head=(down, 0.0, 0.0))

    def status(self, now: float) -> InputStatus:
        """For the status line and the control page."""
        state = InputState.LIVE if self._open else InputState.WAITING
        age = None if self._seen is None else now - self._seen
        return InputStatus("nod", state, age_s=age, detail=f"{self.nods_per_minute:g} a minute")

    def close(self) -> None:
        """Give everything back."""
        self._open = False


def create(spec: Spec, _: Settings) -> Tracker:
    """The tracker of `nod[:PER_MINUTE]`.

    Raises:
        SettingsError: the number is none.
    """
    try:
        return NoddingTracker(float(spec.argument or 30))
    except ValueError:
        raise SettingsError(f"nod takes the number of nods a minute, not {spec.argument!r}") from None


entry = Entry("nod", create, help="a head that nods", argument="[:PER_MINUTE]")
