import os
import socket
import sys

import pytest

from tests.wine import wine_cannot
from vtube.errors import TrackingError
from vtube.tracking.network.ports import bind_udp, listen_tcp, port_holder


def test_a_taken_port_is_named_in_one_line() -> None:
    with bind_udp("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(TrackingError) as caught:
            bind_udp("127.0.0.1", port)
        assert f"UDP port {port} is taken by " in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_taken_tcp_port() -> None:
    with listen_tcp("127.0.0.1", 0) as first, pytest.raises(TrackingError, match="TCP port"):
        listen_tcp("127.0.0.1", first.getsockname()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells without further packages")
@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_the_holder_is_named(kind: socket.SocketKind) -> None:
    with (bind_udp if kind == socket.SOCK_DGRAM else listen_tcp)("127.0.0.1", 0) as sock:
        assert f"(process {os.getpid()})" in (port_holder(sock.getsockname()[1], kind) or "")


@wine_cannot("lets a program listen on an address of another computer")
def test_an_address_of_somebody_else() -> None:
    with pytest.raises(TrackingError, match=r"cannot listen on 192\.0\.2\.1, UDP port 5"):
        bind_udp("192.0.2.1", 5555)


def test_nobody_holds_a_free_port() -> None:
    with bind_udp("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
    assert port_holder(port) is None
