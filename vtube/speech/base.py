"""The seam of a voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from vtube.audio.base import Samples
from vtube.speech.bodily import Sounds


@dataclass(frozen=True, slots=True)
class Phoneme:
    """One phoneme of an utterance: its symbol and when it sounds, seconds from the first sample."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech ready to play.

    Attributes:
        text: what is said, for subtitles.
        samples: mono PCM at `rate`.
        phonemes: in order of time; empty when the voice gives no timings (the mouth then listens to the sound).
        emotion: what a tag in the text names, in lower case; empty without one.
        gesture: what the body does as it begins; empty for nothing.
        sounds: laughter and sighs that the text names, for the body.
    """

    text: str
    samples: Samples
    rate: int
    phonemes: tuple[Phoneme, ...] = ()
    emotion: str = ""
    gesture: str = ""
    sounds: Sounds = ()


class Voice(Protocol):
    """Makes speech out of text."""

    def synthesize(self, text: str) -> Utterance:
        """Speak one sentence.

        Raises:
            SpeechError: the engine or server cannot speak now; the message says why.
        """


@runtime_checkable
class LoadedVoice(Protocol):
    """A voice on this computer that loads something, for a second or two, before it speaks its first sentence."""

    def load(self) -> None:
        """Load it now; harmless when called twice.

        Raises:
            SpeechError, PackageMissingError: it cannot be had; the message says why.
        """
