"""A text that is spoken in advance: all of its sound, and what the face does with it when."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from vtube.audio.base import Samples
from vtube.errors import SpeechError
from vtube.settings import Settings, SpeechSettings
from vtube.signals import MouthShape, SpeechCue
from vtube.speech.base import Utterance, Voice
from vtube.speech.clean import Sentence, sayable
from vtube.speech.cues import cues_of
from vtube.speech.heard import lip_sync_for
from vtube.speech.player import MAX_CUES
from vtube.speech.registry import create_voice
from vtube.speech.sound import guarded, resampled, trimmed
from vtube.speech.texts import sounding
from vtube.speech.visemes import VisemeTrack, viseme_track

BEFORE_S, AFTER_S = 0.5, 1.0
"""Silence around the whole."""
BETWEEN_S = 0.3
CHAPTER_S = 1.0
"""Silence before each further text."""
NEAR_S = 0.15
"""The mouth belongs to speech so long before and after a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence, from `start` to `end`, seconds.

    Attributes:
        text: what the subtitle shows.
        emotion: what its tag names; empty without one.
        gesture: what the body does as it begins; empty for nothing.
        track: the mouth, in seconds from `start`.
        section: which of the texts it belongs to, from 0.
    """

    start: float
    end: float
    text: str
    emotion: str
    gesture: str
    track: VisemeTrack
    section: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Mono `samples` at `rate`, its sentences and its cues, all in seconds from the first sample."""

    samples: Samples
    rate: int
    parts: Sequence[Part]
    cues: Sequence[SpeechCue]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate

    def mouth(self, now: float) -> MouthShape | None:
        """The mouth at `now`; None away from speech."""
        for part in self.parts:
            if part.start - NEAR_S <= now < part.end + NEAR_S:
                return part.track.at(now - part.start, now)
        return None


def record(
    texts: Sequence[str],
    settings: Settings,
    rate: int,
    *,
    progress: Callable[[int, int], object] = lambda done, all_: None,
    create: Callable[[str, SpeechSettings], Voice] = create_voice,
    seconds: float = math.inf,
) -> Recording:
    """Speak `texts`, one after the other, with the voice of the settings; no sentence begins after `seconds`.

    `progress` gets the sentences done and their number.

    Raises:
        SettingsError: there is no such voice.
        SpeechError: there is nothing to say, or a sentence cannot be said; the message names it.
    """
    sentences = [(section, one) for section, text in enumerate(texts) for one in sayable(text, settings.speech)]
    if not sentences:
        raise SpeechError("there is nothing to say in this text")
    voice = create(settings.speech.voice, settings.speech)
    tape, parts, cues = _Tape(rate), list[Part](), list[SpeechCue]()
    tape.rest(BEFORE_S)
    for done, (section, utterance) in enumerate(_spoken(sentences, voice)):
        if parts and section != parts[-1].section:
            tape.rest(CHAPTER_S - BETWEEN_S)
        start = tape.seconds
        tape.add(resampled(utterance.samples, utterance.rate, rate))
        track = viseme_track(utterance, partial(lip_sync_for, utterance.text, settings.lipsync))
        track.complete()
        parts.append(Part(start, tape.seconds, utterance.text, utterance.emotion, utterance.gesture, track, section))
        told = cues_of(utterance)
        cues += [replace(cue, time=start + cue.time, number=done * MAX_CUES + cue.number) for cue in told]
        tape.rest(BETWEEN_S)
        progress(done + 1, len(sentences))
        if tape.seconds >= seconds:
            break
    tape.rest(AFTER_S - BETWEEN_S)
    return Recording(tape.sound() * np.float32(settings.speech.volume), rate, parts, cues)


class _Tape:
    """Mono sound that grows at its end."""

    def __init__(self, rate: int) -> None:
        self._rate, self._length = rate, 0
        self._pieces: list[Samples] = []

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self._length / self._rate

    def add(self, samples: Samples) -> None:
        """Go on with these, at the tape's own rate."""
        self._pieces.append(samples)
        self._length += len(samples)

    def rest(self, seconds: float) -> None:
        """Go on with silence."""
        self.add(np.zeros(round(seconds * self._rate), np.float32))

    def sound(self) -> Samples:
        """All of it."""
        return np.concatenate(self._pieces)


def _spoken(sentences: Sequence[tuple[int, Sentence]], voice: Voice) -> Iterator[tuple[int, Utterance]]:
    for section, sentence in sentences:
        try:
            utterance = sounding(sentence, lambda words: trimmed(guarded(voice.synthesize(words)), 0.05))
        except SpeechError as error:
            raise SpeechError(f"{error}; the sentence is {sentence.shown!r}") from None
        yield section, utterance
