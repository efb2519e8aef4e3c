"""Bilibili's danmaku packets: a header of 16 bytes and a body, which may hold more packets, packed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = struct.Struct(">IHHII")
HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, AUTH, AUTH_REPLY = 2, 3, 5, 7, 8
PLAIN, NUMBER, ZLIB, BROTLI = 0, 1, 2, 3
MOST_BYTES = 8 * 1024 * 1024
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: what it is for and its body."""

    operation: int
    body: bytes

    def json(self) -> object:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def pack(operation: int, body: bytes, version: int = NUMBER) -> bytes:
    """A packet as it is sent."""
    return HEADER.pack(HEADER.size + len(body), HEADER.size, version, operation, 1) + body


def unpack(data: bytes, depth: int = 0) -> Iterator[Packet]:
    """All packets in what came, those within packed ones, too.

    Raises:
        ValueError: a length, or what is packed, is damaged.
    """
    at = 0
    while at < len(data):
        if len(data) - at < HEADER.size:
            raise ValueError("a packet is cut off")
        length, head, version, operation, _ = HEADER.unpack_from(data, at)
        if not HEADER.size <= head <= length <= len(data) - at:
            raise ValueError("a packet has a wrong length")
        body = data[at + head : at + length]
        at += length
        if operation == MESSAGE and version in (ZLIB, BROTLI):
            if depth >= DEEPEST:
                raise ValueError("packets are packed too deep")
            yield from unpack(_unpacked(body, version), depth + 1)
        else:
            yield Packet(operation, body)


def _unpacked(body: bytes, version: int) -> bytes:
    if version == BROTLI:
        raise ValueError("a packet is packed with brotli, which was not asked for")
    opened = zlib.decompressobj()
    try:
        data = opened.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(f"a packet cannot be unpacked: {error}") from None
    if opened.unconsumed_tail:
        raise ValueError("a packet is too large")
    return data
