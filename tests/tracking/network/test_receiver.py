import logging
import socket
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from tests.ports import free_udp_port
from tests.tracking.packets import has_ipv6, sender
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.signals import FaceFrame, InputState
from vtube.tracking.network import receiver, senders
from vtube.tracking.network.ports import PortTakenError, bind_udp
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.wire import Datagram, Decode, stateless


def number(data: bytes, time: float) -> FaceFrame | None:
    """A toy protocol: a number is a face."""
    return FaceFrame(time, shapes={"jawOpen": float(data)}) if data.isdigit() else None


def numbers() -> Decode:
    return stateless(number)


@pytest.fixture
def tracker() -> Iterator[NetworkTracker]:
    tracker = NetworkTracker("toy", (0,), numbers, host="127.0.0.1")
    tracker.start()
    yield tracker
    tracker.close()


def counted(tracker: NetworkTracker, frames: int) -> bool:
    return tracker.counters.frames == frames


def jaw(tracker: NetworkTracker) -> float | None:
    frame = tracker.latest()
    return None if frame is None else frame.shapes["jawOpen"]


def test_receives_and_reports(tracker: NetworkTracker) -> None:
    waiting = tracker.status(monotonic())
    assert waiting.state is InputState.WAITING
    assert waiting.detail == f"listening on 127.0.0.1, port {tracker.ports[0]}"
    with sender() as sock:
        before = monotonic()
        sock.sendto(b"5", ("127.0.0.1", tracker.ports[0]))
        assert eventually(tracker.latest)
    frame = tracker.latest()
    assert frame is not None
    assert before <= frame.time <= monotonic()
    live = tracker.status(frame.time)
    assert (live.state, live.detail) == (InputState.LIVE, "from 127.0.0.1")
    assert tracker.status(frame.time + 5.0).state is InputState.LOST


def test_rubbish_is_counted_and_named(tracker: NetworkTracker) -> None:
    with sender() as sock:
        for data in (b"x", b"", b"y" * 60_000):
            sock.sendto(data, ("127.0.0.1", tracker.ports[0]))
        assert eventually(lambda: tracker.counters.received == 3)
        assert eventually(lambda: tracker.counters.rejected == 2)
    assert tracker.latest() is None
    assert "is not toy" in tracker.status(monotonic()).detail


def test_a_second_sender_of_the_same_part_is_ignored_and_named(
    tracker: NetworkTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "LIVE_S", 60.0)
    with sender() as first, sender() as second:
        to = ("127.0.0.1", tracker.ports[0])
        first.sendto(b"5", to)
        assert eventually(lambda: tracker.counters.frames == 1)
        first.sendto(b"5", to)
        assert eventually(lambda: tracker.counters.frames == 2)
        for count in range(3, 6):
            second.sendto(b"7", to)
            assert eventually(partial(counted, tracker, count))
            assert jaw(tracker) == 5.0
        port = second.getsockname()[1]
        assert f"127.0.0.1 port {port} sends, too, and is ignored" in tracker.status(monotonic()).detail


def test_a_parser_that_raises_by_mistake_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    def careless(datagram: Datagram) -> FaceFrame | None:
        raise ZeroDivisionError("oops")

    tracker = NetworkTracker("careless", (0,), lambda: careless, host="127.0.0.1")
    tracker.start()
    try:
        with caplog.at_level(logging.WARNING), sender() as sock:
            for _ in range(20):
                sock.sendto(b"1", ("127.0.0.1", tracker.ports[0]))
            assert eventually(lambda: tracker.counters.rejected > 0 and tracker.counters.received == 20)
        assert 1 <= len(caplog.records) <= 3
    finally:
        tracker.close()


def test_two_ports_at_once() -> None:
    tracker = NetworkTracker("toy", (0, 0), numbers, host="127.0.0.1")
    tracker.start()
    try:
        with sender() as sock:
            sock.sendto(b"2", ("127.0.0.1", tracker.ports[0]))
            assert eventually(lambda: jaw(tracker) == 2.0)
            sock.sendto(b"1", ("127.0.0.1", tracker.ports[1]))
            assert eventually(lambda: jaw(tracker) == 1.0)
    finally:
        tracker.close()


