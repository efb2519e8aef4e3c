"""The phone's address as the user wrote it."""

from __future__ import annotations

import socket

from vtube.errors import SettingsError, TrackingError
from vtube.spec import Spec


def phone_address(spec: Spec) -> str:
    """The argument of `kind:PHONE_IP`, not looked up yet.

    Raises:
        SettingsError: it is missing or has something in it that no address has.
    """
    host = spec.argument or ""
    if not host or len(host) > 253 or not all(sign.isalnum() or sign in ".-_" for sign in host):
        raise SettingsError(f"{spec}: write the address the phone's app shows, as in {spec.kind}:192.168.1.20")
    return host


def own_address() -> str:
    """This computer's address on the local network, as a phone's app wants it; 127.0.0.1 without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))  # an address reserved for documentation: nothing is sent
            return str(sock.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def resolve(host: str) -> str:
    """The IPv4 address of `host`. May ask the network: not for the receiving thread.

    Raises:
        TrackingError: nobody knows that name.
    """
    try:
        return socket.gethostbyname(host)
    except (OSError, UnicodeError):
        raise TrackingError(f"there is no address for {host!r}; write the IP that the phone's app shows") from None
