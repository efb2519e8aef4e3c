from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import struct
import sys

import pytest

from vtube.net.loops import runner

RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER, so that closing breaks the connection off."""


class Greeter(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"hi")


def connect_and_break_off(port: int) -> None:
    with socket.socket() as client:
        client.connect(("127.0.0.1", port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def test_clients_that_are_gone_before_they_are_accepted_stop_no_server(caplog: pytest.LogCaptureFixture) -> None:
    async def serve() -> bytes:
        server = await asyncio.get_running_loop().create_server(Greeter, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.sleep(0)
        for _ in range(20):
            connect_and_break_off(port)
            await asyncio.sleep(0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = await reader.readexactly(2)
        writer.close()
        server.close()
        return said

    with caplog.at_level(logging.WARNING), runner() as here:
        assert here.run(asyncio.wait_for(serve(), 30)) == b"hi"
    assert not caplog.records


@pytest.mark.parametrize(
    ("error", "told"),
    [(ConnectionResetError(), False), (OSError(errno.ENOTCONN, "gone"), False), (OSError(errno.EIO, "x"), True)],
)
def test_what_nobody_has_caught_is_told(error: Exception, told: bool, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise error

    async def main() -> None:
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    with contextlib.suppress(OSError), runner() as here:
        here.run(main())
    assert any(record.levelno == logging.ERROR for record in caplog.records) == told
