"""Trackers that connect by TCP: whole messages cut out of a stream of arbitrary chunks."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Sequence

from vtube.tracking.network.addresses import Address, plain
from vtube.tracking.protocols import fmv3

TEXT_END = b"___iFacialMocap"
MAX_PENDING_BYTES = 300_000
CHUNK_BYTES = 65_536
MAX_CONNECTIONS = 4
READS_PER_WAKE = 8


class Splitter:
    """Cuts a stream into messages: text up to `___iFacialMocap`, or FMV3 by the length in its header."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The messages that `chunk` completes.

        Raises:
            ValueError: the stream is damaged, or a message never ends.
        """
        self._pending += chunk
        messages: list[bytes] = []
        while (found := self._next()) is not None:
            messages.append(found)
        if len(self._pending) > MAX_PENDING_BYTES:
            raise ValueError("a message never ends")
        return messages

    def _next(self) -> bytes | None:
        if self._pending.startswith(fmv3.MAGIC):
            length = fmv3.message_length(self._pending)
            if length is None or len(self._pending) < length:
                return None
            message, self._pending = self._pending[:length], self._pending[length:]
            return message
        message, end, rest = self._pending.partition(TEXT_END)
        if not end:
            return None
        self._pending = rest
        return message


Message = Callable[[bytes, Address, float], None]


class TcpInbox:
    """Accepts connections on listening sockets and hands on their messages.

    Args:
        listeners: non-blocking listening sockets.
        watch, unwatch: register and forget a socket with the receiving thread.
        message: called with (message, peer, now).
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        watch: Callable[[socket.socket, Callable[[float], None]], None],
        unwatch: Callable[[socket.socket], None],
        message: Message,
    ) -> None:
        self._listeners, self._watch, self._unwatch, self._message = tuple(listeners), watch, unwatch, message
        self._connections: dict[Address, socket.socket] = {}
        for listener in self._listeners:
            watch(listener, lambda _now, listener=listener: self._accept(listener))  # type: ignore[misc]

    def send(self, data: bytes, peer: Address) -> bool:
        """Send to a connected peer; False when there is none of that address."""
        sock = self._connections.get(peer)
        if sock is None:
            return False
        with contextlib.suppress(OSError):
            sock.send(data)
        return True

    def close(self) -> None:
        """Close the listeners and all connections."""
        for peer in list(self._connections):
            self._drop(peer)
        for listener in self._listeners:
            self._unwatch(listener)
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            sock, address = listener.accept()
            peer = plain(address)
            if len(self._connections) >= MAX_CONNECTIONS:
                self._drop(next(iter(self._connections)))
            sock.setblocking(False)
            self._connections[peer] = sock
            splitter = Splitter()
            self._watch(sock, lambda now: self._read(peer, sock, splitter, now))

    def _read(self, peer: Address, sock: socket.socket, splitter: Splitter, now: float) -> None:
        try:
            for _ in range(READS_PER_WAKE):
                chunk = sock.recv(CHUNK_BYTES)
                if not chunk:
                    self._drop(peer)
                    return
                for message in splitter.feed(chunk):
                    self._message(message, peer, now)
        except BlockingIOError:
            return
        except (OSError, ValueError):
            self._drop(peer)

    def _drop(self, peer: Address) -> None:
        sock = self._connections.pop(peer, None)
        if sock is not None:
            self._unwatch(sock)
            sock.close()
