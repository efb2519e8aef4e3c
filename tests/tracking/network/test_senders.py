"""Who is followed, who adds parts, who is ignored; frozen faces; late and too many datagrams."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vtube.signals import FaceFrame
from vtube.tracking.network.addresses import Address
from vtube.tracking.network.senders import ActiveSender, FrozenFace, SequenceFilter, TokenBucket, is_noisy
from vtube.tracking.protocols.wire import Datagram, Decode

A, A2, B = ("10.0.0.1", 1000), ("10.0.0.1", 2000), ("10.0.0.2", 1000)
HEAD = (10.123, 20.456, -3.21)


def no_decode() -> Decode:
    return lambda _datagram: None


class Port:
    """A port to which senders send 60 times a second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.senders = ActiveSender(no_decode)
        self.face: FaceFrame | None = None

    def hear(self, source: Address, **fields: object) -> FaceFrame | None:
        """A frame from `source` now; the face that came of it, if any did."""
        sender = self.senders.of(source, self.now)
        assert sender is not None
        sender.take(Datagram(b"", source, 5, self.now), FaceFrame(self.now, **fields))  # type: ignore[arg-type]
        face = self.senders.face(sender, self.now)
        self.face = face or self.face
        return face

    def play(self, seconds: float, *each: Callable[[], object]) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 1 / 60
            for one in each:
                one()

    def turning(self, source: Address, way: float) -> Callable[[], object]:
        """A live head from `source` that turns to one side."""
        return lambda: self.hear(source, head=(0.0, way * (10.0 + self.now % 1.0), 0.0))

    def talking(self, source: Address) -> Callable[[], object]:
        """A live mouth."""
        return lambda: self.hear(source, shapes={"jawOpen": 0.5 + 0.1 * (self.now % 1.0)})

    def blind(self, source: Address) -> Callable[[], object]:
        """Somebody who says that no face is seen."""
        return lambda: self.hear(source, found=False)

    @property
    def side(self) -> float:
        """Where the head turns: 1 or -1."""
        assert self.face is not None and self.face.head is not None
        return 1.0 if self.face.head[1] > 0 else -1.0


@pytest.fixture
def port() -> Port:
    return Port()


def test_sticks_with_the_first_live_sender(port: Port) -> None:
    port.play(3.0, port.turning(A, 1.0), port.turning(B, -1.0))
    assert port.side == 1.0
    assert port.senders.describe(port.now) == "from 10.0.0.1, 10.0.0.2 port 1000 sends, too, and is ignored"


def test_hands_over_after_a_moment_of_silence(port: Port) -> None:
    port.play(1.0, port.turning(A, 1.0))
    port.play(0.5, port.turning(B, -1.0))
    assert port.side == 1.0
    port.play(0.5, port.turning(B, -1.0))
    assert port.side == -1.0
    port.play(0.5, port.turning(A, 1.0), port.turning(B, -1.0))
    assert port.side == -1.0


def test_no_face_gives_way_to_a_face(port: Port) -> None:
    port.play(1.0, port.blind(A), port.turning(B, -1.0))
    assert port.side == -1.0
    port.play(1.0, port.turning(A, 1.0), port.turning(B, -1.0))
    assert port.side == -1.0, "who is followed stays"
    port.play(1.0, port.turning(A, 1.0), port.blind(B))
    assert port.side == 1.0


def test_nobody_sees_a_face(port: Port) -> None:
    port.play(1.0, port.blind(A), port.blind(B))
    assert port.face is not None
    assert not port.face.found


@pytest.mark.parametrize("other", [A2, B])
@pytest.mark.parametrize("alone_s", [0.0, 1.0])
def test_a_head_from_one_and_a_mouth_from_another(port: Port, other: Address, alone_s: float) -> None:
    port.play(alone_s, port.turning(A, 1.0))
    port.play(2.0, port.turning(A, 1.0), port.turning(A, 1.0), port.talking(other))
    assert port.face is not None
    assert port.side == 1.0
    assert port.face.shapes["jawOpen"] >= 0.5
    assert port.senders.describe(port.now) == f"from 10.0.0.1, mouth from {other[0]} port {other[1]}"


def test_what_the_other_said_goes_when_it_is_silent(port: Port) -> None:
    port.play(1.0, port.turning(A, 1.0), port.talking(B))
    port.play(1.5, port.turning(A, 1.0))
    assert port.face is not None
    assert port.face.shapes == {}


def test_a_sender_with_a_new_port_for_every_datagram_is_one_sender(port: Port) -> None:
    for index in range(50):
        port.now += 1 / 60
        assert port.hear(("10.0.0.1", 3000 + index), head=(0.0, 1.0 + index, 0.0)) is not None
    assert port.senders.describe(port.now) == "from 10.0.0.1"


