"""The newest frame, put up by the loop's thread and taken by the server's coroutines."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from vtube.frame import Frame, drawn, is_drawn

ON_TIME_S = 1e-3
"""A newest this little too early for a subscription's rate still counts as due."""


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A frame and its deadline, monotonic seconds."""

    frame: Frame
    time: float


class FrameBroadcast:
    """One slot for the newest frame: latest wins, nothing queues up, nobody waits for a slow watcher."""

    def __init__(self) -> None:
        self._newest: TimedFrame | None = None
        self._subscriptions: tuple[Subscription, ...] = ()
        self._lock = threading.Lock()

    def publish(self, frame: Frame, now: float) -> None:
        """Put up `frame`, whose deadline is `now`, and wake all subscriptions. From any thread; never blocks."""
        self._newest = TimedFrame(frame, now)
        for subscription in self._subscriptions:
            subscription.wake()

    def latest(self) -> TimedFrame | None:
        """The newest frame, None before the first."""
        return self._newest

    def subscribe(self, fps: float | None = None, pixels: bool = True) -> Subscription:
        """A context manager whose `next` gives the newest frame, at most `fps` a second; inside a running loop.

        Without `pixels` the frames may not be drawn yet; see `frame.drawn`.
        """
        return Subscription(self, fps, pixels)

    def needs_pixels(self) -> bool:
        """Whether a subscription takes frames as pixels. From any thread."""
        return any(subscription.pixels for subscription in self._subscriptions)

    def add(self, subscription: Subscription) -> None:
        """Wake `subscription` at every frame from now on."""
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)

    def remove(self, subscription: Subscription) -> None:
        """Wake `subscription` no longer; harmless when called twice."""
        with self._lock:
            self._subscriptions = tuple(other for other in self._subscriptions if other is not subscription)


class Subscription:
    """One client's share of the broadcast. Frames it has no time for are dropped for this client alone."""

    def __init__(self, broadcast: FrameBroadcast, fps: float | None, pixels: bool = True) -> None:
        self._broadcast = broadcast
        self.pixels = pixels
        self._interval = 1.0 / fps if fps else 0.0
        self._due = float("-inf")
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        self._broadcast.add(self)
        if self._broadcast.latest() is not None:
            self._news.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._broadcast.remove(self)

    def wake(self) -> None:
        """There is a new frame. From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop closed between the look and the call
            self._loop.call_soon_threadsafe(self._news.set)

    async def next(self) -> TimedFrame:
        """The newest frame that this subscription has not given yet; waits until there is one."""
        while True:
            await self._news.wait()
            self._news.clear()
            newest = self._broadcast.latest()
            if newest is not None and self._take(newest.time):
                if self.pixels and not is_drawn(newest.frame):
                    await asyncio.to_thread(drawn, newest.frame)
                return newest

    def _take(self, time: float) -> bool:
        if not self._interval:
            return True
        if time < self._due - ON_TIME_S:
            return False
        in_step = self._due + self._interval
        self._due = in_step if in_step > time else time + self._interval
        return True
