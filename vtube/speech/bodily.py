"""Sounds that a text names and few voices can make, such as [laugh] or *sighs*: the body makes them, nobody says them.

In a text that is being cleaned a mark stands where the word stood.
"""

from __future__ import annotations

import re
from itertools import accumulate

import numpy as np

from vtube.audio.base import Samples
from vtube.signals import CueKind
from vtube.speech.sound_words import LAUGH, SIGH, YAWN, sounds_in, tag_sounds

_CUES = {LAUGH: (CueKind.LAUGH, 1.4), SIGH: (CueKind.SIGH, 1.2)}
"""What the body does along with the words, and for how many seconds."""

Sounds = tuple[tuple[str, float], ...]
"""Sounds by their names, and at which share (0..1) of a sentence each stands."""

_MARKS = {LAUGH: "\U0001d194", SIGH: "\U0001d195", YAWN: "\U0001d196"}
"""Signs of music, printable, which no text has left when it is clean."""
_WORDS = {mark: sound for sound, mark in _MARKS.items()}
_MARK = re.compile(f"[{''.join(_WORDS)}]")

GESTURE_S, YAWN_S = 0.8, 3.0
MOST_ALONE = 4
"""Sounds that one silence has."""
RATE = 16_000


def cue_of(word: str) -> tuple[CueKind, float] | None:
    """What the body does for a sound, and for how many seconds; None where `word` names no such sound."""
    return next((_CUES[sound] for sound in tag_sounds(word) if sound in _CUES), None)


def silence_for(emotion: str, gesture: str, sounds: Sounds = ()) -> tuple[Samples, int] | None:
    """As much silence, and its rate, as the body needs for what stands where nothing is said; None when for none."""
    words = [word for word, _ in sounds] or [emotion]
    seconds = sum(cue[1] for word in words if (cue := cue_of(word)))
    if gesture:
        seconds = max(seconds, YAWN_S if gesture == YAWN else GESTURE_S)
    return (np.zeros(round(seconds * RATE), np.float32), RATE) if seconds else None


def in_turn(sounds: Sounds) -> Sounds:
    """Sounds without words between them, one after the other."""
    lengths = [(word, cue[1]) for word, _ in sounds if (cue := cue_of(word))][:MOST_ALONE]
    ends = list(accumulate((length for _, length in lengths), initial=0.0))
    return tuple((word, end / ends[-1]) for (word, _), end in zip(lengths, ends, strict=False))


def without_yawns(sounds: Sounds) -> tuple[str, Sounds]:
    """The gesture of a yawn, or "", and the other sounds: a yawn takes too long to go along with words."""
    rest = tuple(one for one in sounds if one[0] != YAWN)
    return (YAWN if len(rest) < len(sounds) else ""), rest


def felt(emotion: str) -> str:
    """The word of a tag as an emotion that stays; "" for a sound, which the body makes and is over."""
    return "" if tag_sounds(emotion) else emotion


def marks_of(text: str) -> str:
    """The marks of the sounds that words of `text` name."""
    return "".join(_MARKS[sound] for sound in sounds_in(text))


def marks_of_tag(text: str) -> str:
    """The marks of the sounds that a tag means."""
    return "".join(_MARKS[sound] for sound in tag_sounds(text))


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