def test_many_strangers_take_no_live_senders_place(port: Port) -> None:
    port.play(1.0, port.turning(A, 1.0))
    for index in range(100):
        port.senders.of(("10.0.1.1", 5000 + index), port.now)
    port.play(0.1, port.turning(A, 1.0))
    assert port.senders.is_live(A, port.now)
    assert port.senders.describe(port.now) == "from 10.0.0.1"


def frozen(data: Callable[[int], bytes], face: Callable[[int], dict[str, object]], camera: bool = True) -> bool:
    """Whether two seconds of these datagrams and faces, by their number, are taken for a frozen face."""
    watch, still = FrozenFace({""} if camera else set()), 0.0
    for index in range(120):
        frame = FaceFrame(index / 60, **face(index))  # type: ignore[arg-type]
        still = watch.still_for(Datagram(data(index), A, 5, frame.time), frame)
    return still > 0.5


def test_the_same_bytes_are_a_frozen_face_of_a_camera() -> None:
    face: Callable[[int], dict[str, object]] = lambda _: {"shapes": {"jawOpen": 0.5}}  # noqa: E731 - one case of several
    assert frozen(lambda _: b"same", face)
    assert not frozen(lambda _: b"same", face, camera=False)
    assert not frozen(lambda index: b"%d" % index, face)


def test_the_same_noisy_head_is_a_frozen_face() -> None:
    assert frozen(lambda index: b"%d" % index, lambda _: {"head": HEAD})
    assert frozen(lambda index: b"%d" % index, lambda _: {"head": HEAD}, camera=False)
    assert not frozen(lambda index: b"%d" % index, lambda _: {"head": (10.0, 20.5, 0.0)})
    assert not frozen(lambda index: b"%d" % index, lambda index: {"head": (10.123, 20.456, 0.001 * index)})


def test_a_head_that_somebody_else_holds_still_while_the_mouth_talks() -> None:
    def talks(index: int) -> dict[str, object]:
        return {"head": HEAD, "shapes": {"jawOpen": index % 9 / 9}}

    assert not frozen(lambda _: b"", talks, camera=False)


def test_a_frozen_face_lives_again_at_the_first_change(port: Port) -> None:
    port.play(3.0, lambda: port.hear(A, head=HEAD))
    assert port.face is not None
    assert not port.face.found
    assert "has not moved at all for 3 s" in port.senders.describe(port.now)
    port.now += 1 / 60
    port.hear(A, head=(10.124, 20.4, -3.2))
    assert port.face.found
    assert port.senders.describe(port.now) == "from 10.0.0.1"


@pytest.mark.parametrize(
    ("angles", "noisy"),
    [
        ((0.0, 20.0, -10.5), False),
        ((17.18873385, 0.0, 0.0), False),  # 0.3 radians
        ((9.999999, 0.0, 0.0), False),
        ((-5.12345, 17.65432, 2.1), True),
    ],
)
def test_round_angles_were_set_by_a_program(angles: tuple[float, ...], noisy: bool) -> None:
    assert is_noisy(angles) == noisy


def test_late_datagrams_are_not_news() -> None:
    order = SequenceFilter(window=120)
    assert [order.accepts(number, 0.0) for number in (10, 12, 11, 12, 13)] == [True, True, False, True, True]


def test_a_restart_is_news() -> None:
    order = SequenceFilter(window=120)
    assert order.accepts(100_000, 0.0)
    assert order.accepts(1, 0.02)
    assert not order.accepts(0, 0.03)
    assert order.accepts(0, 1.5)


def test_a_sender_that_never_counts() -> None:
    order = SequenceFilter(window=120)
    assert all(order.accepts(0, index / 60.0) for index in range(10))


def test_numbers_that_jump_about_are_not_believed() -> None:
    order = SequenceFilter(window=120)
    numbers = [1000 + 60 * (index // 10) - 6 * (index % 10) for index in range(600)]
    taken = [order.accepts(number, index / 60) for index, number in enumerate(numbers)]
    assert taken.count(False) <= 8
    assert all(taken[-300:])


def test_a_late_datagram_now_and_then_does_not_shake_the_belief() -> None:
    order = SequenceFilter(window=120)
    for index in range(6000):
        assert order.accepts(index, index / 60)
        if index % 50 == 40:
            assert not order.accepts(index - 3, index / 60)


def test_budget_refills() -> None:
    budget = TokenBucket(per_s=10.0, burst=3.0)
    assert [budget.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert budget.take(0.1)
    assert not budget.take(0.1)
    assert [budget.take(99.0) for _ in range(4)] == [True, True, True, False]
