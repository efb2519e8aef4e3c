"""The newest frame of one input, and how that input is doing."""

from __future__ import annotations

import dataclasses
import threading
from collections import deque

from vtube.signals import FaceFrame, InputState, InputStatus

LOST_AFTER_S = 1.0
"""An input without a good frame for this long is lost."""
RATE_WINDOW_S = 1.0
BURST_S = 0.002
"""Frames so close together are one face, of which each datagram told a part."""


class Slot:
    """One value that the newest frame overwrites; written by a receiving thread, read by anybody."""

    def __init__(self, name: str, lost_after_s: float = LOST_AFTER_S) -> None:
        self.name = name
        self.lost_after_s = lost_after_s
        self._frame: FaceFrame | None = None
        self._failure = ""
        self._arrivals: deque[float] = deque(maxlen=512)
        self._lock = threading.Lock()

    def put(self, frame: FaceFrame, counts: bool = True) -> None:
        """Make `frame` the newest; one that does not say what saw it came from this input.

        Args:
            frame: the face.
            counts: whether it counts for the rate, or is a second source's part of a face that counted.
        """
        self._frame = frame if frame.source else dataclasses.replace(frame, source=self.name)
        with self._lock:
            if not counts:
                return
            if not self._arrivals or abs(frame.time - self._arrivals[-1]) >= BURST_S:
                self._arrivals.append(frame.time)

    def latest(self) -> FaceFrame | None:
        """The newest frame, None before the first."""
        return self._frame

    def fail(self, reason: str) -> None:
        """Say that this input cannot work, in one line; an empty reason takes it back."""
        self._failure = reason

    def live(self, now: float, within_s: float | None = None) -> bool:
        """A good frame arrived in the last `within_s` seconds (the slot's own limit by default)."""
        frame = self._frame
        return frame is not None and now - frame.time <= (self.lost_after_s if within_s is None else within_s)

    def rate(self, now: float) -> float:
        """Good faces a second over the last second."""
        with self._lock:
            recent = [time for time in self._arrivals if now - time <= RATE_WINDOW_S]
        if len(recent) < 2 or recent[-1] <= recent[0]:
            return float(len(recent))
        return (len(recent) - 1) / (recent[-1] - recent[0])

    def status(self, now: float, detail: str = "") -> InputStatus:
        """The status line of this input at `now` (monotonic seconds)."""
        frame = self._frame
        age = None if frame is None else max(0.0, now - frame.time)
        if self._failure:
            return InputStatus(self.name, InputState.FAILED, 0.0, age, self._failure)
        if frame is None:
            return InputStatus(self.name, InputState.WAITING, 0.0, None, detail)
        if not self.live(now):
            return InputStatus(self.name, InputState.LOST, 0.0, age, detail)
        noted = detail if frame.found else ", ".join(filter(None, [detail, "no face in view"]))
        return InputStatus(self.name, InputState.LIVE, self.rate(now), age, noted)
