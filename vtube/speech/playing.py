"""One utterance on its way to the ear."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from vtube.audio.base import Samples
from vtube.signals import SpeechCue
from vtube.speech.base import Utterance
from vtube.speech.playback_clock import PlaybackClock
from vtube.speech.sound import resampled
from vtube.speech.visemes import VisemeTrack
from vtube.speech.words import word_start, words_between


@dataclass(eq=False, slots=True)
class Playing:
    """One utterance on its way to the ear; `text_id` is the text that it is a sentence of."""

    text_id: int
    utterance: Utterance
    track: VisemeTrack
    samples: Samples
    rate: int
    position: int = 0
    """In samples."""
    heard_s: float = 0.0
    """What was heard before it went back."""
    cues: Sequence[SpeechCue] = ()
    """Seconds from the first sample."""
    number: int = field(default_factory=itertools.count().__next__)

    def rewind(self) -> None:
        """Back to the beginning of the word that is being said; it counts as heard all the same."""
        self.heard_s = max(self.heard_s, self.position / self.rate)
        self.position = int(word_start(self.utterance, self.position / self.rate) * self.rate)

    def convert(self, rate: int) -> None:
        """Go on at another rate."""
        self.samples = resampled(self.samples, self.rate, rate)
        self.position = round(self.position * rate / self.rate)
        self.rate = rate


def words_heard(playback: PlaybackClock, begin: float, end: float) -> str:
    """The words that were heard, wholly or in part, between two moments, in order."""
    return "".join(
        words_between(span.what.utterance, span.position(max(begin, span.start)), span.position(min(end, span.end)))
        for span in playback.between(begin, end)
        if isinstance(span.what, Playing)
    ).rstrip()
