"""From what the network says to how the mouth moves: coarticulation, loudness, smooth opening and closing."""

from __future__ import annotations

import numpy as np

from vtube.audio.vowels import CLOSED, CONSONANT, NARROW, VOWEL, Array, Recognised

ATTACK, RELEASE, SHUT = 0.65, 0.35, 0.7
"""Share of the way that the opening goes in one frame (10 ms): time constants of about 10 and 23 ms; lips that meet are
as quick as those that part."""

MIX_RATE, MIX_RATE_IN_CONSONANTS = 0.7, 0.12
"""The same for the vowels. In a consonant the mouth keeps the vowel it comes from: that is coarticulation."""

CONSONANT_OPENING, NARROW_OPENING = 0.45, 0.2
SURELY_CLOSED, LONGEST_CLOSED = 0.4, 15
"""Probability of closed lips (m, b, p) above which the mouth shuts, for at most so many frames (10 ms): what lasts
longer is a vowel that is sung."""

LOUD_RANGE_DB = 22.0
SOFT_OPENING = 0.6
"""How far a sound LOUD_RANGE_DB below the loudest opens, beside the loudest."""

SHARPNESS = 1.5
"""Power of the probabilities: a mouth is one vowel, seldom a mixture."""

LEAST = 0.02


class Mouth:
    """The state of the mouth, moved on once per frame."""

    def __init__(self, strength: float = 1.0) -> None:
        """`strength` scales the opening."""
        self.strength = strength
        self._mix = np.full(5, 0.2, np.float32)
        self._closed_frames = 0
        self.opening = 0.0

    def move(self, recognised: Recognised | None, speaking: bool, below_peak_db: float) -> None:
        """One frame on. `recognised` is None in silence; `below_peak_db` is at most 0."""
        target, falling = 0.0, RELEASE
        if recognised is not None and speaking:
            target = self._listen(recognised) * _loudness(below_peak_db)
            if self._lips_meet(float(recognised.phone_classes[CLOSED])):
                target, falling = 0.0, SHUT
        rate = ATTACK if target > self.opening else falling
        self.opening += rate * (min(1.0, target * self.strength) - self.opening)
        if target == 0.0 and self.opening < LEAST:
            self.opening = 0.0

    def weights(self) -> Array:
        """(5,) weights of aaa iii uuu eee ooo; their sum is the opening."""
        return self._mix * np.float32(self.opening)

    def _lips_meet(self, closed: float) -> bool:
        self._closed_frames = self._closed_frames + 1 if closed > SURELY_CLOSED else 0
        return 0 < self._closed_frames <= LONGEST_CLOSED

    def _listen(self, recognised: Recognised) -> float:
        vowels = recognised.vowels ** np.float32(SHARPNESS)
        voiced = float(recognised.phone_classes[VOWEL])
        rate = MIX_RATE_IN_CONSONANTS + (MIX_RATE - MIX_RATE_IN_CONSONANTS) * voiced
        self._mix += np.float32(rate) * (vowels / vowels.sum() - self._mix)
        consonant, narrow = recognised.phone_classes[[CONSONANT, NARROW]].tolist()
        return voiced + float(CONSONANT_OPENING * consonant + NARROW_OPENING * narrow)


def _loudness(below_peak_db: float) -> float:
    return SOFT_OPENING + (1 - SOFT_OPENING) * min(1.0, max(0.0, 1 + below_peak_db / LOUD_RANGE_DB))
