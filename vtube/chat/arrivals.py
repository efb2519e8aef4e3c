"""What has arrived and is not taken in yet: so many at most, and never more work than leaves room for an answer."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable

from vtube.chat.message import Arrival, ChatMessage, Kind
from vtube.clock import Clock, monotonic

PLAIN, MOST = 200, 2000
"""So many wait; then plain messages are passed over, the oldest first, and at the second number anything is."""
SLICE_S = 0.005
"""So long messages are taken in without a rest: a rest after each would be most of the time on a busy computer."""
REST = 3.0
"""So many times as long as these took, the next ones wait: chat has a quarter of the loop at most."""
LONGEST_REST_S = 0.1

Post = Callable[[int, Arrival], None]


class Arrivals:
    """Sources `add`, in the loop or elsewhere; `run` hands on, one by one, by the place of its source."""

    def __init__(
        self,
        post: Post,
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._post, self._clock, self._sleep = post, clock, sleep
        self._waiting: deque[tuple[int, Arrival]] = deque()
        self._lock = threading.Lock()
        self._wake = asyncio.Event()
        self.passed_over = 0
        """Messages for which there was no time."""

    @property
    def empty(self) -> bool:
        """Whether all is taken in."""
        return not self._waiting

    def add(self, place: int, what: Arrival) -> None:
        """Take it in soon; in the loop."""
        with self._lock:
            self._waiting.append((place, what))
            if len(self._waiting) > PLAIN:
                self._make_room()
        self._wake.set()

    async def room(self) -> None:
        """Wait until half of PLAIN may be added without passing anything over, LONGEST_REST_S at most; in the loop."""
        until = self._clock() + LONGEST_REST_S
        while len(self._waiting) > PLAIN // 2 and self._clock() < until:
            await self._sleep(SLICE_S)

    def clear(self) -> None:
        """Forget what waits. Any thread."""
        with self._lock:
            self._waiting.clear()

    async def run(self) -> None:
        """Hand on until cancelled."""
        while True:
            began = self._clock()
            took = self._take_in(began)
            if self._waiting:
                await self._sleep(min(REST * took, LONGEST_REST_S))
                continue
            self._wake.clear()
            await self._wake.wait()

    def _take_in(self, began: float) -> float:
        """Hand on what waits, for SLICE_S; how many seconds it took."""
        took = 0.0
        while took < SLICE_S and (one := self._next()) is not None:
            self._post(*one)
            took = self._clock() - began
        return took

    def _next(self) -> tuple[int, Arrival] | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _make_room(self) -> None:
        """Pass over the oldest plain message, or, when there are far too many, the oldest of all."""
        for index, (_, what) in enumerate(self._waiting):
            if _is_plain(what) or len(self._waiting) > MOST:
                del self._waiting[index]
                self.passed_over += 1
                return


def _is_plain(what: Arrival) -> bool:
    return isinstance(what, ChatMessage) and what.kind is Kind.TEXT and not what.amount
