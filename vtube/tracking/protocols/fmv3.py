"""Face Motion v3 ("FMV3"), the binary protocol of the newer iFacialMocap and Facemotion3d apps.

Little-endian: a 40-byte header, then HELLO, SCHEMA (start information and JSON that names the shapes), SCHEMA_ACK,
FRAME and a few control messages. Two numberings are in use, contract revisions 4 and 5; both are spoken here.
Source: the vendor's PROTOCOL_V3 document (revision 4) and test vectors (revision 5), MIT.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import NamedTuple

from vtube.errors import NO_JSON
from vtube.signals import FaceFrame
from vtube.tracking.protocols.limits import angles, gaze, position
from vtube.tracking.protocols.names import collect

MAGIC = b"FMV3"
HEADER = struct.Struct("<4sBBHQIIIIHHI")
START = struct.Struct("<QHHII")
HELLO_BODY = struct.Struct("<HHI")
POSE = struct.Struct("<12f")

HELLO, FRAME, GET_SCHEMA, PING, STOP, ERROR = 1, 4, 5, 6, 8, 9
SCHEMA_TYPES = {2: 5, 3: 4}
"""Message type of a SCHEMA to the contract revision that numbers it so."""
ACK_TYPES = {4: 10, 5: 3}
"""Contract revision to the message type of its SCHEMA_ACK."""
MAX_SCHEMA_BYTES = 262_144
MAX_FRAME_BYTES = 16_432
MAX_PARTS = 512
MAX_SHAPES = 4096
TRACKING = 1
"""The bit of a FRAME's flags that says a face is tracked."""


class Header(NamedTuple):
    """The first 40 bytes of every message."""

    magic: bytes
    type: int
    flags: int
    size: int
    session: int
    schema: int
    sequence: int
    token: int
    total: int
    part: int
    parts: int
    chunk: int


@dataclass(frozen=True, slots=True)
class Schema:
    """What the numbers of a FRAME mean."""

    session: int
    id: int
    revision: int
    nonce: int
    lease_s: float
    names: tuple[str, ...]
    values: struct.Struct


def recognise(data: bytes) -> bool:
    """Whether `data` is a message of this protocol."""
    return data[:4] == MAGIC and len(data) >= HEADER.size


def read_header(data: bytes) -> Header | None:
    """The header, None when it is damaged or declares more than the protocol allows."""
    if not recognise(data):
        return None
    header = Header(*HEADER.unpack_from(data))
    limit = MAX_SCHEMA_BYTES if header.type in SCHEMA_TYPES else MAX_FRAME_BYTES
    whole = header.size == HEADER.size and len(data) == HEADER.size + header.chunk and header.session != 0
    bounded = header.total <= limit and header.chunk <= header.total and header.part < header.parts <= MAX_PARTS
    return header if whole and bounded else None


def message_length(data: bytes) -> int | None:
    """Length of the message a TCP stream begins with, None until its header is there.

    Raises:
        ValueError: the stream is damaged.
    """
    if len(data) < HEADER.size:
        return None
    header = Header(*HEADER.unpack_from(data))
    if header.magic != MAGIC or header.size != HEADER.size or header.chunk > MAX_SCHEMA_BYTES:
        raise ValueError("not an FMV3 header")
    return HEADER.size + header.chunk


def message(kind: int, session: int, *, schema: int = 0, sequence: int = 0, body: bytes = b"") -> bytes:
    """A message in one part."""
    length = len(body)
    return HEADER.pack(MAGIC, kind, 0, HEADER.size, session, schema, sequence, 0, length, 0, 1, length) + body


def hello(nonce: int, revision: int, fps: int = 60, max_udp: int = 1200) -> bytes:
    """The 48 bytes that ask for a stream."""
    return message(HELLO, nonce, body=HELLO_BODY.pack(fps, max_udp, revision))


def acknowledge(schema: Schema) -> bytes:
    """The SCHEMA_ACK that a UDP sender waits for before its first FRAME."""
    return message(ACK_TYPES[schema.revision], schema.session, schema=schema.id)


def read_schema(header: Header, body: bytes) -> Schema | None:
    """A whole SCHEMA's payload; None unless it is valid and its revision is the one its type belongs to."""
    revision = SCHEMA_TYPES.get(header.type)
    if len(body) < START.size or revision is None or header.schema == 0:
        return None
    nonce, _, _, lease_ms, said = START.unpack_from(body)
    try:
        told = json.loads(body[START.size :])
    except NO_JSON:
        return None
    if said != revision or not isinstance(told, dict):
        return None
    names, code = told.get("blend_names"), {"i16": "h", "i32": "i"}.get(str(told.get("blend_encoding")))
    if code is None or not isinstance(names, list) or len(names) > MAX_SHAPES:
        return None
    if not all(isinstance(name, str) for name in names):
        return None
    lease_s = min(max(lease_ms / 1000.0, 5.0), 60.0)
    return Schema(
        header.session, header.schema, revision, nonce, lease_s, tuple(names), struct.Struct(f"<{len(names)}{code}")
    )


def read_frame(header: Header, body: bytes, schema: Schema, time: float) -> FaceFrame | None:
    """A whole FRAME's payload in the terms of `schema`: percents, then head, right eye and left eye."""
    if len(body) != schema.values.size + POSE.size:
        return None
    pose = POSE.unpack_from(body, schema.values.size)
    if not all(map(math.isfinite, pose)):
        return None
    percents = zip(schema.names, schema.values.unpack_from(body), strict=True)
    placed = position(pose[3:6])
    return FaceFrame(
        time,
        found=bool(header.flags & TRACKING),
        shapes=collect((name, value / 100.0) for name, value in percents),
        head=angles(pose[0:3]),
        head_position=None if placed is None else (-placed[0], placed[1], placed[2]),
        eye_right=gaze(pose[6:8]),
        eye_left=gaze(pose[9:11]),
    )
