"""The seam of a tracker."""

from __future__ import annotations

from typing import Protocol

from vtube.signals import FaceFrame, InputStatus


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
