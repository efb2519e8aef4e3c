"""Which of several senders on one port is believed, and which of its datagrams are too old."""

from __future__ import annotations

from collections import deque

Address = tuple[str, int]
"""IPv4 address and port."""

HANDOVER_S = 1.0
"""Another sender takes over when the believed one has been silent for this long."""

PENALTY_LIMIT, MOST_PENALTY, RECOVERY = 4.0, 20.0, 0.05
"""How many late datagrams shake the belief in a sender's numbers, the most that count, what a good one mends."""


class ActiveSender:
    """Sticks with one live sender.

    A sender that opens a new port for every datagram stays one sender: whoever was seen only once gives way to
    another port of the same host.
    """

    def __init__(self, handover_s: float = HANDOVER_S) -> None:
        self.handover_s = handover_s
        self.holder: Address | None = None
        self._last = 0.0
        self._steady = False
        self._recent: deque[Address] = deque(maxlen=8)

    def admits(self, source: Address, now: float) -> bool:
        """Whether a datagram from `source` is worth parsing at `now`."""
        if self.holder is None or source == self.holder or now - self._last > self.handover_s:
            return True
        return not self._steady and source[0] == self.holder[0]

    def confirm(self, source: Address, now: float) -> None:
        """Note that `source` sent a good datagram at `now`."""
        if source == self.holder:
            self._steady = True
        else:
            self.holder = source
            self._steady = source in self._recent
            self._recent.append(source)
        self._last = now


class SequenceFilter:
    """Tells late datagrams from a sender that started anew, by the number each datagram carries.

    A number a little behind the last one is late; one far behind, or behind after a pause, is a restart. Some
    senders' numbers jump about (PyLiveLinkFace's do): when too many seem late, the numbers are not believed.
    """

    def __init__(self, window: float, pause_s: float = HANDOVER_S) -> None:
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

    def take(self, now: float) -> bool:
        """Use one up; False when there is none left at `now`."""
        if self._time is not None:
            self._left = min(self.burst, self._left + (now - self._time) * self.per_s)
        self._time = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
