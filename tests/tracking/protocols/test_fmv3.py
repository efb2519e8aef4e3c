import json
import math
import struct
from collections.abc import Iterator, Sequence

import pytest

from vtube.signals import FaceFrame
from vtube.tracking.protocols import fmv3
from vtube.tracking.protocols.fmv3 import read_header
from vtube.tracking.protocols.fmv3_session import Fmv3Session
from vtube.tracking.protocols.wire import Datagram

PHONE = ("10.0.0.9", 49983)
NONCE, SESSION = 0x8877665544332211, 0x0102030405060708
NAMES = ("eyeBlinkLeft", "jawOpen", "独自の笑顔")
POSE = (1.0, 2.0, 3.0, 0.1, 0.2, -0.5, 4.0, 5.0, 0.0, 6.0, 7.0, 0.0)


def part(
    kind: int,
    body: bytes,
    *,
    schema: int = 0,
    sequence: int = 0,
    flags: int = 0,
    session: int = SESSION,
    size: int = 10_000,
) -> Iterator[bytes]:
    """The datagrams of one message, cut into parts of at most `size` bytes."""
    chunks = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    for index, chunk in enumerate(chunks):
        sizes = (len(body), index, len(chunks), len(chunk))
        yield fmv3.HEADER.pack(b"FMV3", kind, flags, 40, session, schema, sequence, 0, *sizes) + chunk


def schema_body(revision: int, nonce: int = NONCE, names: Sequence[str] = NAMES, encoding: str = "i16") -> bytes:
    told = {"schema_version": 1, "app": "iFacialMocap", "blend_names": list(names), "blend_encoding": encoding}
    return struct.pack("<QHHII", nonce, 60, 1200, 10_000, revision) + json.dumps(told).encode()


def frame_body(percents: Sequence[int] = (20, 35, 99), pose: Sequence[float] = POSE, code: str = "h") -> bytes:
    return struct.pack(f"<{len(percents)}{code}12f", *percents, *pose)


class Phone:
    """The sending side: feeds messages to a session and keeps its answers."""

    def __init__(self, revision: int) -> None:
        self.session = Fmv3Session(NONCE)
        self.revision = revision
        self.kind = {revision: kind for kind, revision in fmv3.SCHEMA_TYPES.items()}[revision]
        self.now = 0.0

    def send(self, datagrams: Iterator[bytes], source: tuple[str, int] = PHONE) -> FaceFrame | None:
        frame = None
        for data in datagrams:
            frame = self.session.receive(Datagram(data, source, 49983, self.now)) or frame
        return frame

    def schema(self, schema: int = 1, size: int = 10_000, **body: object) -> None:
        self.send(part(self.kind, schema_body(self.revision, **body), schema=schema, size=size))  # type: ignore[arg-type]

    def frame(self, sequence: int, schema: int = 1, flags: int = 1, body: bytes | None = None) -> FaceFrame | None:
        data = frame_body() if body is None else body
        return self.send(part(fmv3.FRAME, data, schema=schema, sequence=sequence, flags=flags))

    def answers(self) -> list[int]:
        return [data[4] for data, _ in self.session.due(self.now)]


@pytest.fixture(params=[4, 5])
def phone(request: pytest.FixtureRequest) -> Phone:
    return Phone(request.param)


def test_hello_is_the_vendors_48_bytes() -> None:
    assert fmv3.hello(NONCE, 5).hex() == (
        "464d56330100280011223344556677880000000000000000000000000800000000000100080000003c00b00405000000"
    )


def test_schema_is_acknowledged_and_frames_are_read(phone: Phone) -> None:
    phone.schema()
    assert phone.session.outbox[0][1] == PHONE
    assert phone.answers() == [fmv3.ACK_TYPES[phone.revision]]
    frame = phone.frame(1)
    assert frame is not None
    assert frame.shapes == {"eyeBlinkLeft": 0.2, "jawOpen": 0.35}
    assert frame.head == (1.0, 2.0, 3.0)
    assert frame.head_position == pytest.approx((-0.1, 0.2, -0.5))
    assert (frame.eye_right, frame.eye_left) == ((4.0, 5.0), (6.0, 7.0))


def test_face_lost(phone: Phone) -> None:
    phone.schema()
    frame = phone.frame(1, flags=0)
    assert frame is not None
    assert not frame.found


def test_a_schema_in_parts_that_arrive_in_any_order(phone: Phone) -> None:
    names = [f"custom_{index:04}" for index in range(100)] + ["jawOpen"]
    parts = list(part(phone.kind, schema_body(phone.revision, names=names), schema=1, size=536))
    assert len(parts) > 2
    phone.send(iter(parts[1:]))
    assert phone.answers() == []
    phone.send(iter(parts[:1]))
    assert phone.answers() == [fmv3.ACK_TYPES[phone.revision]]
    frame = phone.frame(1, body=frame_body([0] * 100 + [50]))
    assert frame is not None
    assert frame.shapes == {"jawOpen": 0.5}


