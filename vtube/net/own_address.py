"""Where others in the local network find this computer."""

from __future__ import annotations

import contextlib
import socket


def own_address() -> str:
    """This computer's address on the local network, as a phone's app wants it; 127.0.0.1 without a network."""
    routes = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))  # reserved for documentation
    for family, anywhere in routes:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((anywhere, 9))  # nothing is sent
            return str(sock.getsockname()[0])
    return "127.0.0.1"
