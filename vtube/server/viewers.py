"""Who is connected: streams counted by what they are for, and their number bounded."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator

from aiohttp import web

MAX_STREAMS = 16
MAX_PAGES = 32
"""Sockets of control pages; they cost little."""
KINDS = ("obs", "camera", "preview", "stream", "feed", "control")
"""OBS' own browser and other pages that show the character; previews of the control page; endless pictures for players;
SillyTavern's feed; control pages."""


class Viewers:
    """The streams that are open now; belongs to the server's event loop."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[object]] = set()
        self._kinds: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        """How many of each kind there are, for `/api/state`."""
        return {kind: self._kinds[kind] for kind in KINDS}

    @contextlib.contextmanager
    def place(self, kind: str) -> Iterator[None]:
        """One of the few places for streams; a server that stops cancels whoever holds one.

        Raises:
            HTTPServiceUnavailable: all of them are taken.
        """
        pages = self._kinds["control"]
        taken, most = (pages, MAX_PAGES) if kind == "control" else (len(self.tasks) - pages, MAX_STREAMS)
        if taken >= most:
            raise web.HTTPServiceUnavailable(text=f"{most} streams are open already; close one")
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self._kinds[kind] += 1
        try:
            yield
        finally:
            self.tasks.discard(task)
            self._kinds[kind] -= 1


def kind_of_page(request: web.Request) -> str:
    """Who shows the frames: OBS' browser names itself."""
    return "obs" if "OBS/" in request.headers.get("User-Agent", "") else "camera"
