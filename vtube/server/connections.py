"""Open connections, bounded: how many there may be, and how long one may say nothing.

A client that opens connections and is silent, sends a request byte by byte or never reads its answer costs its own
connection: the longest waiting one makes room for the next, and one that is past its time is cut off. A request that is
being answered has all the time it needs; streams watch over their readers themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

MAX_CONNECTIONS = 200
"""Well below the smallest limit of open files in use, macOS' 256 for a terminal."""
REQUEST_S = 15.0
"""A connection has its request's head sent by then, its body is timed where it is read."""
IDLE_S = 30.0
"""An answered connection may wait so long for its next request; and so long may the answer itself take to be read."""
SWEEP_S = 1.0


class Connections:
    """All connections of one server; belongs to its event loop."""

    def __init__(self, limit: int = MAX_CONNECTIONS, request_s: float = REQUEST_S, idle_s: float = IDLE_S) -> None:
        self._limit = limit
        self._request_s = request_s
        self._idle_s = idle_s
        self._deadlines: dict[asyncio.BaseTransport, float] = {}
        """Of every open connection; infinite while its request is being answered."""

    def __len__(self) -> int:
        return len(self._deadlines)

    def opened(self, transport: asyncio.BaseTransport, now: float) -> None:
        """A client has connected; when there are too many, the one that has waited longest is cut off."""
        if len(self._deadlines) >= self._limit:
            self._make_room(transport)
        if not transport.is_closing():
            self._deadlines[transport] = now + self._request_s

    def busy(self, transport: asyncio.BaseTransport | None) -> None:
        """Its request has arrived and is being answered."""
        if transport in self._deadlines:
            self._deadlines[transport] = float("inf")

    def idle(self, transport: asyncio.BaseTransport | None, now: float) -> None:
        """Its request has been answered."""
        if transport in self._deadlines:
            self._deadlines[transport] = now + self._idle_s

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """It is gone."""
        self._deadlines.pop(transport, None)

    def sweep(self, now: float) -> None:
        """Cut off whoever is past its time."""
        for transport in [one for one, deadline in self._deadlines.items() if deadline <= now]:
            self._cut(transport)

    async def watch(self) -> None:
        """Sweep until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep(loop.time())

    def _make_room(self, newcomer: asyncio.BaseTransport) -> None:
        longest = min(self._deadlines, key=lambda one: self._deadlines[one])
        self._cut(newcomer if self._deadlines[longest] == float("inf") else longest)

    def _cut(self, transport: asyncio.BaseTransport) -> None:
        self._deadlines.pop(transport, None)
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        else:
            transport.close()


class CountedConnection(asyncio.Protocol):
    """Hands everything on to the protocol that answers, and tells `connections` of the beginning and the end."""

    def __init__(self, inner: asyncio.Protocol, connections: Connections) -> None:
        self._inner = inner
        self._connections = connections
        self._transport: asyncio.BaseTransport | None = None
        self.data_received = inner.data_received  # type: ignore[method-assign]  # no call more for each piece
        self.pause_writing = inner.pause_writing  # type: ignore[method-assign]
        self.resume_writing = inner.resume_writing  # type: ignore[method-assign]
        self.eof_received = inner.eof_received  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = transport
        self._connections.opened(transport, asyncio.get_running_loop().time())
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        if self._transport is not None:
            self._connections.closed(self._transport)
        self._inner.connection_lost(exc)


CONNECTIONS = web.AppKey("connections", Connections)


def counted(make: Callable[[], asyncio.Protocol], connections: Connections) -> Callable[[], asyncio.Protocol]:
    """A protocol factory whose connections are counted."""
    return lambda: CountedConnection(make(), connections)
