"""Whose turn it is: hers, unless the host speaks. What turns out to be nothing lets her go on where she was."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Awaitable, Callable

from vtube.clock import Clock
from vtube.dialogue.cast import Cast

LONGEST_S = 40.0
"""A host of whom nothing more is heard has stopped by then, whatever was not told."""
LOOK_S = 0.1
HOST_SPEAKS, HOST_STOPS = "host_speaks", "host_stops"
"""What her body is told."""


class Floor:
    """She stands still from `take` to `give_back`, or until her patience is over. Any thread may call."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.cast = cast
        self._clock = clock
        self._lock = threading.Lock()
        self._until = -math.inf
        self._speaks = False

    @property
    def taken(self) -> bool:
        """Whether she lets somebody else speak, or be understood."""
        return self._until > -math.inf

    def take(self) -> None:
        """Somebody begins to speak, or goes on: she stands still in her sentence."""
        with self._lock:
            self._until = self._clock() + LONGEST_S
            self.cast.speaker.hold()
            if not self._speaks:
                self._speaks = True
                self.cast.notice(HOST_SPEAKS)

    def wait(self, patience_s: float) -> None:
        """They have stopped; she waits so long for what it was."""
        with self._lock:
            if self.taken:
                self._until = self._clock() + patience_s
                self._be_silent()

    def give_back(self) -> None:
        """She may speak again, and goes on with the sentence that she was in."""
        with self._lock:
            self._until = -math.inf
            self._be_silent()
            self.cast.speaker.release()

    def look(self) -> bool:
        """Whether it is taken still; gives it back when her patience is over."""
        if self.taken and self._clock() >= self._until:
            self.give_back()
        return self.taken

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look until it is free."""
        while self.look():
            await sleep(LOOK_S)

    def _be_silent(self) -> None:
        if self._speaks:
            self._speaks = False
            self.cast.notice(HOST_STOPS)


class FloorWatch:
    """Looks after a floor in an event loop for as long as it is taken."""

    def __init__(self, floor: Floor, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._floor, self._sleep = floor, sleep
        self._task: asyncio.Task[None] | None = None

    def begin(self, then: Callable[[], object]) -> None:
        """Look from now on, in the loop; `then` is called when the floor is free."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._floor.watch(self._sleep), name="floor")
            self._task.add_done_callback(lambda _: then())

    def end(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
