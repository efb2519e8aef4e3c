"""Binding a port, and saying who has it when it is taken."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

from vtube.errors import TrackingError

RECEIVE_BUFFER_BYTES = 1 << 20
_TAKEN = {errno.EADDRINUSE, errno.EACCES, 10013, 10048}  # the last two are Windows' own numbers


def bind_udp(host: str, port: int) -> socket.socket:
    """A non-blocking UDP socket on `host`:`port` (port 0: any free one), able to send to broadcast addresses.

    Raises:
        TrackingError: the port is taken or the address is not this computer's; one line names it and, where it
            can be known, the program that holds it.
    """
    sock = _bind(host, port, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    return sock


def listen_tcp(host: str, port: int) -> socket.socket:
    """A non-blocking listening TCP socket.

    Raises:
        TrackingError: as `bind_udp`.
    """
    sock = _bind(host, port, socket.SOCK_STREAM)
    sock.listen(4)
    return sock


def _bind(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET, kind)
    try:
        if sys.platform == "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise TrackingError(_complaint(host, port, kind, error)) from None
    sock.setblocking(False)
    return sock


def _complaint(host: str, port: int, kind: socket.SocketKind, error: OSError) -> str:
    name = f"{'UDP' if kind == socket.SOCK_DGRAM else 'TCP'} port {port}"
    if error.errno in _TAKEN:
        holder = port_holder(port, kind)
        by = f" by {holder}" if holder else " by another program"
        return f"{name} is taken{by}; close it there or choose another port"
    return f"cannot listen on {host}, {name}: {error.strerror or error}"


def port_holder(port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> str | None:
    """Name and process number of a program that holds `port`, None where that cannot be known."""
    try:
        if sys.platform == "linux":
            return _holder_from_proc(port, "udp" if kind == socket.SOCK_DGRAM else "tcp")
        return _holder_from_psutil(port, kind)
    except Exception:  # only a remark in an error message: never worth an error of its own
        return None


def _holder_from_proc(port: int, table: str) -> str | None:
    rows = [line.split() for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    wanted = {f"socket:[{row[9]}]" for row in rows if int(row[1].rsplit(":", 1)[1], 16) == port}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and wanted & _links(process / "fd"):
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _links(folder: Path) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(entry))
    return found


def _holder_from_psutil(port: int, kind: socket.SocketKind) -> str | None:
    psutil: Any = importlib.import_module("psutil")
    for connection in psutil.net_connections("udp4" if kind == socket.SOCK_DGRAM else "tcp4"):
        if connection.laddr and connection.laddr.port == port and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None
