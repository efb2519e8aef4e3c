"""Open Sound Control 1.0: datagrams to messages.

python-osc reads the messages; bundles are walked here, because its walk never ends on a negative element size and
one bad element costs the whole bundle. Source: opensoundcontrol.org, "OSC 1.0 specification".
"""

from __future__ import annotations

import math
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

from pythonosc.osc_message import OscMessage

from vtube.signals import FaceFrame

BUNDLE = b"#bundle\x00"
MAX_DEPTH = 8
MAX_MESSAGES = 1024
_TYPES = b"ifsbhdtrmTFN[]"
_EMPTY_TYPES = b"TFN[]"
_LONG_TYPES = b"hdt"
_SIZE = struct.Struct(">i")
_HEADER_BYTES = len(BUNDLE) + 8


class Message(NamedTuple):
    """An address and its arguments: int, float, str, bool, None, bytes and others."""

    address: str
    arguments: tuple[Any, ...]


def looks_like_osc(data: bytes) -> bool:
    """Whether a datagram begins as OSC does."""
    return data.startswith((b"/", BUNDLE))


def messages(data: bytes) -> list[Message]:
    """All messages of a datagram in order, nested bundles opened; damaged ones are left out. Never raises."""
    found: list[Message] = []
    for packet in _packets(data, 0):
        message = _message(packet)
        if message is not None:
            found.append(message)
        if len(found) >= MAX_MESSAGES:
            break
    return found


def number(message: Message, at: int = 0) -> float | None:
    """The argument at `at` as a finite number (booleans are 0 and 1), None when it is none."""
    if not 0 <= at < len(message.arguments):
        return None
    value = message.arguments[at]
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if abs(value) < 1e9 else None


def numbers(message: Message, start: int, count: int) -> tuple[float, ...] | None:
    """`count` finite numbers from the argument at `start` on, None unless all are there."""
    found = tuple(value for at in range(start, start + count) if (value := number(message, at)) is not None)
    return found if len(found) == count else None


def text(message: Message, at: int = 0) -> str | None:
    """The argument at `at` if it is a string."""
    value = message.arguments[at] if 0 <= at < len(message.arguments) else None
    return value if isinstance(value, str) else None


class OscAssembler(ABC):
    """Keeps what a sender last said; each datagram that says something of the face gives a frame."""

    forget_s: float
    """After so long a silence the sender counts as a new one."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._clear()

    def feed(self, data: bytes, time: float) -> FaceFrame | None:
        """Take a datagram that arrived at `time`; a frame when it says something of the face. Never raises."""
        if time - self._last > self.forget_s:
            self._clear()
        news = any([self._take(message, time) for message in messages(data)])
        if not self._settled(time) and not news:
            return None
        self._last = time
        return self._frame(time)

    @abstractmethod
    def _clear(self) -> None:
        """Forget everything."""

    @abstractmethod
    def _take(self, message: Message, time: float) -> bool:
        """Take one message; whether it says something of the face."""

    @abstractmethod
    def _frame(self, time: float) -> FaceFrame:
        """The face as it stands."""

    def _settled(self, _time: float) -> bool:
        """After a datagram: whether something that waited has become part of the face."""
        return False


def _packets(data: bytes, depth: int) -> Iterator[bytes]:
    if not data.startswith(BUNDLE):
        yield data
        return
    at = _HEADER_BYTES
    while depth < MAX_DEPTH and at + _SIZE.size <= len(data):
        (size,) = _SIZE.unpack_from(data, at)
        at += _SIZE.size
        if size <= 0 or at + size > len(data):
            return
        yield from _packets(data[at : at + size], depth + 1)
        at += size


def _message(packet: bytes) -> Message | None:
    if not packet.startswith(b"/") or not _whole(packet):
        return None
    try:
        parsed = OscMessage(packet)
        return Message(parsed.address, tuple(parsed.params))
    except Exception:  # noqa: BLE001 - python-osc lets struct, Unicode and index errors through besides its own
        return None


def _whole(packet: bytes) -> bool:
    """Whether python-osc knows all types and every argument has its bytes.

    It logs types that it does not know, and takes missing bytes as 0.
    """
    start = (packet.find(b"\x00") // 4 + 1) * 4
    end = packet.find(b"\x00", start)
    tags = packet[start : end if end >= 0 else None]
    types = tags[1:]
    if tags[:1] not in (b"", b",") or types.translate(None, _TYPES):
        return False
    words = len(types.translate(None, _EMPTY_TYPES)) + len(types) - len(types.translate(None, _LONG_TYPES))
    return not tags or len(packet) >= start + (len(tags) // 4 + 1) * 4 + 4 * words
