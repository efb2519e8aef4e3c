"""Binding a tracker's ports, for IPv4 and IPv6 alike."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
from collections.abc import Mapping, Sequence

from vtube.errors import TrackingError
from vtube.net.ports import is_taken, remember, why_not

RECEIVE_BUFFER_BYTES = 1 << 20
_BESIDE = {"0.0.0.0": "::", "127.0.0.1": "::1"}
"""The IPv6 address that means the same; any other address is listened on alone."""


class PortTakenError(TrackingError):
    """The port is held by somebody, and may come free."""


def bind_udp(host: str, port: int) -> list[socket.socket]:
    """Non-blocking UDP sockets on `host`:`port` (port 0: any free one), IPv4 first, then IPv6 where there is any.

    They may send to broadcast addresses. A computer without IPv6 has the first only.

    Raises:
        PortTakenError: the port is taken; one line names it and, where it can be known, the program that holds it.
        TrackingError: the address is not this computer's.
    """
    return _bind_both(host, port, socket.SOCK_DGRAM)


def listen_tcp(host: str, port: int) -> list[socket.socket]:
    """Non-blocking listening TCP sockets, IPv4 first.

    Raises:
        PortTakenError, TrackingError: as `bind_udp`.
    """
    socks = _bind_both(host, port, socket.SOCK_STREAM)
    for sock in socks:
        sock.listen(4)
    return socks


def port_list(ports: Sequence[int], one: str = "", several: str = "") -> str:
    """`port 8888`, `ports 8888, 9000`; after it the verb for one or several."""
    many = len(ports) > 1
    return f"port{'s' * many} {', '.join(map(str, ports))} {several if many else one}".rstrip()


def told_together(taken: Mapping[int, str]) -> list[str]:
    """The lines on why ports (the keys) cannot be had: one for all that somebody has, in place of one each."""
    alike: dict[tuple[str, str], list[int]] = {}
    for port, line in taken.items():
        before, _, after = line.partition(f"port {port} is ")
        alike.setdefault((before, after), []).append(port)
    return [
        f"{before}{port_list(ports, 'is', 'are')} {after}" if after else before
        for (before, after), ports in alike.items()
    ]


def _bind_both(host: str, port: int, kind: socket.SocketKind) -> list[socket.socket]:
    first = _bind(host, port, kind)
    found = [first]
    beside = _BESIDE.get(host)
    if beside is not None and socket.has_ipv6:
        try:
            found.append(_bind(beside, first.getsockname()[1], kind))
        except PortTakenError:
            if port:
                first.close()
                raise
        except TrackingError:
            pass  # no IPv6 on this computer
    return found


def _bind(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = None
    try:
        sock = socket.socket(family, kind)
        _set_options(sock, family, kind)
        sock.bind(_bindable(host, port, family))
    except (OSError, OverflowError, UnicodeError) as error:  # the last: a name too long for one
        if sock is not None:
            sock.close()
        failure = error if isinstance(error, OSError) else OSError(str(error))
        complaint = why_not(host, port, kind, failure)
        raise (PortTakenError if is_taken(failure) else TrackingError)(complaint) from None
    sock.setblocking(False)
    remember(sock)
    return sock


def _set_options(sock: socket.socket, family: socket.AddressFamily, kind: socket.SocketKind) -> None:
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if sys.platform == "win32":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    elif kind == socket.SOCK_STREAM:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == socket.SOCK_DGRAM:
        for option, value in ((socket.SO_BROADCAST, 1), (socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, option, value)


def _bindable(host: str, port: int, family: socket.AddressFamily) -> tuple[str, int] | tuple[str, int, int, int]:
    """A link-local IPv6 address needs its interface as a number, which the system finds."""
    if family == socket.AF_INET or "%" not in host:
        return host, port
    found = socket.getaddrinfo(host, port, family, flags=socket.AI_NUMERICHOST)
    scoped: tuple[str, int, int, int] = found[0][4]  # type: ignore[assignment]
    return scoped


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer talking to itself."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    return host == "localhost"
