"""Asking programs on this computer to begin: a small datagram each, every other second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vtube.tracking.protocols.protocol import Outgoing

KNOCK_EVERY_S = 2.0


class Knocker:
    """Keeps the schedule. It goes on while frames come: a program that starts anew has forgotten."""

    def __init__(self) -> None:
        self._next = float("-inf")

    def due(self, now: float, knocks: Iterable[Outgoing]) -> Iterator[Outgoing]:
        """All of `knocks` when it is time."""
        if now >= self._next:
            self._next = now + KNOCK_EVERY_S
            yield from knocks
