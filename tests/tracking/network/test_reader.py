import socket
from collections.abc import Iterator

import pytest

from tests.tracking.packets import sender
from vtube.tracking.network.addresses import Address
from vtube.tracking.network.reader import BATCH, UdpReader


@pytest.fixture
def bound() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        yield sock


def test_what_arrived_in_order_with_its_source_and_time(bound: socket.socket) -> None:
    reader = UdpReader(bound)
    with sender() as sock:
        for data in (b"2", b"", b"5"):
            sock.sendto(data, bound.getsockname())
        batch = reader.read(3.0)
        assert [datagram.data for datagram in batch] == [b"2", b"", b"5"]
        assert {(datagram.source, datagram.port, datagram.time) for datagram in batch} == {
            (sock.getsockname(), bound.getsockname()[1], 3.0)
        }
    assert (reader.received, reader.rejected) == (3, 0)
    assert reader.read(4.0) == []


class Scripted:
    """A socket that answers what it is told to."""

    family = socket.AF_INET6

    def __init__(self, *answers: Exception | bytes) -> None:
        self.answers = list(answers)

    def getsockname(self) -> Address:
        return ("::", 5)

    def recvfrom_into(self, buffer: bytearray) -> tuple[int, tuple[str, int, int, int]]:
        answer = self.answers.pop(0) if self.answers else BlockingIOError()
        if isinstance(answer, Exception):
            raise answer
        buffer[: len(answer)] = answer
        return len(answer), ("fe80::1", 7, 0, 2)


def test_errors_of_the_socket_do_no_harm() -> None:
    reader = UdpReader(Scripted(ConnectionResetError(), OSError(10040, "too long"), b"2"))  # type: ignore[arg-type]
    assert [datagram.data for datagram in reader.read(0.0)] == [b"2"]
    assert reader.rejected == 1  # what nobody took of ours says nothing about what arrives


def test_a_link_local_sender_is_named_with_its_interface() -> None:
    (datagram,) = UdpReader(Scripted(b"2")).read(0.0)  # type: ignore[arg-type]
    assert datagram.source == ("fe80::1%2", 7)


def test_a_flood_is_taken_in_batches() -> None:
    reader = UdpReader(Scripted(*[b"x"] * (BATCH + 5)))  # type: ignore[arg-type]
    assert len(reader.read(0.0)) == BATCH
    assert len(reader.read(0.0)) == 5
