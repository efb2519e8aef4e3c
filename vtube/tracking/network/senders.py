"""Who sends to a tracker: which of several senders it follows, and which of their datagrams are too old or too many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection

from vtube.signals import FaceFrame
from vtube.tracking.network.addresses import Address
from vtube.tracking.parts import Layer, PartChooser
from vtube.tracking.protocols.wire import Datagram, Decode

LIVE_S = 1.0
"""A sender that has been silent for this long is not live."""
HANDOVER_S = 0.6
"""Another sender takes over when the active one has shown no face for this long."""
MOST_SENDERS = 8
"""Senders whose state is kept; the one that was silent longest makes room for a new one."""

PENALTY_LIMIT = 4.0
"""Late datagrams after which a sender's numbers do not count any more."""
MOST_PENALTY = 20.0
"""Late datagrams that count at most, so that the numbers can count again one day."""
RECOVERY = 0.05
"""Late datagrams that one in time makes up for."""

FROZEN_S = 1.0
"""The very same face for this long is a picture of one."""
FROZEN_FRAMES = 8
"""And so many of them at least: a slow sender has not repeated itself after two."""
ROUND_DEG, ROUND_RAD = 0.1, 0.01
"""Angles that are multiples of these were set by hand or by a program; what a camera measures is noisy."""


class FrozenFace:
    """Tells a face that is held still by its sender from one that a camera sees: nobody's head is still to the digit.

    Args:
        cameras: frames of these sources are of protocols that are `WireProtocol.camera`: then the same bytes count,
            too, and the head alone counts.
    """

    def __init__(self, cameras: Collection[str]) -> None:
        self._cameras = cameras
        self._data, self._frame = b"", FaceFrame(0.0)
        self._since: tuple[float, int] | None = None

    def still_for(self, datagram: Datagram, frame: FaceFrame) -> float:
        """Seconds for which the face has been frozen; 0 while it lives, and in its first second."""
        same = self._same(datagram.data, frame)
        self._data, self._frame = datagram.data, frame
        if not same:
            self._since = None
            return 0.0
        since, count = self._since or (frame.time, 1)
        self._since = since, count + 1
        still = frame.time - since
        return still if still >= FROZEN_S and count >= FROZEN_FRAMES else 0.0

    def _same(self, data: bytes, frame: FaceFrame) -> bool:
        before, camera = self._frame, frame.source in self._cameras
        if camera and data == self._data:
            return True
        if frame.head is None or frame.head != before.head or not is_noisy(frame.head):
            return False
        return camera or (frame.shapes, frame.eye_left, frame.parameters) == (
            before.shapes,
            before.eye_left,
            before.parameters,
        )


def is_noisy(angles: tuple[float, ...]) -> bool:
    """Whether angles in degrees look measured: not all of them are round, in degrees or in radians."""
    return any(_is_rough(angle, ROUND_DEG) and _is_rough(angle / 57.29577951308232, ROUND_RAD) for angle in angles)


def _is_rough(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) > 1e-3


class Sender:
    """One program that sends to us.

    Attributes:
        address: where its newest datagram came from.
        decode: its own parse, with what it remembers.
        frame: its newest face; None until there was one.
        still_s: how long its face has been frozen.
    """

    def __init__(self, address: Address, decoder: Callable[[], Decode], cameras: Collection[str]) -> None:
        self.address = address
        self.frame: FaceFrame | None = None
        self.still_s = 0.0
        self.steady = False
        self._decoder, self._cameras = decoder, cameras
        self.last_heard = float("-inf")
        self._seen = float("-inf")
        self.restart()

    def restart(self) -> None:
        """Forget what it said so far."""
        self.decode = self._decoder()
        self._frozen = FrozenFace(self._cameras)

    def take(self, datagram: Datagram, frame: FaceFrame) -> FaceFrame:
        """Note its newest face; what counts as its face now, which is none while it is frozen."""
        self.still_s = self._frozen.still_for(datagram, frame) if frame.found else 0.0
        if self.still_s > 0.0:
            frame = FaceFrame(frame.time, found=False, source=frame.source)
        self.frame, self.last_heard = frame, datagram.time
        if frame.found:
            self._seen = datagram.time
        return frame

    def live(self, now: float) -> bool:
        """Whether a face, or word that there is none, came lately."""
        return now - self.last_heard <= LIVE_S

    def sees(self, now: float, within_s: float = HANDOVER_S) -> bool:
        """Whether it showed a face within so many seconds."""
        return now - self._seen <= within_s


