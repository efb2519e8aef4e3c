"""Ducking: what else is heard goes down while she speaks, and comes back after her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vtube.outputs.soundtrack import RATE, Line, Samples

HOP = RATE // 100
SPEAKS_DB = -50.0
"""Peak, dB of full scale, from which on a hop counts as speech."""
HOLD_S = 0.4
"""Pauses between words and sentences that keep the rest down."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How far down and how fast.

    Attributes:
        db: how much softer, 0 or more.
        attack_s: the way down takes so long.
        release_s: and the way up.
    """

    db: float
    attack_s: float
    release_s: float


class Ducking:
    """The gain of the rest, for one reader who reads on and on; the same however long the stretches are."""

    def __init__(self, voice: Line, depth: Depth) -> None:
        self._voice, self._depth = voice, depth
        self._hop = -1
        self._held_s = 0.0
        self._begin_db = self._end_db = 0.0

    def gains(self, first: int, count: int) -> Samples:
        """For each of `count` samples from number `first` on, 0..1. After a jump it begins at 1."""
        hops = range(first // HOP, (first + count - 1) // HOP + 1)
        edges = [self._edges(hop) for hop in hops]
        db = np.concatenate([np.linspace(begin, end, HOP, endpoint=False) for begin, end in edges])
        offset = first - hops.start * HOP
        gains: Samples = (10 ** (db[offset : offset + count] / 20)).astype(np.float32)
        return gains

    def _edges(self, hop: int) -> tuple[float, float]:
        """The gain, dB, at a hop's beginning and end."""
        if hop != self._hop:
            follows = hop == self._hop + 1
            self._begin_db = self._end_db if follows else 0.0
            self._held_s = self._held_s if follows else 0.0
            self._end_db = self._step(self._begin_db, hop)
            self._hop = hop
        return self._begin_db, self._end_db

    def _step(self, db: float, hop: int) -> float:
        """The gain at a hop's end by the voice in the one before, which is whole by now."""
        heard = np.zeros(HOP, np.float32)
        self._voice.add_to(heard, (hop - 1) * HOP)
        speaks = float(np.abs(heard).max()) > 10 ** (SPEAKS_DB / 20)
        self._held_s = HOLD_S if speaks else max(0.0, self._held_s - HOP / RATE)
        step = self._depth.db * HOP / RATE
        if self._held_s > 0.0:
            return max(-self._depth.db, db - step / self._depth.attack_s)
        return min(0.0, db + step / self._depth.release_s)


class Ducked:
    """Lines that are softer while she speaks, as one line for one soundtrack."""

    def __init__(self, lines: Sequence[Line], voice: Line, depth: Depth) -> None:
        self._lines = tuple(lines)
        self._ducking = Ducking(voice, depth)

    def add_to(self, mix: Samples, first: int) -> None:
        """See `Line.add_to`."""
        under = np.zeros_like(mix)
        for line in self._lines:
            line.add_to(under, first)
        mix += under * self._ducking.gains(first, len(mix))