def test_a_taken_port_is_told_at_once_and_used_when_it_is_free(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(receiver, "RETRY_EVERY_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        tracker = NetworkTracker("toy", (port,), numbers, host="127.0.0.1")
        with caplog.at_level(logging.WARNING):
            tracker.start()
        status = tracker.status(monotonic())
    try:
        assert f"UDP port {port} is taken by " in caplog.text
        assert (status.state, tracker.ports) == (InputState.FAILED, ())
        assert f"UDP port {port} is taken by " in status.detail
        assert eventually(lambda: tracker.ports == (port,))
        with sender() as sock:
            sock.sendto(b"5", ("127.0.0.1", port))
            assert eventually(lambda: jaw(tracker) == 5.0)
        assert tracker.status(monotonic()).state is InputState.LIVE
        assert "taken" not in tracker.status(monotonic()).detail
    finally:
        tracker.close()


def test_ports_that_come_free_together_are_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = ports = free_udp_port(), free_udp_port()
    gone, is_free = threading.Event(), False

    def bind(host: str, port: int) -> list[socket.socket]:
        nonlocal is_free
        is_free = gone.is_set() if port == first else is_free  # a round sees both as they are at its begin
        if is_free:
            return bind_udp(host, port)
        raise PortTakenError(f"UDP port {port} is taken by obs (process 7)")

    monkeypatch.setattr(receiver, "RETRY_EVERY_S", 0.05)
    monkeypatch.setattr(receiver, "bind_udp", bind)
    caplog.set_level(logging.INFO)
    tracker = NetworkTracker("toy", ports, numbers, host="127.0.0.1")
    tracker.start()
    gone.set()
    try:
        assert eventually(lambda: len(caplog.messages) == 2)
    finally:
        tracker.close()
    assert caplog.messages == [
        f"toy: UDP ports {first}, {second} are taken by obs (process 7)",
        f"toy: ports {first}, {second} are free now; listening on 127.0.0.1, ports {first}, {second}",
    ]


def test_its_own_other_part_is_not_called_another_program(tracker: NetworkTracker) -> None:
    second = NetworkTracker("toy", tracker.ports, numbers, host="127.0.0.1")
    second.start()
    try:
        assert "in use by another part of this program" in second.status(0.0).detail
    finally:
        second.close()


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")
def test_ipv6_beside_ipv4(tracker: NetworkTracker) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"6", ("::1", tracker.ports[0]))
        assert eventually(lambda: jaw(tracker) == 6.0)
    assert tracker.status(monotonic()).detail == "from ::1"


def test_after_a_minute_of_nothing_one_line_helps(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(receiver, "PATIENCE_S", 0.02)
    monkeypatch.setattr(receiver, "RETRY_EVERY_S", 0.01)
    tracker = NetworkTracker("toy", (0,), numbers, host="127.0.0.1")
    with caplog.at_level(logging.INFO):
        tracker.start()
        try:
            assert eventually(lambda: "firewall" in caplog.text)
            assert f"127.0.0.1, port {tracker.ports[0]}" in caplog.text
        finally:
            tracker.close()
    assert caplog.text.count("firewall") == 1


def test_a_taken_port_is_a_remark_while_another_is_free(tracker: NetworkTracker) -> None:
    port = tracker.ports[0]
    second = NetworkTracker("toy", (port, 0), numbers, host="127.0.0.1")
    second.start()
    try:
        assert len(second.ports) == 1
        assert f"UDP port {port} is in use by" in second.status(0.0).detail
    finally:
        second.close()


def test_close_gives_the_port_back_and_it_starts_again() -> None:
    tracker = NetworkTracker("toy", (0,), numbers, host="127.0.0.1")
    tracker.close()
    tracker.start()
    tracker.start()
    port = tracker.ports[0]
    began = monotonic()
    tracker.close()
    tracker.close()
    assert monotonic() - began < 10.0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", port))
    tracker.start()
    tracker.close()


def test_greets_until_something_comes_and_again_when_it_stops() -> None:
    asked: list[bool] = []
    with sender() as phone:

        def keepalive(now: float, live: bool) -> list[tuple[bytes, tuple[str, int]]]:
            asked.append(live)
            return [] if live else [(b"hello", phone.getsockname())]

        tracker = NetworkTracker("toy", (0,), numbers, host="127.0.0.1", keepalive=keepalive)
        tracker.start()
        try:
            data, source = phone.recvfrom(100)
            assert data == b"hello"
            phone.sendto(b"1", source)
            assert eventually(lambda: True in asked)
            assert eventually(lambda: asked and not asked[-1])
        finally:
            tracker.close()


def test_a_flood_of_strangers_is_hardly_parsed() -> None:
    parsed = 0

    def count(data: bytes, time: float) -> None:
        nonlocal parsed
        parsed += 1

    tracker = NetworkTracker("toy", (), lambda: stateless(count), every=True)
    for index in range(5_000):
        tracker.accept(Datagram(b"x", ("10.0.0.1", index), 1, index / 10_000))
    assert parsed <= 64 + 500 * 0.5 + 1
    assert tracker.counters.dropped == 5_000 - parsed
