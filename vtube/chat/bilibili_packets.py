"""Bilibili's danmaku packets: a header of 16 bytes and a body, which may hold more packets, packed."""

from __future__ import annotations

import importlib
import importlib.util
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vtube.errors import NO_JSON

brotli: Any = importlib.import_module("brotli") if importlib.util.find_spec("brotli") else None
"""The extra `bilibili`."""

HEADER = struct.Struct(">IHHII")
HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, AUTH, AUTH_REPLY = 2, 3, 5, 7, 8
PLAIN, NUMBER, ZLIB, BROTLI = 0, 1, 2, 3
MOST_BYTES, MOST_PACKETS = 8 * 1024 * 1024, 20_000
"""Of all that one frame becomes."""
DEEPEST = 3
STEP = 65536


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: what it is for and its body."""

    operation: int
    body: bytes

    def json(self) -> object:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except NO_JSON:
            return None


def pack(operation: int, body: bytes, version: int = NUMBER) -> bytes:
    """A packet as it is sent."""
    return HEADER.pack(HEADER.size + len(body), HEADER.size, version, operation, 1) + body


class NoBrotliError(ValueError):
    """A packet is packed with brotli, which was not asked for, and the package that opens it is missing."""


@dataclass(slots=True)
class _Budget:
    """What one frame may become."""

    bytes: int = MOST_BYTES
    packets: int = MOST_PACKETS

    def spend_packet(self) -> None:
        self.packets -= 1
        if self.packets < 0:
            raise ValueError("a frame has too many packets")


def unpack(data: bytes) -> Iterator[Packet]:
    """All packets in a frame, those within packed ones, too.

    Raises:
        NoBrotliError: a package is missing.
        ValueError: a length, or what is packed, is damaged, or becomes too much.
    """
    return _unpack(data, _Budget(), 0)


def _unpack(data: bytes, budget: _Budget, depth: int) -> Iterator[Packet]:
    at = 0
    while at < len(data):
        if len(data) - at < HEADER.size:
            raise ValueError("a packet is cut off")
        length, head, version, operation, _ = HEADER.unpack_from(data, at)
        if not HEADER.size <= head <= length <= len(data) - at:
            raise ValueError("a packet has a wrong length")
        budget.spend_packet()
        body = data[at + head : at + length]
        at += length
        if operation == MESSAGE and version in (ZLIB, BROTLI):
            if depth >= DEEPEST:
                raise ValueError("packets are packed too deep")
            opened = (_unzipped if version == ZLIB else _unbrotlied)(body, budget.bytes)
            budget.bytes -= len(opened)
            yield from _unpack(opened, budget, depth + 1)
        else:
            yield Packet(operation, body)


def _unzipped(body: bytes, most: int) -> bytes:
    opener = zlib.decompressobj()
    try:
        data = opener.decompress(body, most + 1)
    except zlib.error as error:
        raise ValueError(f"a packet cannot be unpacked: {error}") from None
    return _whole(data, most, is_whole=opener.eof)


def _unbrotlied(body: bytes, most: int) -> bytes:
    if brotli is None:
        raise NoBrotliError("a packet is packed with brotli")
    opener = brotli.Decompressor()
    try:
        data: bytes = opener.process(body, output_buffer_limit=most + 1)
        while (
            not opener.is_finished() and len(data) <= most and (more := opener.process(b"", output_buffer_limit=STEP))
        ):
            data += more
    except brotli.error as error:
        raise ValueError(f"a packet cannot be unpacked: {error}") from None
    return _whole(data, most, is_whole=opener.is_finished())


def _whole(data: bytes, most: int, *, is_whole: bool) -> bytes:
    if len(data) > most:
        raise ValueError("a packet is too large")
    if not is_whole:
        raise ValueError("a packet is cut off")
    return data
