"""Ports for programs that have to be told one, and cannot choose for themselves."""

from __future__ import annotations

import os
import socket

FIRST, LAST = 20_000, 32_000
"""Below those that systems give to whoever asks for any: nobody takes one between the choice and its use."""
WORKERS = 8
_tried = os.getpid() * 7


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens at, and that no other process of these tests chooses."""
    return _free(socket.SOCK_STREAM)


def free_udp_port() -> int:
    """The same for UDP."""
    return _free(socket.SOCK_DGRAM)


def _free(kind: int) -> int:
    global _tried  # noqa: PLW0603 - each call begins where the last one ended
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % WORKERS
    for _ in range((LAST - FIRST) // WORKERS):
        _tried += 1
        port = FIRST + (_tried * WORKERS + worker) % (LAST - FIRST)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
