"""The seam of a tracker, and the tracker that sees nothing."""

from __future__ import annotations

from typing import Protocol

from vtube.settings import Settings
from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.spec import Spec


class Tracker(Protocol):
    """Receives a face and keeps the newest frame of it."""

    def start(self) -> None:
        """Open sockets and devices and begin to receive, in threads of its own.

        Raises:
            TrackingError: a port is taken, a device or an optional package is missing.
        """

    def latest(self) -> FaceFrame | None:
        """The newest frame, None before the first. Never blocks."""

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now` (monotonic seconds)."""

    def close(self) -> None:
        """Stop and give everything back; harmless when called twice or before `start`."""


class NoTracker:
    """`none`: no tracker at all, so that idle motion has the face to itself."""

    def start(self) -> None:
        """Nothing to start."""

    def latest(self) -> FaceFrame | None:
        """Never a frame."""
        return None

    def status(self, _now: float) -> InputStatus:
        """Waiting for ever."""
        return InputStatus("none", InputState.WAITING, detail="no tracker")

    def close(self) -> None:
        """Nothing to give back."""


def create(_spec: Spec, _settings: Settings) -> NoTracker:
    """The registry's factory of `none`."""
    return NoTracker()