def test_a_started_by_hand_stream_has_no_nonce(phone: Phone) -> None:
    phone.schema(nonce=0)
    assert phone.frame(1) is not None


def test_somebody_elses_schema_is_refused(phone: Phone) -> None:
    phone.schema(nonce=NONCE + 1)
    assert phone.answers() == []
    assert phone.frame(1) is None


def test_late_and_repeated_frames_are_dropped(phone: Phone) -> None:
    phone.schema()
    assert [bool(phone.frame(number)) for number in (5, 7, 6, 7, 8)] == [True, True, False, False, True]


def test_sequence_wraps(phone: Phone) -> None:
    phone.schema()
    assert phone.frame(2**32 - 1)
    assert phone.frame(0)


def test_a_frame_of_an_unknown_schema_asks_for_it_once_a_second(phone: Phone) -> None:
    phone.schema()
    phone.answers()
    assert phone.frame(1, schema=9) is None
    assert phone.frame(2, schema=9) is None
    assert phone.answers() == [fmv3.GET_SCHEMA]


def test_a_new_schema_changes_the_meaning(phone: Phone) -> None:
    phone.schema()
    phone.schema(schema=2, names=["cheekPuff"], encoding="i32")
    frame = phone.frame(1, schema=2, body=frame_body([70_000], code="i"))
    assert frame is not None
    assert frame.shapes == {"cheekPuff": 2.0}
    phone.schema(schema=1)
    assert phone.frame(2, schema=1) is None, "an old schema does not come back"


def test_a_restarted_app_takes_over_when_the_old_stream_has_stopped(phone: Phone) -> None:
    phone.schema()
    assert phone.frame(100)
    again = list(part(phone.kind, schema_body(phone.revision, nonce=0), schema=1, session=7))
    fresh = list(part(fmv3.FRAME, frame_body(), schema=1, sequence=1, flags=1, session=7))
    phone.now = 1.0
    phone.send(iter(again))
    assert phone.send(iter(fresh)) is None
    phone.now = 4.0
    phone.send(iter(again))
    assert phone.send(iter(fresh)) is not None


def test_ping_keeps_the_lease_while_frames_come(phone: Phone) -> None:
    phone.schema()
    phone.frame(1)
    assert fmv3.PING in phone.answers()
    phone.now = 2.0
    phone.frame(2)
    assert phone.answers() == []
    phone.now = 3.1
    assert phone.answers() == [fmv3.PING]
    phone.now = 30.0
    assert phone.answers() == []


def test_farewell_stops_the_stream(phone: Phone) -> None:
    assert phone.session.farewell() == []
    phone.schema()
    ((data, to),) = phone.session.farewell()
    assert (data[4], to) == (fmv3.STOP, PHONE)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x" * 19,
        schema_body(3),
        struct.pack("<QHHII", NONCE, 60, 1200, 1, 4) + b"[]",
        struct.pack("<QHHII", NONCE, 60, 1200, 1, 4) + b"[" * 5000,
        schema_body(4, encoding="f32"),
        schema_body(4, names=["x"] * 5000),
        struct.pack("<QHHII", NONCE, 60, 1200, 1, 4) + b'{"blend_names":[1]}',
    ],
)
def test_damaged_schemas(body: bytes) -> None:
    phone = Phone(4)
    phone.send(part(3, body, schema=1))
    assert phone.answers() == []


def test_damaged_frames(phone: Phone) -> None:
    phone.schema()
    assert phone.frame(1, body=b"") is None
    assert phone.frame(2, body=frame_body((1, 2))) is None
    assert phone.frame(3, body=frame_body(pose=(math.nan,) * 12)) is None
    assert phone.frame(4) is not None


def test_damaged_headers() -> None:
    good = fmv3.message(fmv3.PING, SESSION)
    assert read_header(good) is not None
    for at, value in ((0, 0), (6, 41), (34, 0), (36, 9)):
        bad = bytearray(good)
        bad[at] = value
        assert read_header(bytes(bad)) is None
    assert read_header(fmv3.message(fmv3.PING, 0)) is None
    assert read_header(b"") is None


def test_unfinished_messages_are_bounded(phone: Phone) -> None:
    for number in range(100):
        parts = part(fmv3.FRAME, frame_body(), schema=1, sequence=number, size=20)
        phone.send(iter([next(parts)]))
    phone.schema(size=30)
    assert phone.answers() == [], "no room for another unfinished message yet"
    phone.now = 1.0
    phone.schema(size=30)
    assert phone.answers() == [fmv3.ACK_TYPES[phone.revision]]
