"""A slow link in front of a server: 1 Mbit/s each way for all connections together, and 100 ms there and back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

BITS_PER_S = 1_000_000
ONE_WAY_S = 0.05
PACKET_BYTES = 1460


class Lane:
    """One direction: whoever sends waits until those before are through."""

    def __init__(self) -> None:
        self._free_at = 0.0
        self.bytes = 0

    async def through(self, size: int) -> None:
        """Wait until `size` bytes are through."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + 8 * size / BITS_PER_S
        self.bytes += size
        await asyncio.sleep(self._free_at - now)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: Lane) -> None:
    """Bring what is read to the other side, late; then close it."""
    later = asyncio.get_running_loop().call_later
    try:
        while data := await reader.read(PACKET_BYTES):
            await lane.through(len(data))
            later(ONE_WAY_S, writer.write, data)
        await asyncio.sleep(ONE_WAY_S)
    except ConnectionError:
        pass
    finally:
        writer.close()


class SlowLink:
    """Carries connections to a port of this computer; `url` is where it begins."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.up, self.down = Lane(), Lane()
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port, limit=4 * PACKET_BYTES)
        for task in (carry(reader, back, self.up), carry(there, writer, self.down)):
            self._tasks.add(asyncio.create_task(task))

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[SlowLink]:
        """The link as long as it is needed."""
        server = await asyncio.start_server(self.connect, "127.0.0.1", 0, limit=4 * PACKET_BYTES)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
