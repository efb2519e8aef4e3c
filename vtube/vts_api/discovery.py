"""The datagram by which plug-ins find the port, every two seconds."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import secrets
import socket

from vtube.vts_api.messages import answer

PORT = 47779
EVERY_S = 2.0
BROADCAST = "VTubeStudioAPIStateBroadcast"


def target(host: str) -> str:
    """Where it is sent: to this computer alone while only this computer may come in."""
    with contextlib.suppress(ValueError):
        if not ipaddress.ip_address(host).is_loopback:
            return "255.255.255.255"
    return "127.0.0.1"


async def announce(host: str, port: int, to_port: int = PORT) -> None:
    """Send until cancelled; where it cannot be sent, plug-ins are told the port by hand."""
    instance = secrets.token_hex(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setblocking(False)
        while True:
            data = {"active": True, "port": port, "instanceID": instance, "windowTitle": "VTube Studio"}
            with contextlib.suppress(OSError):
                sock.sendto(answer(BROADCAST, BROADCAST, data).encode(), (target(host), to_port))
            await asyncio.sleep(EVERY_S)
