"""What the receiver, the registry and `auto` need to know about a protocol made of datagrams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from vtube.signals import FaceFrame
from vtube.tracking.network.addresses import Address

Parse = Callable[[bytes, float], FaceFrame | None]
"""Bytes and arrival time (monotonic seconds) to a frame; None for anything else. Never raises."""


class Datagram(NamedTuple):
    """One datagram, or one message of a TCP stream: where it came from, on which of our ports, and when."""

    data: bytes
    source: Address
    port: int
    time: float


Decode = Callable[[Datagram], FaceFrame | None]
"""A parse that may remember what it saw before: sequence numbers, values sent piecemeal."""
Outgoing = tuple[bytes, Address]
Keepalive = Callable[[float, bool], Iterable[Outgoing]]
"""(now, live) to the datagrams due now: handshakes, leases, acknowledgements. Keeps its own schedule."""


def stateless(parse: Parse) -> Decode:
    """The decode of a protocol whose datagrams stand alone."""
    return lambda datagram: parse(datagram.data, datagram.time)


@dataclass(frozen=True, slots=True)
class WireProtocol:
    """A protocol whose senders just send.

    Attributes:
        kind: the SPEC's kind.
        title: what people call it.
        ports: the UDP ports its senders use, the usual one first.
        recognise: tells this protocol's datagrams from all others by their content, cheaply.
        decoder: makes a fresh decode.
        every: each datagram matters (values are sent piecemeal, or numbers tell which is the newest); otherwise only
            the one of a batch that came last is parsed.
        subscribe: asks the program on this computer for everything it has.
        camera: each datagram is a whole face as a camera sees it, so that the same bytes over and over mean that it
            sees none. Programs that send single values may well repeat them.
    """

    kind: str
    title: str
    ports: tuple[int, ...]
    recognise: Callable[[bytes], bool]
    decoder: Callable[[], Decode]
    every: bool = False
    subscribe: Outgoing | None = None
    camera: bool = False
