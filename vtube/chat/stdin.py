"""`stdin`: what is typed into the terminal, or piped in, one message a line; `Name: text` says who writes."""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
import threading
import time
from typing import TextIO

from vtube.chat.base import ChatContext, Link
from vtube.chat.message import ChatMessage, Role
from vtube.spec import Spec

YOU = "you"
MAX_LINE = 2000
_NAMED = re.compile(r"([^\s:：/][^:：/]{0,29})(?:：|:\s+)\s*(\S.*)")


class StdinChat:
    """Lines of the standard input, read by a thread, as no system lets all kinds of input be awaited."""

    name = "stdin"

    def __init__(self, _spec: Spec, _context: ChatContext, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._numbers = itertools.count(1)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`; the end of the input ends nothing but this chat."""
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[str | None] = asyncio.Queue(100)
        threading.Thread(target=self._read, args=(loop, lines), name="stdin", daemon=True).start()
        link.live("the terminal")
        while (line := await lines.get()) is not None:
            if line.strip():
                link.post(self.message(line.strip()[:MAX_LINE]))
        link.live("the input has ended")
        await asyncio.Event().wait()

    def message(self, line: str) -> ChatMessage:
        """One line as a message."""
        named = _NAMED.fullmatch(line)
        user, text = (named[1].strip(), named[2]) if named else (YOU, line)
        roles = frozenset() if named else frozenset({Role.OWNER})
        return ChatMessage(
            self.name, str(next(self._numbers)), user, text, user_id=user.casefold(), roles=roles, time=time.time()
        )

    def _read(self, loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str | None]) -> None:
        """Hand over line by line; waits while nobody takes them."""
        stream = self._stream or sys.stdin
        try:
            for line in stream if stream is not None else ():
                asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
            asyncio.run_coroutine_threadsafe(lines.put(None), loop).result()
        except (RuntimeError, ValueError, OSError, asyncio.CancelledError):  # the program ends, or there is no input
            return
