"""`stdin`: what is typed into the terminal, or piped in, one message a line; `Name: text` says who writes."""

from __future__ import annotations

import asyncio
import itertools
import queue
import re
import threading
import time
from collections.abc import Iterable

from vtube.chat.base import ChatContext, Link, OverError
from vtube.chat.message import ChatMessage, Role
from vtube.processes.standard_input import lines as lines_of_input
from vtube.spec import Spec

YOU = "you"
MAX_LINE = 2000
MOST_LINES = 100
"""So many are read ahead and handed over together: a turn of the loop for each line is slow on a busy computer."""
FULL_S = 1.0
"""So often, while nobody takes lines, it is looked whether there still is a loop."""
_NAMED = re.compile(r"([^\s:：/][^:：/]{0,29})(?:：|:\s+)\s*(\S.*)")


class StdinChat:
    """Lines of the standard input, read by a thread, as no system lets all kinds of input be awaited."""

    name = "stdin"

    def __init__(self, _spec: Spec, _context: ChatContext, stream: Iterable[str] | None = None) -> None:
        self._stream = stream
        self._numbers = itertools.count(1)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`."""
        lines = _Lines(asyncio.get_running_loop())
        threading.Thread(target=self._read, args=(lines,), name="stdin", daemon=True).start()
        link.live("the terminal")
        while batch := await lines.take():
            for line in batch:
                link.post(self.message(line))
            await link.room()
        raise OverError("the input has ended")

    def message(self, line: str) -> ChatMessage:
        """One line as a message."""
        named = _NAMED.fullmatch(line)
        user, text = (named[1].strip(), named[2]) if named else (YOU, line)
        roles = frozenset() if named else frozenset({Role.OWNER})
        return ChatMessage(
            self.name, str(next(self._numbers)), user, text, user_id=user.casefold(), roles=roles, time=time.time()
        )

    def _read(self, lines: _Lines) -> None:
        """Hand over line by line; waits while nobody takes them."""
        try:
            for line in lines_of_input() if self._stream is None else self._stream:
                if text := line.strip()[:MAX_LINE]:
                    lines.put(text)
            lines.put(None)
        except (RuntimeError, ValueError, OSError):  # the program ends, or there is no input
            return


class _Lines:
    """Lines from one thread to the loop: MOST_LINES at most, and one call into the loop for all that are there."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: queue.Queue[str | None] = queue.Queue(MOST_LINES)
        self._there = asyncio.Event()
        self._told = self._ended = False

    def put(self, line: str | None) -> None:
        """Hand over a line, None for the end; RuntimeError when the loop is gone."""
        while True:
            try:
                self._waiting.put(line, timeout=FULL_S)
                break
            except queue.Full:
                if self._loop.is_closed():
                    raise RuntimeError("the loop is gone") from None
        if not self._told:
            self._told = True
            self._loop.call_soon_threadsafe(self._there.set)

    async def take(self) -> list[str]:
        """All lines that are there, one at least; none after the end."""
        lines: list[str] = []
        while not lines and not self._ended:
            await self._there.wait()
            self._there.clear()
            self._told = False  # from here on a new line is told anew
            self._drain(lines)
        return lines

    def _drain(self, lines: list[str]) -> None:
        while len(lines) < MOST_LINES and not self._waiting.empty():
            line = self._waiting.get_nowait()
            if line is None:
                self._ended = True
                return
            lines.append(line)
        if not self._waiting.empty():
            self._there.set()
