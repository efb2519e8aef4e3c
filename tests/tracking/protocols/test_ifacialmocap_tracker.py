import socket
from collections.abc import Iterator
from functools import partial

import pytest

from tests.ports import free_port
from tests.tracking.packets import IFM_V1, recorded_texts, sender, v2
from tests.tracking.protocols.test_fmv3 import frame_body, part, schema_body
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.settings import Settings
from vtube.signals import InputState
from vtube.spec import Spec
from vtube.tracking.protocols import fmv3
from vtube.tracking.protocols.ifacialmocap import parse
from vtube.tracking.protocols.ifacialmocap_tracker import (
    ASK_FACEMOTION3D,
    ASK_TCP,
    ASK_TEXT,
    EVERYBODY,
    Conversation,
    IFacialMocapTracker,
    create,
)
from vtube.tracking.protocols.wire import Datagram

PHONE = "10.0.0.9"


@pytest.fixture
def tracker() -> Iterator[IFacialMocapTracker]:
    tracker = IFacialMocapTracker("127.0.0.1", "127.0.0.1", (0, 0), free_port())
    tracker.start()
    yield tracker
    tracker.close()


def jaw(tracker: IFacialMocapTracker) -> float | None:
    frame = tracker.latest()
    return None if frame is None else frame.shapes.get("jawOpen")


def counted(tracker: IFacialMocapTracker, frames: int) -> bool:
    return tracker.counters.frames == frames


def asked(talk: Conversation, now: float, live: bool = False) -> list[tuple[bytes, tuple[str, int]]]:
    return list(talk.due(now, live))


def test_asks_every_second_and_in_every_way() -> None:
    talk = Conversation(PHONE, 5)
    assert asked(talk, 0.0) == [(ASK_TEXT, (PHONE, 49983)), (ASK_FACEMOTION3D, (PHONE, 49993))]
    assert asked(talk, 0.5) == []
    later = [data for second in range(1, 6) for data, _ in asked(talk, float(second))]
    assert fmv3.hello(5, 4) in later
    assert fmv3.hello(5, 5) in later
    assert ASK_TCP in later
    assert later.count(ASK_TEXT) == 3


def test_keeps_quiet_while_live_and_asks_again_after_a_stall() -> None:
    talk = Conversation(PHONE, 5)
    asked(talk, 0.0)
    assert asked(talk, 9.0, live=True) == []
    assert asked(talk, 9.1)


def test_without_an_address_everybody_is_asked() -> None:
    assert {to[0] for _, to in asked(Conversation(None, 5), 0.0)} == {EVERYBODY}
    assert asked(Conversation("", 5), 0.0) == []


def test_v1_from_a_phone_is_answered_with_the_wish_for_v2_once() -> None:
    talk = Conversation("", 5)
    for _ in range(3):
        assert talk.decode(Datagram(IFM_V1.encode(), (PHONE, 40_000), 49983, 0.0))
    assert asked(talk, 0.1, live=True) == [(ASK_TEXT, (PHONE, 49983))]
    assert talk.decode(Datagram(v2().encode(), ("10.0.0.8", 40_000), 49983, 0.0))
    assert talk.decode(Datagram(IFM_V1.encode(), ("127.0.0.1", 40_000), 49983, 0.0))
    assert asked(talk, 0.2, live=True) == []


def test_farewell_goes_to_the_phone() -> None:
    assert {to for _, to in Conversation(PHONE, 5).farewell()} == {(PHONE, 49983), (PHONE, 49993)}


def test_unsolicited_text_on_both_ports(tracker: IFacialMocapTracker) -> None:
    with sender() as phone:
        phone.sendto(v2().encode(), ("127.0.0.1", tracker.ports[0]))
        assert eventually(lambda: jaw(tracker) == 0.35)
        phone.sendto(v2().replace("jawOpen&35", "jawOpen&60").encode(), ("127.0.0.1", tracker.ports[1]))
        assert eventually(lambda: jaw(tracker) == 0.6)
    assert tracker.status(monotonic()).state is InputState.LIVE


def test_real_packets_through_a_real_socket(tracker: IFacialMocapTracker) -> None:
    with sender() as phone:
        for count, text in enumerate(recorded_texts(), 1):
            phone.sendto(text.encode(), ("127.0.0.1", tracker.ports[0]))
            assert eventually(partial(counted, tracker, count))
            frame, expected = tracker.latest(), parse(text.encode(), 0.0)
            assert frame is not None and expected is not None
            assert (frame.head, frame.shapes) == (expected.head, expected.shapes)


def test_text_over_tcp_in_arbitrary_chunks(tracker: IFacialMocapTracker) -> None:
    stream = (v2() + "___iFacialMocap").encode() * 3
    with socket.create_connection(("127.0.0.1", tracker.tcp_port), timeout=5.0) as phone:
        for at in range(0, len(stream), 37):
            phone.sendall(stream[at : at + 37])
        assert eventually(lambda: tracker.counters.frames == 3)
        assert jaw(tracker) == 0.35


def test_a_broken_tcp_stream_is_closed_and_the_next_one_taken(tracker: IFacialMocapTracker) -> None:
    with socket.create_connection(("127.0.0.1", tracker.tcp_port), timeout=5.0) as phone:
        phone.sendall(b"FMV3" + b"\xff" * 40)
        assert phone.recv(10) == b""
    with socket.create_connection(("127.0.0.1", tracker.tcp_port), timeout=5.0) as phone:
        phone.sendall((v2() + "___iFacialMocap").encode())
        assert eventually(lambda: jaw(tracker) == 0.35)


def test_fmv3_offered_by_the_phone(tracker: IFacialMocapTracker) -> None:
    with sender() as phone:
        to = ("127.0.0.1", tracker.ports[0])
        for data in part(3, schema_body(4, nonce=0), schema=1):
            phone.sendto(data, to)
        while (answer := phone.recv(2000))[:5] != b"FMV3\x0a":
            assert answer[:4] != b"FMV3"
        for data in part(fmv3.FRAME, frame_body(), schema=1, sequence=1, flags=1):
            phone.sendto(data, to)
        assert eventually(lambda: jaw(tracker) == 0.35)


def test_ports_taken_are_remarks(tracker: IFacialMocapTracker) -> None:
    second = IFacialMocapTracker("127.0.0.1", "127.0.0.1", (tracker.ports[0], 0), tracker.tcp_port)
    second.start()
    try:
        detail = second.status(0.0).detail
        assert f"UDP port {tracker.ports[0]} is in use by" in detail
        assert f"TCP port {tracker.tcp_port} is in use by" in detail
    finally:
        second.close()


def test_spec() -> None:
    assert create(Spec("ifacialmocap"), Settings()).phone is None
    assert create(Spec("ifacialmocap", "10.0.0.9"), Settings()).phone == "10.0.0.9"
