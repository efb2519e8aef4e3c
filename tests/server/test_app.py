from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import aiohttp
import pytest

from tests.fake_control import FakeControl
from tests.server.conftest import Running, over_black
from vtube.errors import ServerError
from vtube.frame import Frame
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.server.listener import listen
from vtube.settings import ServerSettings


def server(**settings: object) -> Server:
    return Server(ServerSettings.model_validate(settings), FakeControl(), FrameBroadcast(), over_black)


def server_threads() -> set[threading.Thread]:
    """Those of other tests' cameras are among them."""
    return {thread for thread in threading.enumerate() if thread.name in ("server", "control")}


def test_a_taken_port_is_named_with_a_way_out(running: Running) -> None:
    with pytest.raises(ServerError, match=rf"TCP port {running.port} is .*server\.port"):
        server(port=running.port).start()


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(ServerError, match=r"server\.host"):
        listen("203.0.113.7", 0)
    with pytest.raises(ServerError, match=r"server\.host"):
        listen("no such host", 0)


def test_a_remote_bind_needs_a_token() -> None:
    with pytest.raises(ServerError, match=r"server\.token, for example to \S{20,}"):
        server(host="0.0.0.0", port=0).start()


def test_the_address_is_one_that_browsers_take(serve: Callable[..., Running]) -> None:
    assert serve(host="0.0.0.0", token="correct horse").url.startswith("http://127.0.0.1:")
    assert serve(host="localhost").url.startswith("http://localhost:")


def test_ipv6(serve: Callable[..., Running]) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    assert serve(host="::1").url.startswith("http://[::1]:")


def test_localhost_is_ipv4_where_there_is_a_choice() -> None:
    with listen("localhost", 0) as listener:
        assert listener.family is socket.AF_INET


def test_a_server_that_cannot_serve_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no routes today")

    monkeypatch.setattr("vtube.server.app.build_app", broken)
    one = server(port=0)
    with pytest.raises(ServerError, match="could not start"):
        one.start()
    assert "no routes today" in caplog.text
    one.stop()


def test_stop_before_start_and_twice() -> None:
    before = server_threads()
    one = server(port=0)
    one.stop()
    one.start()
    one.stop()
    one.stop()
    assert server_threads() <= before


def test_the_port_is_free_again_at_once() -> None:
    one = server(port=0)
    one.start()
    port = int(one.url.rpartition(":")[2])
    one.stop()
    two = server(port=port)
    two.start()  # must not raise
    assert two.url.endswith(f":{port}")
    two.stop()


async def test_stop_ends_streams_and_stuck_clients(running: Running, picture: Frame) -> None:
    running.broadcast.publish(picture, 0.0)
    with socket.create_connection(("127.0.0.1", running.port)) as stuck:
        stuck.sendall(f"GET /stream.nut HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
        async with (
            aiohttp.ClientSession(running.url) as session,
            session.get("/stream.rgba") as stream,
            session.ws_connect("/ws/frames") as page,
        ):
            await stream.content.readexactly(picture.nbytes)
            await page.receive_json()
            before = server_threads()
            running.server.stop()
            assert server_threads() < before


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00" * 2000,
        b"GET",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\r\n" * 500,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PUT /api/pose HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 30_000 + b"\r\n",
    ],
)
async def test_junk_ends_its_own_connection_alone(running: Running, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as rude:
        rude.sendall(junk)
        async with aiohttp.ClientSession(running.url) as session, session.get("/api/state") as answer:
            assert answer.status == 200
