"""Sounds that a text names and few voices can make, such as [laugh] or *sighs*: the body makes them, nobody says them.

In a text that is being cleaned a mark stands where the word stood.
"""

from __future__ import annotations

import re

import numpy as np

from vtube.audio.base import Samples
from vtube.signals import CueKind

_LAUGHS = "laugh laughs laughing laughter chuckle chuckles giggle giggles 笑 笑い 爆笑 大笑"
_SIGHS = "sigh sighs sighing breath breathes exhale exhales ため息 溜息 叹气"
SOUNDS = {
    **dict.fromkeys(_LAUGHS.split(), (CueKind.LAUGH, 1.4)),
    **dict.fromkeys(_SIGHS.split(), (CueKind.SIGH, 1.2)),
}
"""Word of a tag, in lower case → what the body does and for how many seconds."""

Sounds = tuple[tuple[str, float], ...]
"""Words of SOUNDS, and at which share (0..1) of a sentence each stands."""

_MARKS = {CueKind.LAUGH: "\U0001d194", CueKind.SIGH: "\U0001d195"}
"""Signs of a notation of the Middle Ages, printable, which no text has left when it is clean."""
_WORDS = {_MARKS[CueKind.LAUGH]: "laugh", _MARKS[CueKind.SIGH]: "sigh"}
_MARK = re.compile(f"[{''.join(_WORDS)}]")
_WORD = re.compile(r"[^\W\d_]+")

GESTURE_S = 0.8
RATE = 16_000


def silence_for(emotion: str, gesture: str) -> tuple[Samples, int] | None:
    """As much silence, and its rate, as the body needs for tags behind which nothing is said; None when for none."""
    seconds = SOUNDS[emotion][1] if emotion in SOUNDS else GESTURE_S if gesture else 0.0
    return (np.zeros(round(seconds * RATE), np.float32), RATE) if seconds else None


def felt(emotion: str) -> str:
    """The word of a tag as an emotion that stays; "" for a sound, which the body makes and is over."""
    return "" if emotion.casefold() in SOUNDS else emotion


def mark_of(text: str) -> str:
    """The mark of the first word of `text` that names a sound, or an empty text."""
    return next((_MARKS[SOUNDS[word][0]] for word in _WORD.findall(text.casefold()) if word in SOUNDS), "")


def unmarked(text: str) -> str:
    """`text` without marks."""
    return _MARK.sub("", text)


def taken(text: str) -> tuple[str, Sounds]:
    """`text` without its marks and the spaces that they leave, and what they stood for where."""
    clean, sounds = "", list[tuple[str, int]]()
    for part in re.split(f"({_MARK.pattern})", text):
        if part in _WORDS:
            sounds.append((_WORDS[part], len(clean)))
        else:
            clean += part.lstrip() if sounds and clean[-1:].isspace() else part
    clean = clean.strip() if sounds else clean
    return clean, tuple((word, min(place / max(len(clean), 1), 1.0)) for word, place in sounds)
