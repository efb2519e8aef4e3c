"""Several trackers behind one seam: the most important one that sees a face is followed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from vtube.errors import TrackingError, VtubeError
from vtube.signals import FaceFrame, InputState, InputStatus
from vtube.tracking.base import Tracker

log = logging.getLogger(__name__)

STEADY_S = 0.5
"""A more important tracker takes over again when it has seen a face for this long."""
FRESH_S = 0.5
"""A frame older than this shows no face any more."""
PATIENCE_S = 0.25
"""The current one keeps its place when its face is gone for no longer than this."""


class TrackerGroup:
    """Trackers in order of importance; itself a `Tracker`.

    Args:
        trackers: the most important first.
    """

    def __init__(self, trackers: Sequence[Tracker]) -> None:
        self.trackers = tuple(trackers)
        self._current = 0
        self._failures: dict[int, str] = {}
        self._since: list[float | None] = [None] * len(self.trackers)
        self._last_seen = [float("-inf")] * len(self.trackers)

    def start(self) -> None:
        """Start them all; one that cannot is `failed` in its status while another one can.

        Raises:
            TrackingError: none of them can start.
        """
        self._failures = {}
        for index, tracker in enumerate(self.trackers):
            try:
                tracker.start()
            except VtubeError as error:
                self._failures[index] = str(error)
        if self.trackers and len(self._failures) == len(self.trackers):
            self.close()
            raise TrackingError("; ".join(self._failures.values()))
        for failure in self._failures.values():
            log.warning("%s", failure)

    def latest(self) -> FaceFrame | None:
        """The newest frame of the tracker that is followed, None before the first of any; asking changes nothing."""
        return self.trackers[self._current].latest() if self.trackers else None

    def poll(self, now: float) -> FaceFrame | None:
        """See which tracker to follow from `now` on (monotonic seconds); its newest frame.

        For one thread, at every picture: who sees a face, and for how long, is noted at these moments.
        """
        if not self.trackers:
            return None
        frames = [tracker.latest() for tracker in self.trackers]
        for index, frame in enumerate(frames):
            self._watch(index, frame, now)
        self._current = self._choose(now)
        return frames[self._current]

    def status(self, now: float) -> InputStatus:
        """The status of the tracker that is followed; `statuses` has them all."""
        if not self.trackers:
            return InputStatus("none", InputState.WAITING, detail="no tracker")
        return self.statuses(now)[self._current]

    def statuses(self, now: float) -> list[InputStatus]:
        """Each tracker's status, in order of importance."""
        return [self._status(index, now) for index in range(len(self.trackers))]

    def close(self) -> None:
        """Close them all."""
        for tracker in self.trackers:
            tracker.close()

    def _status(self, index: int, now: float) -> InputStatus:
        status = self.trackers[index].status(now)
        failure = self._failures.get(index)
        return status if failure is None else InputStatus(status.name, InputState.FAILED, detail=failure)

    def _watch(self, index: int, frame: FaceFrame | None, now: float) -> None:
        sees = frame is not None and frame.found and now - frame.time <= FRESH_S
        if not sees:
            self._since[index] = None
        else:
            self._last_seen[index] = now
            if self._since[index] is None:
                self._since[index] = now

    def _choose(self, now: float) -> int:
        if now - self._last_seen[self._current] <= PATIENCE_S:
            above = [index for index in range(self._current) if self._steady(index, now)]
            return above[0] if above else self._current
        seeing = [index for index, since in enumerate(self._since) if since is not None]
        return seeing[0] if seeing else self._current

    def _steady(self, index: int, now: float) -> bool:
        since = self._since[index]
        return since is not None and now - since >= STEADY_S
