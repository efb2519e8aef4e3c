"""The socket that a server listens on: whose port it is, who may connect, and why it cannot be had."""

from __future__ import annotations

import os
import secrets
import socket

from vtube.errors import ServerError
from vtube.net.ports import is_taken, remember, why_not
from vtube.server.access import is_loopback
from vtube.settings import ServerSettings

BACKLOG = 64


def check_free(settings: ServerSettings) -> None:
    """Find out at once, and not after the weights have been fetched, that the server will not be able to start.

    Raises:
        ServerError: the port is taken, the address is not this computer's, or a remote bind has no token.
    """
    if settings.enabled:
        check_token(settings)
        listen(settings.host, settings.port).close()


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket on `host`, a name or an address, IPv4 where there is a choice.

    Raises:
        ServerError: with what to do about it.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        line = f"server.host {host!r} is no address of this computer; 127.0.0.1 is the usual one"
        raise ServerError(line) from None
    family, kind, protocol, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        _own_port(listener)
        listener.bind(address)
        listener.listen(BACKLOG)
        remember(listener)
    except OSError as error:
        listener.close()
        raise ServerError(_why_not(host, port, error)) from None
    return listener


def _own_port(listener: socket.socket) -> None:
    """No waiting for a dead connection's port on POSIX, no sharing of a living one's on Windows."""
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    elif hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)


def _why_not(host: str, port: int, error: OSError) -> str:
    line = why_not(host, port, socket.SOCK_STREAM, error)
    taken = is_taken(error) or isinstance(error, PermissionError)
    return f"{line}: {'--port or server.port, where 0 takes any free one' if taken else 'see server.host'}"


def check_token(settings: ServerSettings) -> None:
    """See that other computers are asked for a token.

    Raises:
        ServerError: they would be let in without one.
    """
    if not settings.token and not is_loopback(settings.host):
        raise ServerError(
            f"server.host {settings.host} lets other computers in and so needs a token: "
            f"set server.token, for example to {secrets.token_urlsafe(18)}"
        )


def shown_host(host: str) -> str:
    """The host as it is written in an address of this computer's."""
    if host in ("", "0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
