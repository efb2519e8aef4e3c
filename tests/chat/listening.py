"""Listening to one source until a test has what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from vtube.chat.base import ChatSource
from vtube.chat.message import Arrival, ChatMessage
from vtube.chat.reader import ChatReader

PATIENCE_S = 10.0


class Ear:
    """Runs a source; keeps what arrives. Waiting takes no time, and is noted in `waits`."""

    def __init__(self, source: ChatSource) -> None:
        self.arrived: list[Arrival] = []
        self.waits: list[float] = []
        self.reader = ChatReader(source, self.arrived.append, sleep=self.nap)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.arrived if isinstance(one, ChatMessage)]

    @property
    def messages(self) -> list[ChatMessage]:
        return [one for one in self.arrived if isinstance(one, ChatMessage)]

    async def nap(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0.001)

    async def hear(self, until: Callable[[], object]) -> None:
        """Listen until something is so."""
        async with aiohttp.ClientSession() as session:
            task = asyncio.create_task(self.reader.run(session))
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not until():
                        if task.done():
                            task.result()
                            if not until():
                                raise AssertionError(self.status())
                            return
                        await asyncio.sleep(0.002)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def status(self) -> dict[str, Any]:
        return self.reader.status(0.0)
