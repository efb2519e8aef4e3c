"""Empties a UDP socket, a batch at a time."""

from __future__ import annotations

import socket

from vtube.tracking.network.addresses import plain
from vtube.tracking.protocols.wire import Datagram

MAX_DATAGRAM_BYTES = 65_535
BATCH = 1024
"""Datagrams taken from one socket before timers and the other sockets get their turn."""


class UdpReader:
    """Reads one bound, non-blocking socket.

    Attributes:
        socket: the socket.
        port: the port it is bound to.
        received: datagrams that arrived so far, readable or not.
        rejected: those that the system could not hand over whole.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.port: int = sock.getsockname()[1]
        self.received = 0
        self.rejected = 0
        self._buffer = bytearray(MAX_DATAGRAM_BYTES + 1)

    def read(self, now: float) -> list[Datagram]:
        """What has arrived, oldest first, at most BATCH; `now` becomes its time. Never raises."""
        batch: list[Datagram] = []
        view = memoryview(self._buffer)
        for _ in range(BATCH):
            try:
                size, source = self.socket.recvfrom_into(self._buffer)
            except BlockingIOError:
                break
            except ConnectionResetError:  # so Windows says that nobody was there to take what we sent
                continue
            except OSError:  # Windows reports an oversized datagram this way
                self.received += 1
                self.rejected += 1
                continue
            self.received += 1
            if size > MAX_DATAGRAM_BYTES:
                self.rejected += 1
            else:
                batch.append(Datagram(bytes(view[:size]), plain(source), self.port, now))
        return batch
