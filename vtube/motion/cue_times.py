"""When the body begins and ends with what a voice does, the same at every frame rate."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vtube.signals import SpeechCue

LEAD_S = 0.35
"""A phrase's posture and breath begin so long before its sound, where it is known ahead."""
LATE_S = 0.5
"""What is told later than this is not answered any more."""
FRAME_S = 0.05
"""What was due no longer ago than this begins when it was due, and not with the frame."""
STAY_S = 0.15
"""The body goes along for so long after a phrase."""
ENDLESS_S = 30.0
"""A phrase whose end is never heard ends here."""
WORD_S = 0.8
"""A phrase whose end is not known counts as a word until it has lasted so long."""


def is_heard(cue: SpeechCue) -> bool:
    """Whether it was not known ahead."""
    return cue.known_at > -math.inf


def begin_of(cue: SpeechCue) -> float:
    """When the body begins with a phrase."""
    return max(cue.time - LEAD_S, cue.known_at)


def end_of(cue: SpeechCue) -> float:
    """When it ends with it; a phrase without a length has not ended."""
    return cue.time + (cue.length + STAY_S if cue.length else ENDLESS_S)


def lasts(cue: SpeechCue, now: float) -> bool:
    """Whether the body goes along with a phrase at `now`."""
    return begin_of(cue) <= now < end_of(cue)


def is_over(cue: SpeechCue, now: float) -> bool:
    """Whether a phrase has just ended."""
    return cue.length > 0 and 0.0 <= now - cue.time - cue.length < LATE_S


def edges_of(cues: Iterable[SpeechCue], after: float, until: float) -> list[float]:
    """The moments in (`after`, `until`] at which the body may begin or end with one of these phrases, in order."""
    edges = {edge for cue in cues for edge in (begin_of(cue), cue.time, end_of(cue))}
    return sorted(edge for edge in edges if after < edge <= until)


def goes_on(cue: SpeechCue, now: float) -> bool:
    """Whether a phrase that is heard has turned out to be more than a word, be it over since or not."""
    is_word = 0.0 < cue.length < WORD_S
    return is_heard(cue) and not is_word and WORD_S <= now - cue.time < WORD_S + LATE_S


def start_of(now: float, *wanted: float) -> float:
    """When a stroke begins: at the first of these that is no more than a frame ago, else now.

    So every frame rate shows the same.
    """
    return next((moment for moment in wanted if now - moment <= FRAME_S), now)