class ActiveSender:
    """The senders of one tracker, of which one is active; others may add parts of the face that it does not move.

    A sender that opens a new port for every datagram stays one sender: whoever was heard only once gives way to
    another port of the same host.

    Args:
        decoder: makes a fresh decode for each sender.
        cameras: see `FrozenFace`.
    """

    def __init__(self, decoder: Callable[[], Decode], cameras: Collection[str] = ()) -> None:
        self._decoder, self._cameras = decoder, cameras
        self._senders: dict[Address, Sender] = {}
        self._recent: deque[Address] = deque(maxlen=MOST_SENDERS)
        self._parts = PartChooser()
        self.active: Sender | None = None

    def of(self, source: Address, now: float) -> Sender | None:
        """The sender behind an address, made when it is new; None when there are too many to listen to another."""
        sender = self._senders.get(source)
        if sender is None:
            sender = self._passing(source) or self._new(source, now)
        else:
            sender.steady = True
        return sender

    def is_live(self, source: Address, now: float) -> bool:
        """Whether it has given a face lately."""
        sender = self._senders.get(source)
        return sender is not None and sender.live(now)

    def face(self, sender: Sender, now: float) -> FaceFrame | None:
        """The face that everybody makes together, after `sender` has given a frame; None when it adds nothing."""
        active = self.active = self._elect(sender, now)
        if active.frame is None or not active.frame.found:
            return active.frame if sender is active else None
        others = [one for one in self._others(now) if one.frame is not None and one.frame.source == active.frame.source]
        layers = [Layer(id(one), one.frame) for one in (active, *others) if one.frame is not None and one.frame.found]
        face = self._parts.choose(layers, now)
        if sender is not active and id(sender) not in self._parts.chosen.values():
            return None
        return face

    def describe(self, now: float) -> str:
        """Where the face comes from, who adds what, who is ignored; empty before the first sender."""
        if self.active is None:
            return ""
        told = [f"from {self.active.address[0]}"]
        if self.active.still_s > 0.0:
            told.append(f"the face has not moved at all for {self.active.still_s:.0f} s, as if it were lost")
        for other in self._others(now):
            parts = [part for part, key in self._parts.chosen.items() if key == id(other)]
            name = f"{other.address[0]} port {other.address[1]}"
            if parts:
                told.append(f"{' and '.join(parts)} from {name}")
            elif other.frame is not None and other.frame.found:
                told.append(f"{name} sends, too, and is ignored")
        return ", ".join(told)

    def _others(self, now: float) -> list[Sender]:
        return [one for one in self._senders.values() if one is not self.active and one.live(now)]

    def _elect(self, sender: Sender, now: float) -> Sender:
        active = self.active
        if active is None or active is sender or active.sees(now):
            return active or sender
        if sender.sees(now) or not active.live(now):
            return sender
        return active

    def _passing(self, source: Address) -> Sender | None:
        """A sender of the same host that was heard once and has gone on to this port, or so it seems."""
        passing = next((one for one in self._senders.values() if not one.steady and one.address[0] == source[0]), None)
        if passing is None:
            return None
        if source in self._recent:  # there are two after all, and what one remembers is of both
            passing.restart()
            return None
        del self._senders[passing.address]
        self._recent.append(passing.address)
        passing.address = source
        self._senders[source] = passing
        return passing

    def _new(self, source: Address, now: float) -> Sender | None:
        if len(self._senders) >= MOST_SENDERS:
            oldest = min(self._senders.values(), key=lambda one: one.last_heard)
            if oldest.live(now):
                return None
            del self._senders[oldest.address]
            self._parts.forget(id(oldest))
        sender = self._senders[source] = Sender(source, self._decoder, self._cameras)
        sender.steady = source in self._recent
        return sender


class SequenceFilter:
    """Tells late datagrams from a sender that started anew, by the number each datagram carries.

    A number a little behind the last one is late; one far behind, or behind after a pause, is a restart. Some
    senders' numbers jump about (PyLiveLinkFace's do): when too many seem late, the numbers do not count.
    """

    def __init__(self, window: float, pause_s: float = LIVE_S) -> None:
        self.window = window
        self.pause_s = pause_s
        self._last: float | None = None
        self._time = 0.0
        self._penalty = 0.0

    def accepts(self, number: float, now: float) -> bool:
        """Whether the datagram numbered `number`, arriving at `now`, is news. Equal is: some never count."""
        behind = 0.0 if self._last is None else self._last - number
        late = 0.0 < behind <= self.window and now - self._time <= self.pause_s
        self._penalty = min(self._penalty + 1.0, MOST_PENALTY) if late else max(self._penalty - RECOVERY, 0.0)
        if late and self._penalty <= PENALTY_LIMIT:
            return False
        self._last, self._time = number, now
        return True


class TokenBucket:
    """At most `per_s` of something a second on average, `burst` at once."""

    def __init__(self, per_s: float, burst: float) -> None:
        self.per_s = per_s
        self.burst = burst
        self._left = burst
        self._time: float | None = None

    def take(self, now: float, amount: float = 1.0) -> bool:
        """Use up `amount`; False when there is not so much at `now`, and then all is used up that is whole."""
        if self._time is not None:
            self._left = min(self.burst, self._left + (now - self._time) * self.per_s)
        self._time = now
        enough = self._left >= amount
        self._left = self._left - amount if enough else self._left % 1.0
        return enough
