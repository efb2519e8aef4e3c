"""`replay:FILE`: a recording played in real time, over and over, as if it were a tracker."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from pathlib import Path

from vtube.clock import monotonic, sleep_until
from vtube.errors import SettingsError, TrackingError
from vtube.paths import expanded
from vtube.settings import Settings
from vtube.signals import FaceFrame, InputStatus
from vtube.spec import Spec
from vtube.threads import Worker
from vtube.tracking.recordings.replay_files import frames_of
from vtube.tracking.slot import Slot

__all__ = ["ReplayTracker", "frames_of"]

SEAM_S = 1.0 / 60.0
"""Between the last frame and the first of the next round."""


class ReplayTracker:
    """Plays a recording on a thread of its own.

    Args:
        path: a recording of any kind that `frames_of` reads.
        loop: begin again at the end.
    """

    def __init__(self, path: Path, loop: bool = True) -> None:
        self._path, self._loop = path, loop
        self._slot = Slot("replay")
        self._worker = Worker("tracker replay", self._play)

    def start(self) -> None:
        """Begin to play.

        Raises:
            TrackingError: the file cannot be read or holds no frame.
        """
        if not self._worker.alive:
            next(frames_of(self._path))
            self._worker.start()

    def latest(self) -> FaceFrame | None:
        """The newest frame, None before the first."""
        return self._slot.latest()

    def status(self, now: float) -> InputStatus:
        """Live while it plays."""
        return self._slot.status(now, self._path.name)

    def close(self) -> None:
        """Stop playing."""
        self._worker.close()

    def _play(self, stop: threading.Event) -> None:
        try:
            begin = monotonic()
            for _ in itertools.count() if self._loop else range(1):
                begin = self._play_once(begin, stop) + SEAM_S
                if stop.is_set():
                    return
        except TrackingError as error:
            self._slot.fail(str(error))

    def _play_once(self, begin: float, stop: threading.Event) -> float:
        due = begin
        for t, frame in frames_of(self._path):
            due = begin + t
            if not sleep_until(due, stop.is_set):
                return due
            self._slot.put(dataclasses.replace(frame, time=monotonic(), source=f"replay {self._path.name}"))
        return due


def create(spec: Spec, _settings: Settings) -> ReplayTracker:
    """The registry's factory.

    Raises:
        SettingsError: no file was named.
    """
    if spec.argument is None:
        raise SettingsError("replay needs a recording: replay:FILE")
    return ReplayTracker(expanded(spec.argument))
