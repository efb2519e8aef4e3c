from collections.abc import Iterator

import pytest

from tests.tracking.osc_sender import message
from tests.tracking.packets import livelink, livelink_values, openseeface, sender, v2, vts
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.signals import InputState
from vtube.tracking.network.auto import PROTOCOLS, AutoTracker
from vtube.tracking.protocols.wire import Datagram

SAMPLES = {
    "ifacialmocap": v2().encode(),
    "vts": vts(),
    "livelink": livelink(livelink_values({"jawOpen": 0.5})),
    "openseeface": openseeface(),
}


@pytest.fixture
def tracker() -> Iterator[AutoTracker]:
    tracker = AutoTracker(PROTOCOLS, "127.0.0.1", ports=(0, 0))
    tracker.start()
    yield tracker
    tracker.close()


@pytest.mark.parametrize("kind", SAMPLES)
def test_recognises_what_arrives_on_any_port(tracker: AutoTracker, kind: str) -> None:
    with sender() as sock:
        sock.sendto(SAMPLES[kind], ("127.0.0.1", tracker.ports[1]))
        assert eventually(tracker.latest)
    assert tracker.found is not None
    assert tracker.found.kind == kind
    assert tracker.status(monotonic()).detail == f"{tracker.found.title} from 127.0.0.1"


@pytest.mark.parametrize("kind", SAMPLES)
def test_one_protocol_only_recognises_its_own(kind: str) -> None:
    assert [protocol.kind for protocol in PROTOCOLS if protocol.recognise(SAMPLES[kind])] == [kind]


def requests(tracker: AutoTracker, now: float, live: bool) -> list[tuple[str, int]]:
    return [address for _, address in tracker.due(now, live)]


def test_programs_that_wait_to_be_asked_are_asked_until_another_is_found() -> None:
    tracker = AutoTracker(PROTOCOLS)
    by_kind = {protocol.kind: protocol for protocol in PROTOCOLS}
    assert requests(tracker, 0.0, False) == [("127.0.0.1", 9001)]
    assert requests(tracker, 1.0, False) == []
    assert requests(tracker, 2.5, False) == [("127.0.0.1", 9001)]
    tracker.accept(Datagram(message("/avatar/parameters/v2/JawOpen", 0.5), ("127.0.0.1", 5), 9000, 4.0))
    assert tracker.found is by_kind["vrcft"]
    assert requests(tracker, 5.0, True) == [("127.0.0.1", 9001)]
    tracker.accept(Datagram(livelink(livelink_values({"jawOpen": 0.5})), ("127.0.0.1", 6), 11111, 8.0))
    assert tracker.found is by_kind["livelink"]
    assert requests(tracker, 9.0, True) == []


def test_unknown_data_is_said(tracker: AutoTracker) -> None:
    with sender() as sock:
        sock.sendto(b"what is this", ("127.0.0.1", tracker.ports[0]))
        assert eventually(lambda: tracker.counters.rejected)
    assert "not a tracker known here" in tracker.status(0.0).detail


def test_listens_on_every_known_port_once() -> None:
    tracker = AutoTracker(PROTOCOLS)
    assert {49983, 49993, 11111, 11573} <= set(tracker.wanted)
    assert len(set(tracker.wanted)) == len(tracker.wanted)


def test_every_port_taken_is_no_error(tracker: AutoTracker) -> None:
    second = AutoTracker(PROTOCOLS, "127.0.0.1", ports=tracker.ports)
    second.start()
    status = second.status(0.0)
    assert status.state is InputState.FAILED
    assert str(tracker.ports[0]) in status.detail
    second.close()
