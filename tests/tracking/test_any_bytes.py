"""Whatever arrives, no parser raises, and what comes out is finite."""

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.packets import IFM_V1, livelink, livelink_values, openseeface, v2, vts
from tests.tracking.protocols.test_fmv3 import frame_body, part, schema_body
from vtube.errors import TrackingError
from vtube.signals import FaceFrame
from vtube.tracking.network.auto import PROTOCOLS
from vtube.tracking.protocols import ifacialmocap
from vtube.tracking.protocols import livelink as livelink_protocol
from vtube.tracking.protocols import openseeface as openseeface_protocol
from vtube.tracking.protocols import vts as vts_protocol
from vtube.tracking.protocols.fmv3_session import Fmv3Session
from vtube.tracking.protocols.wire import Datagram, Parse
from vtube.tracking.recordings.replay_files import frames_of

PARSERS: dict[str, Parse] = {
    "ifacialmocap": ifacialmocap.parse,
    "livelink": livelink_protocol.parse,
    "openseeface": openseeface_protocol.parse,
    "vts": vts_protocol.parse,
}
SEEDS = [
    IFM_V1.encode(),
    v2().encode(),
    vts(),
    vts(found=False),
    openseeface(),
    livelink(),
    livelink(livelink_values({"jawOpen": 0.5}, (0.1,) * 9)),
    *part(3, schema_body(4, nonce=0), schema=1, size=60),
    *part(2, schema_body(5), schema=1),
    *part(4, frame_body(), schema=1, sequence=1, flags=1),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good packet with a few bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 8))
        data[at : at + gone] = draw(st.binary(max_size=8))
    return bytes(data)


def check(frame: FaceFrame | None) -> None:
    if frame is None:
        return
    numbers = [*frame.shapes.values(), *frame.parameters.values()]
    for values in (frame.head, frame.head_position, frame.eye_left, frame.eye_right):
        numbers.extend(values or ())
    assert all(math.isfinite(value) for value in numbers)
    assert all(-1.0 <= value <= 2.0 for value in frame.shapes.values())


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=3000) | mutated())
def test_parsers(name: str, data: bytes) -> None:
    check(PARSERS[name](data, 1.0))


@pytest.mark.parametrize("kind", [protocol.kind for protocol in PROTOCOLS])
@settings(max_examples=100, deadline=None)
@given(packets=st.lists(st.binary(max_size=300) | mutated(), max_size=5))
def test_decoders(kind: str, packets: list[bytes]) -> None:
    protocol = next(protocol for protocol in PROTOCOLS if protocol.kind == kind)
    decode = protocol.decoder()
    for index, data in enumerate(packets):
        protocol.recognise(data)
        check(decode(Datagram(data, ("10.0.0.1", 5), 5, index / 60)))


@settings(max_examples=200, deadline=None)
@given(packets=st.lists(mutated(), max_size=8))
def test_fmv3_session(packets: list[bytes]) -> None:
    session = Fmv3Session(1)
    for index, data in enumerate(packets):
        check(session.receive(Datagram(data, ("10.0.0.1", 5), 5, index / 60)))
        session.due(index / 60)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=500)
    | mutated()
    | st.builds(bytes.__add__, st.sampled_from([b"{", b"[", b"\x06", b"\x1f\x8b", b"Timecode,"]), st.binary())
)
def test_recordings(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    try:
        for _, frame in frames_of(path):
            check(frame)
    except TrackingError as error:
        assert "\n" not in str(error)
