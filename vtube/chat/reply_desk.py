"""Sends her answers to the chats that can be written to: one after the other, at the platform's pace, nothing old."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from vtube.chat.base import ChatSource
from vtube.chat.echoes import Echoes, letters_of
from vtube.chat.message import ChatMessage, Removal
from vtube.chat.replies import Answerable, NotSentError, Replier, Reply, written
from vtube.clock import Clock, monotonic
from vtube.text import first_line

WAITING, OLD_S = 5, 30.0
"""Replies that wait at most, and for how long; the newest are kept."""
REMEMBERED = 5000
"""Messages of which it is known which of several sources has brought them."""

log = logging.getLogger(__name__)


class Writer:
    """One source's replies: they wait here, and their faults end here. `add` in the loop; `drop` by any thread."""

    def __init__(
        self, name: str, replier: Replier, echoes: Echoes, clock: Clock, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._name, self._replier, self._echoes = name, replier, echoes
        self._clock, self._sleep = clock, sleep
        self._waiting: deque[tuple[float, Reply]] = deque(maxlen=WAITING)
        self._lock = threading.Lock()
        self._wake = asyncio.Event()
        self._free_at = float("-inf")
        self._sent = self._left_out = 0
        self._failure = replier.lacks
        self._is_over = bool(replier.lacks)

    def add(self, reply: Reply) -> None:
        """Have it sent as soon as the pace allows."""
        with self._lock:
            self._left_out += self._is_over or len(self._waiting) == WAITING
            if not self._is_over:
                self._waiting.append((self._clock(), reply))
        self._wake.set()

    def drop(self, removal: Removal | None = None) -> None:
        """Leave out what waits: all, or the answers to what moderators have taken back."""
        with self._lock:
            kept = [one for one in self._waiting if removal is not None and not removal.hits(one[1].to)]
            self._left_out += len(self._waiting) - len(kept)
            self._waiting = deque(kept, maxlen=WAITING)

    def status(self) -> dict[str, Any]:
        """How many were sent and left out, and why the last one failed."""
        return {"sent": self._sent, "left_out": self._left_out, "failure": self._failure}

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Send until cancelled, or until it is plain that it can never work."""
        while not self._is_over:
            await self._wake.wait()
            while self._clock() < self._free_at:
                await self._sleep(self._free_at - self._clock())
            reply = self._next()
            if reply is not None:
                await self._send(session, reply)

    def _next(self) -> Reply | None:
        """The oldest that is not too old."""
        with self._lock:
            while self._waiting:
                at, reply = self._waiting.popleft()
                if self._clock() - at <= OLD_S:
                    return reply
                self._left_out += 1
            self._wake.clear()
            return None

    async def _send(self, session: aiohttp.ClientSession, reply: Reply) -> None:
        replier, to = self._replier, reply.to
        text = written(reply.text, replier.limit, "" if replier.is_thread else to.user)
        self._free_at = self._clock() + replier.every_s
        self._echoes.expect(self._name, text.removeprefix(f"@{to.user} "), to.user, self._clock())
        try:
            sent = await replier.send(session, replace(reply, text=text))
        except NotSentError as error:
            self._fail(first_line(error), error.pause_s)
            self._is_over = error.for_good
        except TimeoutError:
            self._fail("it is not taken in time")
        except (OSError, aiohttp.ClientError) as error:
            self._fail(first_line(error))
        except Exception as error:
            self._fail(f"something unexpected came: {first_line(error)}")
            log.debug("reply to %s", self._name, exc_info=error)
        else:
            self._echoes.know(self._name, sent.id, sent.user_id)
            self._sent, self._failure = self._sent + 1, ""

    def _fail(self, line: str, pause_s: float = 0.0) -> None:
        """Count it; a fault that goes on is told once."""
        self._left_out += 1
        self._free_at = max(self._free_at, self._clock() + pause_s)
        if line != self._failure:
            log.warning("chat %s: the answer is not written into the chat: %s", self._name, line)
        self._failure = line


class ReplyDesk:
    """All sources' replies. One event loop runs it and calls it."""

    def __init__(
        self,
        sources: Sequence[ChatSource],
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._echoes = Echoes()
        self._writers = [
            Writer(source.name, source.replier(), self._echoes, clock, sleep)
            if isinstance(source, Answerable)
            else None
            for source in sources
        ]
        self._names = [source.name for source in sources]
        self._came_by: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for writer in filter(None, self._writers):
                tasks.create_task(writer.run(session), name="replies")
            await asyncio.Event().wait()

    def note(self, message: ChatMessage, place: int) -> None:
        """That source, by its place, has brought the message: its answer goes the same way."""
        if self._names.count(message.source) > 1:
            self._came_by[message.source, message.id] = place
            while len(self._came_by) > REMEMBERED:
                self._came_by.popitem(last=False)

    def is_echo(self, message: ChatMessage) -> bool:
        """Whether it is one of her own, come back."""
        return self._echoes.is_echo(message, self._clock())

    def reply(self, reply: Reply) -> bool:
        """Write an answer to where its message came from; False where that cannot be, or where it says nothing."""
        writer = self._writer_for(reply.to)
        if writer is None or not letters_of(reply.text):
            return False
        writer.add(reply)
        return True

    def drop(self, removal: Removal | None = None) -> None:
        """See `Writer.drop`."""
        for writer in filter(None, self._writers):
            writer.drop(removal)

    def status(self, place: int) -> dict[str, Any] | None:
        """What became of that source's replies; None where there can be none."""
        writer = self._writers[place]
        return writer.status() if writer is not None else None

    def _writer_for(self, message: ChatMessage) -> Writer | None:
        places = [place for place, name in enumerate(self._names) if name == message.source]
        if len(places) > 1:
            came = self._came_by.get((message.source, message.id))
            places = [came] if came is not None else []
        return self._writers[places[0]] if places else None
