from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import struct
import sys
from pathlib import Path

import pytest

from tests.ports import free_udp_port
from vtube import net
from vtube.clock import monotonic
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


class Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.set_result(data)


def test_a_port_where_nobody_listens_makes_no_socket_deaf() -> None:
    async def ask() -> bytes:
        loop = asyncio.get_running_loop()
        transport, listener = await loop.create_datagram_endpoint(Listener, local_addr=("127.0.0.1", 0))
        for _ in range(20):
            transport.sendto(b"anybody?", ("127.0.0.1", free_udp_port()))
            await asyncio.sleep(0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"hi", transport.get_extra_info("sockname"))
        heard: bytes = await listener.heard
        transport.close()
        return heard

    with runner() as here:
        assert here.run(asyncio.wait_for(ask(), 30)) == b"hi"


def test_nobody_takes_another_loop() -> None:
    for path in Path(net.__file__).parent.parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "loops.py":
            others = ("asyncio.run(", "asyncio.Runner", "new_event_loop", "EventLoop(", "run_app(")
            assert not [word for word in others if word in text], path


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


def test_a_nap_is_neither_early_nor_of_another_clock() -> None:
    async def nap() -> tuple[float, float]:
        loop, before = asyncio.get_running_loop(), monotonic()
        assert before <= loop.time() <= monotonic()
        for _ in range(5):
            await asyncio.sleep(0.003)
        return monotonic() - before, loop.time() - before

    with runner() as here:
        assert min(here.run(nap())) > 5 * 0.0029
