"""A mouth that only pretends to speak: syllables, words and breaths, where there is nothing to listen to."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from vtube.signals import MouthShape

VOWELS = ("aaa", "iii", "uuu", "eee", "ooo")
SHARES = (30, 21, 17, 13, 19)
"""How often each vowel occurs in spoken Japanese, about, per hundred."""

Syllable = tuple[float, float, str, float]
"""Begin and end in seconds, its vowel, and how far it opens."""


class LipFlap:
    """Mouth shapes of nobody's speech, as a function of time.

    Five to eight syllables a second, three to nine of them in a row, then a breath: the rhythm of spoken Japanese.
    """

    def __init__(self, seed: int, begins: float, quickness: float = 1.0, vowel: str | None = None) -> None:
        """`begins` in monotonic seconds; `quickness` times as many syllables, all with `vowel` if one is named."""
        self._syllables = _speech(random.Random(seed), begins, 1 / quickness, vowel)
        self._before = self._after = next(self._syllables)
        self._after = next(self._syllables)

    def shape(self, now: float) -> MouthShape:
        """The mouth at `now`; never goes back in time."""
        while now >= self._after[0]:
            self._before, self._after = self._after, next(self._syllables)
        begin, end, vowel, opening = self._before
        part = min(1.0, max(0.0, (now - begin) / (end - begin)))
        opened = opening * math.sin(math.pi * part) ** 0.6 if part < 1.0 else 0.0
        towards = max(0.0, (part - 0.7) / 0.3) if self._after[0] - end < 0.02 else 0.0
        weights = dict.fromkeys(VOWELS, 0.0)
        weights[vowel] += opened * (1 - towards)
        weights[self._after[2]] += opened * towards
        return MouthShape(now, **weights, open=opened, speaking=True, own=True)


def _speech(generator: random.Random, now: float, pace: float, only: str | None) -> Iterator[Syllable]:
    while True:
        for _ in range(generator.randint(3, 9)):
            length = pace * generator.uniform(0.12, 0.2)
            vowel = only or generator.choices(VOWELS, SHARES)[0]
            yield now, now + length, vowel, generator.uniform(0.45, 0.9)
            now += length
        now += pace * generator.uniform(0.15, 0.5)
