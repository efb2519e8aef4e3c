"""What may block, off the event loop: each kind in a lane of its own, bounded in number and time.

A picture that takes a minute, a sound device that hangs or a settings file on a dead network drive hold up their own
lane alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from aiohttp import web

from vtube.threads import be_ordinary

Result = TypeVar("Result")

MAX_INSIDE = 4
"""Requests in one lane, the one at work included; what clients send beyond that is refused."""


class Lane:
    """One thread for one kind of work."""

    def __init__(self, what: str, limit_s: float) -> None:
        """No thread yet.

        Args:
        what: what it does, for messages: `fitting a picture`.
        limit_s: how long a client waits for an answer, seconds.
        """
        self._what = what
        self._limit_s = limit_s
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="control", initializer=be_ordinary)
        self._places = threading.BoundedSemaphore(MAX_INSIDE)

    async def run(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Do `work` after what waits already, and wait for its result.

        Raises:
            HTTPTooManyRequests: too much waits already.
            HTTPServiceUnavailable: it takes too long. What has begun goes on to its end.
        """
        if not self._places.acquire(blocking=False):
            raise web.HTTPTooManyRequests(text=f"busy with {self._what}; try again later")
        job: Future[Result] = self._executor.submit(work, *arguments)
        job.add_done_callback(lambda _: self._places.release())
        result = asyncio.wrap_future(job)
        result.add_done_callback(_look_at)
        try:
            return await asyncio.wait_for(asyncio.shield(result), self._limit_s)
        except TimeoutError:
            if job.done():
                raise
            raise web.HTTPServiceUnavailable(text=f"{self._what} takes longer than {self._limit_s:g} s") from None
        finally:
            job.cancel()  # what has not begun never will

    def after(self, work: Callable[[], object]) -> None:
        """Do `work` after what is there already; nobody waits for it."""
        with contextlib.suppress(RuntimeError):  # closed: the program ends
            self._executor.submit(work)

    def close(self) -> None:
        """Nothing begins any more; returns at once."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _look_at(job: asyncio.Future[Result]) -> None:
    """A failure that nobody waits for any more is no reason for a message of asyncio's."""
    if not job.cancelled():
        job.exception()


class Lanes:
    """The lanes of one server."""

    def __init__(self) -> None:
        self.character = Lane("fitting a picture", 120.0)
        self.wardrobe = Lane("looking into the wardrobe", 20.0)
        self.settings = Lane("changing settings", 20.0)
        self.sound = Lane("listening to the sound inputs", 15.0)
        self.text = Lane("reading a text", 5.0)
        self.memory = Lane("reading the memory", 20.0)
        self.voices = Lane("asking a voice's server", 12.0)
        self.clips = Lane("looking after the clips", 30.0)
        self.stills = Lane("drawing stills", 120.0)

    def close(self) -> None:
        """Close all of them."""
        for lane in vars(self).values():
            lane.close()
