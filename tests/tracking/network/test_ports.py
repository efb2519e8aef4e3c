import errno
import os
import socket
import sys
from contextlib import ExitStack

import pytest

from tests.tracking.packets import has_ipv6
from tests.wine import wine_cannot
from vtube.errors import Line, TrackingError
from vtube.net import ports
from vtube.net.ports import is_taken, port_holder, why_not
from vtube.tracking.network.ports import PortTakenError, bind_udp, is_loopback, listen_tcp, told_together


def bound(stack: ExitStack, udp: bool = True) -> int:
    """A port of 127.0.0.1 that somebody holds, as a socket of another program would."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    sock = stack.enter_context(socket.socket(socket.AF_INET, kind))
    sock.bind(("127.0.0.1", 0))
    if not udp:
        sock.listen()
    return int(sock.getsockname()[1])


def test_a_taken_port_is_named_in_one_line() -> None:
    with ExitStack() as stack:
        port = bound(stack)
        with pytest.raises(PortTakenError) as caught:
            bind_udp("127.0.0.1", port)
        assert f"UDP port {port} is taken by " in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_taken_tcp_port() -> None:
    with ExitStack() as stack, pytest.raises(PortTakenError, match="TCP port"):
        listen_tcp("127.0.0.1", bound(stack, udp=False))


def test_a_port_of_our_own_is_called_so() -> None:
    with ExitStack() as stack:
        socks = [stack.enter_context(sock) for sock in bind_udp("127.0.0.1", 0)]
        port = socks[0].getsockname()[1]
        with pytest.raises(PortTakenError, match="in use by another part of this program"):
            bind_udp("127.0.0.1", port)


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")
@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_both_families_are_bound_on_one_port(host: str) -> None:
    with ExitStack() as stack:
        found = [stack.enter_context(sock) for sock in bind_udp(host, 0)]
        assert [sock.family for sock in found] == [socket.AF_INET, socket.AF_INET6]
        assert len({sock.getsockname()[1] for sock in found}) == 1


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")
def test_an_ipv6_address_alone() -> None:
    with ExitStack() as stack:
        (sock,) = [stack.enter_context(sock) for sock in bind_udp("::1", 0)]
        assert sock.family == socket.AF_INET6


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells without further packages")
@pytest.mark.parametrize("udp", [True, False])
def test_the_holder_is_named(udp: bool) -> None:
    with ExitStack() as stack:
        port = bound(stack, udp)
        kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
        assert f"(process {os.getpid()})" in (port_holder(port, kind) or "")


@wine_cannot("lets a program listen on an address of another computer")
def test_an_address_of_somebody_else() -> None:
    with pytest.raises(TrackingError, match=r"cannot listen on 192\.0\.2\.1, UDP port 5"):
        bind_udp("192.0.2.1", 5555)


def test_nobody_holds_a_free_port() -> None:
    with ExitStack() as stack:
        port = bound(stack)
    assert port_holder(port) is None


def test_a_port_that_windows_keeps_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    refused = OSError(10013, "forbidden")
    assert is_taken(refused)
    told = why_not("0.0.0.0", 49983, socket.SOCK_DGRAM, refused)
    assert "netsh interface ipv4 show excludedportrange protocol=udp" in told
    assert "\n" not in told
    assert isinstance(told, Line) and told.code == "port.reserved"


@pytest.mark.parametrize(("number", "system"), [(errno.EADDRINUSE, "linux"), (10013, "win32"), (10048, "win32")])
@pytest.mark.parametrize(("holder", "code"), [("OBS (process 7)", "port.taken.by"), (None, "port.taken")])
def test_what_a_taken_port_says_in_other_languages_has_no_english_in_it(
    monkeypatch: pytest.MonkeyPatch, number: int, system: str, holder: str | None, code: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ports, "port_holder", lambda *_: holder)
    told = why_not("0.0.0.0", 49983, socket.SOCK_DGRAM, OSError(number, "taken"))
    assert isinstance(told, Line)
    assert told.code in (code, "port.reserved")
    values = {name: value for name, value in told.values.items() if name != "command"}
    assert values == {"protocol": "UDP", "port": "49983"} | ({"holder": holder} if holder else {})


def test_a_port_below_1024(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    refused = PermissionError(13, "Permission denied")
    assert not is_taken(refused)
    assert "1024" in why_not("0.0.0.0", 80, socket.SOCK_STREAM, refused)


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.9", False)]
)
def test_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) == own


@pytest.mark.parametrize("host", ["x" * 200, "a..b", "[::1"])
def test_what_can_be_no_host_is_said_in_one_line(host: str) -> None:
    with pytest.raises(TrackingError, match="cannot listen on") as caught:
        bind_udp(host, 0)
    assert "\n" not in str(caught.value)


def test_ports_that_one_program_has_are_told_in_one_line() -> None:
    other = "cannot listen on 127.0.0.1, UDP port 7: no"
    taken = {port: f"UDP port {port} is taken by obs (process 7); close it there" for port in (9000, 8888)}
    lines = told_together({**taken, 39540: "UDP port 39540 is taken by another program; close it there", 7: other})
    assert lines == [
        "UDP ports 9000, 8888 are taken by obs (process 7); close it there",
        "UDP port 39540 is taken by another program; close it there",
        other,
    ]
