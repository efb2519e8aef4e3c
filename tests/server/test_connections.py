"""Open connections are bounded in number and time, whatever their clients do or leave undone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import aiohttp
import pytest

from tests.server.conftest import Running
from vtube.frame import Frame
from vtube.server import connections as module
from vtube.server.connections import Connections


class FakeTransport(asyncio.Transport):
    """Notes whether it was cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = False

    def abort(self) -> None:
        self.cut = True

    def is_closing(self) -> bool:
        return self.cut


def opened(connections: Connections, *times: float) -> list[FakeTransport]:
    transports = [FakeTransport() for _ in times]
    for transport, now in zip(transports, times, strict=True):
        connections.opened(transport, now)
    return transports


def test_the_longest_waiting_makes_room() -> None:
    connections = Connections(limit=2)
    first, second, third = opened(connections, 0.0, 1.0, 2.0)
    assert [one.cut for one in (first, second, third)] == [True, False, False]
    assert len(connections) == 2


def test_who_is_being_answered_stays_and_the_newcomer_goes() -> None:
    connections = Connections(limit=2)
    first, second = opened(connections, 0.0, 1.0)
    connections.busy(first)
    connections.busy(second)
    (third,) = opened(connections, 2.0)
    assert [one.cut for one in (first, second, third)] == [False, False, True]
    assert len(connections) == 2


def test_a_head_that_does_not_arrive_and_an_answer_that_is_not_read_cost_the_connection() -> None:
    connections = Connections(request_s=15.0, idle_s=30.0)
    silent, answered, streaming = opened(connections, 0.0, 0.0, 0.0)
    for one in (answered, streaming):
        connections.busy(one)
    connections.sweep(14.9)
    connections.idle(answered, 14.9)
    assert not silent.cut
    connections.sweep(15.0)
    assert silent.cut
    connections.sweep(44.9)
    assert [answered.cut, streaming.cut] == [True, False]
    connections.closed(streaming)
    assert len(connections) == 0


async def test_idle_connections_do_not_keep_others_out(
    serve: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 8)
    monkeypatch.setattr(Connections.__init__, "__defaults__", (8, 15.0, 30.0))
    running = serve()
    idle = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(40)]
    try:
        for one in idle[::2]:
            one.sendall(b"GET / HTTP/1.1\r\nHost: 127.")
        async with aiohttp.ClientSession(running.url) as session, session.get("/api/state") as answer:
            assert answer.status == 200
    finally:
        for one in idle:
            one.close()


async def test_a_reader_that_never_reads_gives_its_place_back(
    running: Running, picture: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.server.streams.STALL_S", 0.05)
    monkeypatch.setattr("vtube.server.viewers.MAX_STREAMS", 1)
    big = picture.repeat(400, axis=0).repeat(400, axis=1)
    running.broadcast.publish(big, 0.0)
    with socket.create_connection(("127.0.0.1", running.port)) as deaf:
        deaf.sendall(f"GET /stream.rgba HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
        async with aiohttp.ClientSession(running.url) as session:
            for step in range(200):
                running.broadcast.publish(big, float(step))
                async with session.get("/stream.rgba") as answer:
                    if answer.status == 200:
                        break
                await asyncio.sleep(0.05)
            assert answer.status == 200
