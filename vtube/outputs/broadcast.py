"""The newest frame, put up by the loop's thread and taken by the server's coroutines."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from vtube.frame import Frame

ON_TIME_S = 1e-3
"""A shot this little too early for a watch's rate still counts as due."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame and its deadline, monotonic seconds."""

    frame: Frame
    time: float


class FrameBoard:
    """One slot for the newest frame: latest wins, nothing queues up, nobody waits for a slow watcher."""

    def __init__(self) -> None:
        self._shot: Shot | None = None
        self._watches: tuple[Watch, ...] = ()
        self._lock = threading.Lock()

    def put(self, frame: Frame, now: float) -> None:
        """Put up `frame`, whose deadline is `now`, and wake all watches. From any thread; never blocks."""
        self._shot = Shot(frame, now)
        for watch in self._watches:
            watch.wake()

    def latest(self) -> Shot | None:
        """The newest shot, None before the first."""
        return self._shot

    def watch(self, fps: float | None = None) -> Watch:
        """A context manager whose `next` gives the newest shot, at most `fps` a second; inside a running loop."""
        return Watch(self, fps)

    def add(self, watch: Watch) -> None:
        """Wake `watch` at every frame from now on."""
        with self._lock:
            self._watches = (*self._watches, watch)

    def remove(self, watch: Watch) -> None:
        """Wake `watch` no longer; harmless when called twice."""
        with self._lock:
            self._watches = tuple(other for other in self._watches if other is not watch)


class Watch:
    """One client's eye on the board. Frames it has no time for are dropped for this client alone."""

    def __init__(self, board: FrameBoard, fps: float | None) -> None:
        self._board = board
        self._interval = 1.0 / fps if fps else 0.0
        self._due = float("-inf")
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        self._board.add(self)
        if self._board.latest() is not None:
            self._news.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._board.remove(self)

    def wake(self) -> None:
        """There is a new frame. From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop closed between the look and the call
            self._loop.call_soon_threadsafe(self._news.set)

    async def next(self) -> Shot:
        """The newest shot that this watch has not given yet; waits until there is one."""
        while True:
            await self._news.wait()
            self._news.clear()
            shot = self._board.latest()
            if shot is not None and self._take(shot.time):
                return shot

    def _take(self, time: float) -> bool:
        if not self._interval:
            return True
        if time < self._due - ON_TIME_S:
            return False
        in_step = self._due + self._interval
        self._due = in_step if in_step > time else time + self._interval
        return True
