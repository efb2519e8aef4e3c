"""The cues of an utterance: what its sound does, and what its text says of it."""

from __future__ import annotations

from vtube.audio.base import RATE
from vtube.audio.prosody import numbered, speech_cues
from vtube.signals import CueKind, SpeechCue
from vtube.speech.base import Utterance
from vtube.speech.bodily import SOUNDS
from vtube.speech.player import MAX_CUES
from vtube.speech.sound import resampled

ASKS = "?？؟⁇"
QUESTION_S = 0.35


def cues_of(utterance: Utterance) -> list[SpeechCue]:
    """In order of their times, seconds from the first sample; at most MAX_CUES."""
    cues = speech_cues(resampled(utterance.samples, utterance.rate, RATE))
    if not any(cue.kind is CueKind.QUESTION for cue in cues):
        cues += _asked(utterance.text, cues)
    if utterance.emotion in SOUNDS:
        kind, length = SOUNDS[utterance.emotion]
        cues.append(SpeechCue(kind, 0.0, length))
    return numbered(cues)[:MAX_CUES]


def _asked(text: str, cues: list[SpeechCue]) -> list[SpeechCue]:
    """A question that the voice does not raise its pitch at, but the text marks."""
    phrases = [cue for cue in cues if cue.kind is CueKind.PHRASE]
    if not phrases or not text.rstrip(" 」』\"')）").endswith(tuple(ASKS)):
        return []
    end = phrases[-1].time + phrases[-1].length
    return [SpeechCue(CueKind.QUESTION, max(phrases[-1].time, end - QUESTION_S), QUESTION_S)]
