"""Empties a UDP socket: the newest datagrams are kept, a flood is taken in gulps a few milliseconds apart."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vtube.tracking.network.senders import Address, TokenBucket
from vtube.tracking.protocols.wire import Datagram

MAX_DATAGRAM_BYTES = 65_535
BATCH = 1024
"""Datagrams taken from one socket before timers and the other sockets get their turn."""
NEWEST = 32
"""Datagrams kept of a gulp when only the newest good one counts."""
FLOOD_PER_S = 2_000.0
FLOOD_PAUSE_S = 0.004


@dataclass(slots=True)
class Counters:
    """What happened to the datagrams of one tracker."""

    received: int = 0
    frames: int = 0
    rejected: int = 0
    dropped: int = 0


class UdpReader:
    """Reads the sockets of one tracker; for its receiving thread only.

    Args:
        counters: `received`, `rejected` and `dropped` are counted up.
        admits: whether a datagram from (source) at (now) is worth keeping.
        accept: takes a datagram; True when it gave a frame.
        every: hand on each datagram in order; otherwise newest first, until one gives a frame.
    """

    def __init__(
        self,
        counters: Counters,
        admits: Callable[[Address, float], bool],
        accept: Callable[[Datagram], bool],
        every: bool,
    ) -> None:
        self._counters, self._admits, self._accept, self._every = counters, admits, accept, every
        self._buffer = bytearray(MAX_DATAGRAM_BYTES + 1)
        self._batch: deque[tuple[bytes, Address]] = deque(maxlen=BATCH if every else NEWEST)
        self._flood = TokenBucket(FLOOD_PER_S, 256)

    def reader(self, sock: socket.socket) -> Callable[[float], None]:
        """What to call with the time whenever the bound, non-blocking `sock` can be read."""
        port = sock.getsockname()[1]
        return lambda now: self._drain(sock, port, now)

    def _drain(self, sock: socket.socket, port: int, now: float) -> None:
        self._batch.clear()
        calm = True
        for data, source in self._gulp(sock, now):
            calm = self._flood.take(now)
            if data:
                self._batch.append((data, source))
        for data, source in self._batch if self._every else reversed(self._batch):
            if self._accept(Datagram(data, source, port, now)) and not self._every:
                break
        if not calm:
            time.sleep(FLOOD_PAUSE_S)

    def _gulp(self, sock: socket.socket, now: float) -> Iterator[tuple[bytes, Address]]:
        view = memoryview(self._buffer)
        for _ in range(BATCH):
            try:
                size, source = sock.recvfrom_into(self._buffer)
            except BlockingIOError:
                return
            except ConnectionResetError:  # so Windows says that nobody was there to take what we sent
                continue
            except OSError:  # Windows reports an oversized datagram this way
                self._counters.rejected += 1
                continue
            self._counters.received += 1
            believed = 0 < size <= MAX_DATAGRAM_BYTES and self._admits(source, now)
            self._counters.dropped += not believed
            yield (bytes(view[:size]) if believed else b""), source
