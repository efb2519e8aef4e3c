"""Epic's Live Link Face (ARKit mode), protocol version 6: big-endian datagrams on port 11111, radians.

Head yaw turns to the own left and pitch looks up; the eyes' fields have the opposite signs (measured: the eyes
counter-rotate against the head in real recordings). Source: the Unreal plugin's field order, recordings.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.tracking.network.listening import listening
from vtube.tracking.network.senders import SequenceFilter
from vtube.tracking.protocols.limits import angles, gaze
from vtube.tracking.protocols.names import collect
from vtube.tracking.protocols.wire import Datagram, Decode, WireProtocol

PORT = 11111
VERSION = 6
VALUE_COUNT = 61
MAX_PACKET_BYTES = 1024
_LENGTH = struct.Struct(">i")
_CLOCK = struct.Struct(">ifii")
_VALUES = struct.Struct(f">{VALUE_COUNT}f")
REORDER_FRAMES = 120


@dataclass(frozen=True, slots=True)
class Packet:
    """One datagram: who sent it, its number, its 61 values (none while no face is seen), and when, by the app's clock.

    `seconds` is None where the datagram gives no rate.
    """

    device: str
    subject: str
    frame_number: int
    values: tuple[float, ...]
    seconds: float | None = None


def recognise(data: bytes) -> bool:
    """Whether `data` begins as a version 6 datagram does."""
    return data[:4] == b"\x06\x00\x00\x00" and len(data) <= MAX_PACKET_BYTES


def read_packet(data: bytes) -> Packet | None:
    """The fields of a datagram; None when it is damaged. Never raises."""
    if not recognise(data):
        return None
    device, at = _text(data, 1)
    subject, at = _text(data, at)
    if device is None or subject is None or len(data) < at + _CLOCK.size:
        return None
    frame_number, part, rate, per = _CLOCK.unpack_from(data, at)
    seconds = (frame_number + part) * per / rate if rate > 0 and per > 0 and math.isfinite(part) else None
    rest = data[at + _CLOCK.size :]
    if not rest or rest == b"\x00":
        return Packet(device, subject, frame_number, (), seconds)
    if rest[0] != VALUE_COUNT or len(rest) < 1 + _VALUES.size:
        return None
    return Packet(device, subject, frame_number, _VALUES.unpack_from(rest, 1), seconds)


def to_frame(packet: Packet, time: float) -> FaceFrame | None:
    """The packet as a frame, None when a head or eye angle is not a number."""
    if not packet.values:
        return FaceFrame(time, found=False)
    shapes = collect(zip(ARKIT_SHAPES, packet.values, strict=False))
    head, left, right = turns(packet.values[len(ARKIT_SHAPES) :])
    if head is None and not shapes:
        return None
    return FaceFrame(time, shapes=shapes, head=head, eye_left=left, eye_right=right)


def turns(
    radians: Sequence[float],
) -> tuple[tuple[float, float, float] | None, tuple[float, float] | None, tuple[float, float] | None]:
    """(head, left eye, right eye) in our axes from yaw, pitch, roll of each, in radians.

    Three exact zeros are what the app sends and records of a part that is switched off in it: then there is none.
    """
    if not all(map(math.isfinite, radians)):
        return None, None, None
    degrees = [math.degrees(value) for value in radians]
    head = angles((-degrees[1], degrees[0], degrees[2])) if any(radians[0:3]) else None
    left = gaze((degrees[4], -degrees[3])) if any(radians[3:6]) else None
    right = gaze((degrees[7], -degrees[6])) if any(radians[6:9]) else None
    return head, left, right


def parse(data: bytes, time: float) -> FaceFrame | None:
    """One datagram to a frame; None for anything else. Never raises."""
    packet = read_packet(data)
    return None if packet is None else to_frame(packet, time)


def decoder() -> Decode:
    """A decode that drops datagrams overtaken on the way."""
    order = SequenceFilter(REORDER_FRAMES)

    def decode(datagram: Datagram) -> FaceFrame | None:
        packet = read_packet(datagram.data)
        if packet is None or not order.accepts(packet.frame_number, datagram.time):
            return None
        return to_frame(packet, datagram.time)

    return decode


def _text(data: bytes, at: int) -> tuple[str | None, int]:
    if not 0 <= at <= len(data) - _LENGTH.size:
        return None, at
    (length,) = _LENGTH.unpack_from(data, at)
    start = at + _LENGTH.size
    if not 0 <= length <= len(data) - start:
        return None, at
    return data[start : start + length].decode("utf-8", "replace"), start + length


LIVELINK = WireProtocol("livelink", "Live Link Face", (PORT,), recognise, decoder, every=True, camera=True)

create = listening(LIVELINK)
"""The registry's factory."""
