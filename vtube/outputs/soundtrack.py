"""The sound of a stream: what every source gave, by the moment at which it is heard, mixed for whoever asks.

All times are those of the clock that also stamps the frames, so that sound and picture cannot drift apart: a stream
that asks for the samples of each stretch of time always gets as many as the time has, silence where nobody spoke.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples a second of every line."""

KEPT_S = 6.0
"""How far back samples are kept, for a stream that was held up."""

JUMP_S = 0.05
"""A block that is further from its place than this begins a new stretch; nearer ones are brought in step gently."""

AGREES_S = 0.002
"""A device's report is not more exact than this."""

BENDS = 0.003
"""How much a block is made longer or shorter to get in step: a twentieth of a semitone."""

Samples = NDArray[np.float32]
"""Mono PCM, float32 in [-1, 1]."""


class Line(Protocol):
    """One source's part of the soundtrack."""

    def add_to(self, mix: Samples, first: int) -> None:
        """Add the samples from number `first` on; sample 0 is heard at 0 on the clock."""


class LiveLine:
    """Blocks as they come, each with the moment at which it is heard. One thread writes, any thread reads."""

    def __init__(self, volume: float = 1.0) -> None:
        self._volume = volume
        self._ring: Samples = np.zeros(round(KEPT_S * RATE), np.float32)
        self._begin = self._end = 0
        self._lock = threading.Lock()

    def write(self, samples: Samples, when: float) -> None:
        """Put a block at RATE where it belongs; `when` its first sample is heard, monotonic seconds."""
        place, length = when * RATE, len(samples)
        with self._lock:
            error = place - self._end
            follows = self._begin < self._end and abs(error) < JUMP_S * RATE
            first = self._end if follows else round(place)
            most = BENDS * length
            off = min(most, max(-most, error)) if follows and abs(error) > AGREES_S * RATE else 0.0
            if length:
                self._put(_stretched(samples, length + round(off)), first)

    def add_to(self, mix: Samples, first: int) -> None:
        """See `Line.add_to`."""
        with self._lock:
            begin = max(first, self._begin, self._end - len(self._ring))
            end = min(first + len(mix), self._end)
            if begin >= end:
                return
            places = np.arange(begin, end) % len(self._ring)
            mix[begin - first : end - first] += self._volume * self._ring[places]

    def _put(self, samples: Samples, first: int) -> None:
        samples, size = samples[-len(self._ring) :], len(self._ring)
        if first > self._end:
            gap = np.arange(max(self._end, first - size), first) % size
            self._ring[gap] = 0.0
        elif first < self._begin or self._begin == self._end:
            self._ring[:] = 0.0
            self._begin = first
        self._ring[np.arange(first, first + len(samples)) % size] = samples
        self._end = first + len(samples)


class LoopLine:
    """A sound that is repeated without end, from the first sample anybody asks for."""

    def __init__(self, samples: Samples, volume: float = 1.0) -> None:
        """`samples` at RATE."""
        self._samples, self._volume = samples, volume
        self._start: int | None = None

    def add_to(self, mix: Samples, first: int) -> None:
        """See `Line.add_to`."""
        if self._start is None:
            self._start = first
        if len(self._samples):
            places = np.arange(first - self._start, first - self._start + len(mix)) % len(self._samples)
            mix += self._volume * self._samples[places]


class Soundtrack:
    """All lines together."""

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        self.lines = tuple(lines)

    def read(self, first: int, count: int) -> Samples:
        """The mix of `count` samples from number `first` on, in [-1, 1]; silence where nothing is."""
        mix = np.zeros(count, np.float32)
        for line in self.lines:
            line.add_to(mix, first)
        return np.clip(mix, -1.0, 1.0, out=mix)


def _stretched(samples: Samples, length: int) -> Samples:
    """As many samples as asked for, over the same sound."""
    if length == len(samples):
        return samples
    at = np.linspace(0, len(samples) - 1, length)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
