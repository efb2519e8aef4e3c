"""Addresses: the phone's as the user wrote it, this computer's own, a sender's."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

from vtube.errors import SettingsError, TrackingError
from vtube.spec import Spec

OWN_ADDRESS = "{} is this computer's own address; write the one that the phone's app shows"

Address = tuple[str, int]
"""Host and port; the host is IPv4 or IPv6, of a link-local one with its interface: `fe80::1%2`."""


def phone_address(spec: Spec) -> str:
    """The argument of `kind:PHONE_IP`, not looked up yet: a name, an IPv4 or an IPv6 address, in brackets or not.

    Raises:
        SettingsError: it is missing or has something in it that no address has.
    """
    text = (spec.argument or "").strip()
    host = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not (_is_ipv6(host) or (0 < len(host) <= 253 and all(sign.isalnum() or sign in ".-_" for sign in host))):
        raise SettingsError(f"{spec}: write the address the phone's app shows, as in {spec.kind}:192.168.1.20")
    return host


def is_own(address: str) -> bool:
    """Whether an address (no name) is this computer's: only then can it be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
            return True
    except (OSError, OverflowError):
        return False


def resolve(host: str) -> str:
    """The address of `host`, IPv4 where it has one. May ask the network: not for the receiving thread.

    Raises:
        TrackingError: nobody knows that name.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise TrackingError(f"there is no address for {host!r}; write the IP that the phone's app shows") from None
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return plain(ordered[0][4])[0]


def plain(address: Sequence[Any]) -> Address:
    """A socket's address as host and port."""
    host, port = str(address[0]), int(address[1])
    if len(address) > 3 and address[3] and "%" not in host:
        host = f"{host}%{address[3]}"
    return host, port


def shown(host: str) -> str:
    """A host as it is written before a port: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _is_ipv6(text: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    return False
