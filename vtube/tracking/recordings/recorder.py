"""Keeps a tracking session: every frame as a line of JSON, readable at any moment, also after Ctrl-C."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from vtube.clock import Clock, monotonic
from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.base import Tracker
from vtube.tracking.protocols.wire import Datagram
from vtube.tracking.recordings.format import HEADER, to_line

LOOK_EVERY_S = 0.004


class Recorder:
    """Writes what `tracker` sees to `path`.

    Args:
        tracker: started and closed by the caller.
        path: a file; one that exists is replaced.
        raw: keep the datagrams of believed senders as well, for a bug report or a new parser.
        clock: monotonic seconds.
    """

    def __init__(self, tracker: Tracker, path: Path, raw: bool = False, clock: Clock = monotonic) -> None:
        self._tracker, self._path, self._raw, self._clock = tracker, path, raw, clock
        self._file: TextIO | None = None
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._start = 0.0
        self._last: FaceFrame | None = None
        self.frames = 0

    def open(self) -> None:
        """Begin the file; time 0 is now.

        Raises:
            TrackingError: the file cannot be written.
        """
        try:
            self._file = self._path.open("w", encoding="utf-8", newline="\n", buffering=1)
        except OSError as error:
            raise TrackingError(f"cannot write {self._path}: {error.strerror or error}") from None
        self._start = self._clock()
        self._write(json.dumps(HEADER))
        for tracker in _with_taps(self._tracker):
            tracker.tap = self._hear

    def look(self) -> bool:
        """Write the newest frame unless it was written before; True when it was new."""
        with self._looking:
            frame = self._tracker.latest()
            if frame is None or frame is self._last:
                return False
            self._last = frame
            self._write(to_line(frame, max(0.0, frame.time - self._start)))
            self.frames += 1
            return True

    def run(self, stop: threading.Event, duration_s: float | None = None) -> None:
        """Record until `stop` is set or `duration_s` are over.

        Raises:
            TrackingError: the disk is full or the file cannot be written any more.
        """
        while not stop.is_set():
            time.sleep(LOOK_EVERY_S)
            self.look()
            if duration_s is not None and self._clock() - self._start >= duration_s:
                return

    def close(self) -> None:
        """Finish the file; harmless when called twice."""
        for tracker in _with_taps(self._tracker):
            tracker.tap = None
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _hear(self, datagram: Datagram) -> None:
        """On the receiving thread, so that of two faces at nearly one time none is missed."""
        try:
            self.look()
            if self._raw:
                self._keep(datagram)
        except TrackingError:  # the recording thread meets it, too, and says so
            return

    def _keep(self, datagram: Datagram) -> None:
        t = round(max(0.0, datagram.time - self._start), 6)
        raw = base64.b64encode(datagram.data).decode("ascii")
        self._write(json.dumps({"t": t, "port": datagram.port, "raw": raw}, separators=(",", ":")))

    def _write(self, line: str) -> None:
        with self._lock:
            if self._file is None:
                return
            try:
                self._file.write(line + "\n")
            except OSError as error:
                raise TrackingError(f"cannot go on writing {self._path}: {error.strerror or error}") from None


class _Tapped:
    tap: Callable[[Datagram], None] | None


def _with_taps(tracker: Tracker) -> Iterator[_Tapped]:
    for candidate in (tracker, *getattr(tracker, "trackers", ())):
        if hasattr(candidate, "tap"):
            yield candidate
