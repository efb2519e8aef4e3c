import socket
from collections.abc import Iterator

import pytest

from tests.tracking.packets import sender
from vtube.tracking.network.reader import Counters, UdpReader
from vtube.tracking.network.senders import Address
from vtube.tracking.protocols.wire import Datagram


@pytest.fixture
def bound() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        yield sock


class Desk:
    """Takes numbers; the even ones are good."""

    def __init__(self, every: bool) -> None:
        self.seen: list[int] = []
        self.counters = Counters()
        self.strangers: list[Address] = []
        self.inbox = UdpReader(self.counters, lambda source, now: source not in self.strangers, self.accept, every)

    def accept(self, datagram: Datagram) -> bool:
        self.seen.append(int(datagram.data))
        return self.seen[-1] % 2 == 0


@pytest.mark.parametrize(("every", "seen"), [(False, [5, 4]), (True, [2, 4, 5])])
def test_newest_good_one_or_each_in_order(bound: socket.socket, every: bool, seen: list[int]) -> None:
    desk = Desk(every)
    with sender() as sock:
        for data in (b"2", b"4", b"5"):
            sock.sendto(data, bound.getsockname())
        desk.inbox.reader(bound)(0.0)
    assert desk.seen == seen
    assert desk.counters.received == 3


def test_strangers_and_empty_datagrams_are_shed(bound: socket.socket) -> None:
    desk = Desk(every=True)
    with sender() as sock, sender() as stranger:
        desk.strangers.append(stranger.getsockname())
        stranger.sendto(b"2", bound.getsockname())
        sock.sendto(b"", bound.getsockname())
        sock.sendto(b"4", bound.getsockname())
        desk.inbox.reader(bound)(0.0)
    assert desk.seen == [4]
    assert (desk.counters.received, desk.counters.dropped) == (3, 2)


class Unreachable:
    """A socket that reports what Windows reports after an unreachable peer, then a datagram."""

    def __init__(self) -> None:
        self.answers: list[Exception | bytes] = [
            ConnectionResetError(),
            OSError(10040, "too long"),
            b"2",
            BlockingIOError(),
        ]

    def getsockname(self) -> Address:
        return ("127.0.0.1", 5)

    def recvfrom_into(self, buffer: bytearray) -> tuple[int, Address]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        buffer[: len(answer)] = answer
        return len(answer), ("10.0.0.1", 7)


def test_errors_of_the_socket_do_no_harm() -> None:
    desk = Desk(every=False)
    desk.inbox.reader(Unreachable())(0.0)  # type: ignore[arg-type]
    assert desk.seen == [2]
    assert desk.counters.rejected == 1  # what nobody took of ours says nothing about what arrives
