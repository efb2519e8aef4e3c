"""Keeps a tracking session: every frame as a line of JSON, readable at any moment, also after Ctrl-C."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TextIO, cast

from vtube.clock import Clock, monotonic
from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.group import TrackerGroup
from vtube.tracking.protocols.wire import Datagram
from vtube.tracking.recordings.format import HEADER, to_line

LOOK_EVERY_S = 0.004
TELL_EVERY_S = 0.5


class Recorder:
    """Writes what `trackers` see to `path`.

    Args:
        trackers: started and closed by the caller.
        path: a file; one that exists is replaced.
        raw: keep the datagrams of believed senders as well, for a bug report or a new parser.
        clock: monotonic seconds.
    """

    def __init__(self, trackers: TrackerGroup, path: Path, raw: bool = False, clock: Clock = monotonic) -> None:
        self._trackers, self._path, self._raw, self._clock = trackers, path, raw, clock
        self._file: TextIO | None = None
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._start = 0.0
        self._fresh = False
        self._last: FaceFrame | None = None
        self.frames = 0
        """Frames written."""
        self.faces = 0
        """Those of them in which a face was seen."""

    def open(self) -> None:
        """Begin; time 0 is now. What the file held before goes when the first frame comes.

        Raises:
            TrackingError: the file cannot be written.
        """
        try:
            self._file = self._path.open("a", encoding="utf-8", newline="\n", buffering=1)
        except OSError as error:
            raise TrackingError(f"cannot write {self._path}: {error.strerror or error}") from None
        self._start = self._clock()
        self._fresh = False
        for tracker in _with_taps(self._trackers):
            tracker.tap = self._hear

    def look(self) -> bool:
        """Write the newest frame unless it was written before; True when it was new."""
        with self._looking:
            frame = self._trackers.poll(self._clock())
            if frame is None or frame is self._last:
                return False
            self._last = frame
            self._write(to_line(frame, max(0.0, frame.time - self._start)))
            self.frames += 1
            self.faces += frame.found
            return True

    def run(
        self, stop: threading.Event, duration_s: float | None = None, tell: Callable[[], None] | None = None
    ) -> None:
        """Record until `stop` is set or `duration_s` are over; `tell` is called about twice a second.

        Raises:
            TrackingError: the disk is full or the file cannot be written any more.
        """
        next_tell = self._clock()
        while not stop.is_set():
            time.sleep(LOOK_EVERY_S)
            self.look()
            if tell is not None and self._clock() >= next_tell:
                next_tell = self._clock() + TELL_EVERY_S
                tell()
            if duration_s is not None and self._clock() - self._start >= duration_s:
                return

    def close(self) -> None:
        """Finish the file; harmless when called twice."""
        for tracker in _with_taps(self._trackers):
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
                if not self._fresh:
                    self._fresh = True
                    self._file.truncate(0)
                    self._file.write(json.dumps(HEADER) + "\n")
                self._file.write(line + "\n")
            except OSError as error:
                raise TrackingError(f"cannot go on writing {self._path}: {error.strerror or error}") from None


class _Tapped(Protocol):
    tap: Callable[[Datagram], None] | None


def _with_taps(trackers: TrackerGroup) -> Iterator[_Tapped]:
    for candidate in trackers.trackers:
        if hasattr(candidate, "tap"):
            yield cast(_Tapped, candidate)
