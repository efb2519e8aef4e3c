"""All chats of a camera: they run side by side, and what arrives twice counts once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from vtube.chat.base import ChatSource
from vtube.chat.message import Arrival, ChatMessage
from vtube.chat.reader import ChatReader
from vtube.chat.seen import Seen


class ChatGroup:
    """Runs the sources in one event loop and posts what is new."""

    def __init__(self, sources: Sequence[ChatSource], post: Callable[[Arrival], None]) -> None:
        self._post = post
        self._seen, self._lock = Seen(), threading.Lock()
        self._readers = [ChatReader(source, self.take) for source in sources]

    async def run(self) -> None:
        """Listen to all of them until cancelled."""
        timeout = aiohttp.ClientTimeout(total=30, connect=10)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            for reader in self._readers:
                tasks.create_task(reader.run(session), name=f"chat {reader.name}")
            await asyncio.Event().wait()

    def take(self, what: Arrival) -> None:
        """Post it unless it came before."""
        if not isinstance(what, ChatMessage) or self.is_new(what):
            self._post(what)

    def is_new(self, message: ChatMessage) -> bool:
        """Whether it comes for the first time; it counts as come from now on. One without a number always does.

        Any thread.
        """
        if not message.id:
            return True
        with self._lock:
            return self._seen.is_new((message.source, message.id))

    def statuses(self, now: float) -> list[dict[str, Any]]:
        """Every source's line, see `ChatReader.status`."""
        return [reader.status(now) for reader in self._readers]
