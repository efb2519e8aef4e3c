"""Tags such as [laugh] that name a sound which few voices can make: the body makes it."""

from __future__ import annotations

import numpy as np

from vtube.audio.base import Samples
from vtube.signals import CueKind

_LAUGHS = "laugh laughs laughing laughter chuckle chuckles giggle giggles 笑 笑い"
_SIGHS = "sigh sighs sighing breath breathes exhale exhales ため息 溜息 叹气"
SOUNDS = {
    **dict.fromkeys(_LAUGHS.split(), (CueKind.LAUGH, 1.4)),
    **dict.fromkeys(_SIGHS.split(), (CueKind.SIGH, 1.2)),
}
"""Word of a tag, in lower case → what the body does and for how many seconds."""

GESTURE_S = 0.8
RATE = 16_000


def silence_for(emotion: str, gesture: str) -> tuple[Samples, int] | None:
    """As much silence, and its rate, as the body needs for tags behind which nothing is said; None when for none."""
    seconds = SOUNDS[emotion][1] if emotion in SOUNDS else GESTURE_S if gesture else 0.0
    return (np.zeros(round(seconds * RATE), np.float32), RATE) if seconds else None
