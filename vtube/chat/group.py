"""All chats of a camera: they run side by side, and what arrives twice counts once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiohttp

from vtube.chat.arrivals import Arrivals
from vtube.chat.base import ChatSource
from vtube.chat.message import Arrival, ChatMessage
from vtube.chat.reader import ChatReader
from vtube.chat.reply_desk import ReplyDesk
from vtube.chat.seen import Seen

CAME_BEFORE, OWN = "it came before", "it is her own"


class ChatGroup:
    """Runs the sources in one event loop and posts what is new; `replies` writes answers into their chats."""

    def __init__(self, sources: Sequence[ChatSource], post: Callable[[Arrival], None]) -> None:
        self._post = post
        self._seen, self._lock = Seen(), threading.Lock()
        self.arrivals = Arrivals(self.take)
        self._readers = [
            ChatReader(source, partial(self.arrivals.add, place), room=self.arrivals.room)
            for place, source in enumerate(sources)
        ]
        self.replies = ReplyDesk(sources)

    async def run(self) -> None:
        """Listen to all of them until cancelled."""
        timeout = aiohttp.ClientTimeout(total=30, connect=10)
        jar = aiohttp.DummyCookieJar()  # nobody here needs cookies, and a jar has no end
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as session, asyncio.TaskGroup() as tasks:
            for reader in self._readers:
                tasks.create_task(reader.run(session), name=f"chat {reader.name}")
            tasks.create_task(self.arrivals.run(), name="arrivals")
            tasks.create_task(self.replies.run(session), name="replies")
            await asyncio.Event().wait()

    def take(self, place: int, what: Arrival) -> None:
        """Post what the source at that place brings, unless it came before or is her own."""
        if not isinstance(what, ChatMessage):
            self.replies.drop(what)
            self._post(what)
        elif not self.why_not(what):
            self.replies.note(what, place)
            self._post(what)

    @property
    def over(self) -> bool:
        """Whether all is taken in, and no source will ever bring more."""
        return all(reader.over for reader in self._readers) and self.arrivals.empty

    def clear(self) -> None:
        """Forget what is not taken in yet, and answers that are not written yet. Any thread."""
        self.arrivals.clear()
        self.replies.drop()

    def why_not(self, message: ChatMessage) -> str:
        """Why a message does not count; empty for one that does, which has come from now on. Any thread."""
        with self._lock:
            if message.id and not self._seen.is_new((message.source, message.id)):
                return CAME_BEFORE
            return OWN if self.replies.is_echo(message) else ""

    def statuses(self, now: float, *, writes: bool = False) -> list[dict[str, Any]]:
        """Every source's line, see `ChatReader.status`; with `replies` where answers are written."""
        lines = [reader.status(now) for reader in self._readers]
        for place, line in enumerate(lines):
            line["replies"] = self.replies.status(place) if writes else None
        return lines
