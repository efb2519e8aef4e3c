"""The mouth of what a body does without a voice: it laughs, sighs or yawns.

Such a mouth goes over that of face and emotion, and under that of a voice that sounds (see `voice.VoiceDriver`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vtube.motion.easing import Array
from vtube.motion.strokes import Stroke
from vtube.pose import INDEX

MOUTH = slice(INDEX["mouth_aaa"], INDEX["mouth_delta"] + 1)
"""What a voice or a body opens; the corners of the mouth stay with face and emotion."""

LAUGH_HZ = 4.5
"""A laughing body shakes, and its mouth opens, so often a second: people do it every 210 ms (Provine and Yong 1991)."""
_OPEN, _ROUND = INDEX["mouth_aaa"], INDEX["mouth_ooo"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What bodies make of the mouth at one moment.

    Attributes:
        share: how much of the mouth is theirs, 0..1; what lies below keeps the rest.
        shape: what they add in their share, each parameter of MOUTH.
    """

    share: float = 0.0
    shape: Array = field(default_factory=lambda: np.zeros(MOUTH.stop - MOUTH.start))

    def over(self, other: Opening) -> Opening:
        """Both, this one first."""
        return Opening(self.share + (1.0 - self.share) * other.share, self.shape + (1.0 - self.share) * other.shape)


SHUT = Opening()


def opening(moved: Array, share: float, strength: float) -> Opening:
    """The mouth of strokes that amount to `moved` (shape (45,)), by their share of it; it opens once at most.

    However lively the body is: `strength` above 1 counts as 1.
    """
    strength = min(strength, 1.0)
    return Opening(strength * share, strength * np.clip(moved[MOUTH], 0.0, 1.0))


def laughing(start: float, hold: float) -> list[Stroke]:
    """A wide mouth that bounces with the body, ever less; `hold` as the body's own."""
    return [
        Stroke(_OPEN, 0.42, start, 0.3, hold, 0.4),
        Stroke(_OPEN, 0.55, start, 0.25, 0.5 * hold, 0.4 + 0.5 * hold, shakes_hz=LAUGH_HZ),
    ]


def sighing(breath_out: float) -> list[Stroke]:
    """Lips that part a little as the breath goes out, from `breath_out` on."""
    return [
        Stroke(_OPEN, 0.08, breath_out, 0.3, 0.25, 0.65),
        Stroke(_ROUND, 0.3, breath_out, 0.3, 0.25, 0.65),
    ]
