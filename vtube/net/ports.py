"""Why a port cannot be had, and who has it."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import socket
import sys
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vtube.errors import Line
from vtube.paths import is_there

_TAKEN = {errno.EADDRINUSE, 10048}  # the second is Windows' own number
_FORBIDDEN = {errno.EACCES, 10013}
_OURS: weakref.WeakValueDictionary[tuple[int, int], socket.socket] = weakref.WeakValueDictionary()
"""Open sockets of this program by kind and port, so that it never takes itself for another program."""


def remember(sock: socket.socket) -> None:
    """Note that this program holds the port that `sock` is bound to, for as long as it is open."""
    _OURS[int(sock.type), sock.getsockname()[1]] = sock


def is_taken(error: OSError) -> bool:
    """Whether binding failed because somebody has the port, which may come free."""
    return error.errno in _TAKEN or is_reserved(error)


def why_not(host: str, port: int, kind: socket.SocketKind, error: OSError) -> str:
    """One line on why `host`:`port` cannot be bound: which program has it, where that can be known, and what to do."""
    protocol = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
    name, values = f"{protocol} port {port}", {"protocol": protocol, "port": str(port)}
    if is_taken(error) and _is_ours(port, kind):
        line = f"{name} is in use by another part of this program already; is the same one named twice?"
        return Line(line, "port.ours", values)
    if is_taken(error) and (holder := port_holder(port, kind)):
        line = f"{name} is taken by {holder}; close it there or choose another port"
        return Line(line, "port.taken.by", {**values, "holder": holder})
    if error.errno in _TAKEN:
        return Line(f"{name} is taken by another program; close it there or choose another port", "port.taken", values)
    if is_reserved(error):
        line = f"{name} is taken by another program, or reserved by Windows; to see what it reserves: {reserved(kind)}"
        return Line(line, "port.reserved", {**values, "command": reserved(kind)})
    if error.errno in _FORBIDDEN:
        return f"{name} may not be used by this user: below 1024, choose a higher one"
    return f"cannot listen on {host}, {name}: {error.strerror or error}"


def _is_ours(port: int, kind: socket.SocketKind) -> bool:
    sock = _OURS.get((int(kind), port))
    return sock is not None and sock.fileno() >= 0


def reserved(kind: socket.SocketKind) -> str:
    """The command that tells what Windows reserves, which changes with each start of Windows."""
    protocol = "udp" if kind == socket.SOCK_DGRAM else "tcp"
    return f"netsh interface ipv4 show excludedportrange protocol={protocol}"


def is_reserved(error: OSError) -> bool:
    """Whether Windows itself may keep the port that could not be bound (Hyper-V, WSL).

    It answers alike for one that another program holds exclusively.
    """
    return error.errno in _FORBIDDEN and sys.platform == "win32"


def port_holder(port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> str | None:
    """Name and process number of a program that holds `port`, None where that cannot be known."""
    try:
        if sys.platform == "linux":
            return _holder_from_proc(port, "udp" if kind == socket.SOCK_DGRAM else "tcp")
        return _holder_from_psutil(port, kind)
    except Exception:  # noqa: BLE001 - only a remark in an error message: never worth an error of its own
        return None


def _holder_from_proc(port: int, table: str) -> str | None:
    wanted = {f"socket:[{inode}]" for inode in _inodes(port, table)}
    for process in Path("/proc").iterdir() if wanted else ():
        if process.name.isdigit() and wanted & _links(process / "fd"):
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _inodes(port: int, table: str) -> Iterator[str]:
    for path in (Path(f"/proc/net/{table}"), Path(f"/proc/net/{table}6")):
        rows: Iterable[str] = path.read_text().splitlines()[1:] if is_there(path) else ()
        for row in map(str.split, rows):
            if int(row[1].rsplit(":", 1)[1], 16) == port:
                yield row[9]


def _links(folder: Path) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(entry))
    return found


def _holder_from_psutil(port: int, kind: socket.SocketKind) -> str | None:
    psutil: Any = importlib.import_module("psutil")
    for connection in psutil.net_connections("udp" if kind == socket.SOCK_DGRAM else "tcp"):
        if connection.laddr and connection.laddr.port == port and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None
