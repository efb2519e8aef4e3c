"""The cues of an utterance: what its sound does, and what its text says of it."""

from __future__ import annotations

from vtube.audio.base import RATE
from vtube.audio.prosody import numbered, speech_cues
from vtube.signals import CueKind, SpeechCue
from vtube.speech.base import Utterance
from vtube.speech.bodily import cue_of
from vtube.speech.player import MAX_CUES
from vtube.speech.sound import resampled

ASKS = "?？؟⁇"
CLOSERS = " 」』\"'）)"
STATES = ".。!！"
MAY_ASK = "かのな"
"""Japanese sentences that end so may ask, whatever their mark."""
QUESTION_S = 0.35
LATEST_S = 0.1
"""A sound at the end of a sentence begins so long before it."""


def cues_of(utterance: Utterance) -> list[SpeechCue]:
    """In order of their times, seconds from the first sample; at most MAX_CUES."""
    cues = speech_cues(resampled(utterance.samples, utterance.rate, RATE))
    if _states(utterance.text):
        cues = [cue for cue in cues if cue.kind is not CueKind.QUESTION]
    elif not any(cue.kind is CueKind.QUESTION for cue in cues):
        cues += _asked(utterance.text, cues)
    seconds = len(utterance.samples) / utterance.rate
    for word, share in utterance.sounds or [(utterance.emotion, 0.0)]:
        if (cue := cue_of(word)) is not None:
            kind, length = cue
            cues.append(SpeechCue(kind, max(0.0, min(share * seconds, seconds - LATEST_S)), length))
    return numbered(cues)[:MAX_CUES]


def _states(text: str) -> bool:
    """Whether the text says that it is no question, however its pitch rises."""
    text = text.rstrip(CLOSERS)
    return text.endswith(tuple(STATES)) and not text.rstrip(STATES).endswith(tuple(MAY_ASK))


def _asked(text: str, cues: list[SpeechCue]) -> list[SpeechCue]:
    """A question that the voice does not raise its pitch at, but the text marks."""
    phrases = [cue for cue in cues if cue.kind is CueKind.PHRASE]
    if not phrases or not text.rstrip(CLOSERS).endswith(tuple(ASKS)):
        return []
    end = phrases[-1].time + phrases[-1].length
    return [SpeechCue(CueKind.QUESTION, max(phrases[-1].time, end - QUESTION_S), QUESTION_S)]
