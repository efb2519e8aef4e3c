"""Where others in the local network find this computer."""

from __future__ import annotations

import contextlib
import ipaddress
import socket


def own_address() -> str:
    """This computer's address on the local network, as a phone's app wants it; 127.0.0.1 without a network."""
    routes = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))  # reserved for documentation
    for family, anywhere in routes:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((anywhere, 9))  # nothing is sent
            return str(sock.getsockname()[0])
    return "127.0.0.1"


def own_addresses() -> list[str]:
    """Every IPv4 address under which others may find this computer, the likeliest first.

    That is the one of the way out, unless that way is no home network (a VPN, a provider's own) and another one is.
    """
    found = [own_address()]
    with contextlib.suppress(OSError, UnicodeError):
        found += [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    unique = [one for one in dict.fromkeys(found) if not ipaddress.ip_address(one).is_loopback]
    return sorted(unique, key=lambda one: not is_of_home(one))


HOME = tuple(ipaddress.ip_network(one) for one in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12"))


def is_of_home(address: str) -> bool:
    """Whether an address is one of those that routers at home give out (RFC 1918)."""
    one = ipaddress.ip_address(address)
    return any(one.version == 4 and one in network for network in HOME)
