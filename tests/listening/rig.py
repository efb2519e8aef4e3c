"""A streamer's microphone, a recogniser that knows what was said, and somebody to say it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.audio.sounds import silence, vowel
from vtube.audio.base import OnSamples, Samples
from vtube.errors import AudioError
from vtube.listening.base import Partner
from vtube.signals import InputState, InputStatus


def spoken(seconds: float = 1.0) -> Samples:
    """A voice, with silence around it that lets the gate learn the room and the turn end."""
    return np.concatenate([silence(0.3), vowel("a", seconds), silence(1.0)])


class FakeMicrophone:
    """Hands over what the test says."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.on_samples: OnSamples | None = None
        self.closed = 0
        self.state = InputState.LIVE

    def start(self, on_samples: OnSamples) -> None:
        if self.error:
            raise AudioError(self.error)
        self.on_samples = on_samples

    def status(self, now: float) -> InputStatus:
        return InputStatus("mic", self.state, detail="Headset", level_db=-20.0)

    def close(self) -> None:
        self.closed += 1


class FakeRecogniser:
    """Answers with one text after the other; the last one again and again. An exception is raised."""

    name = "fake"

    def __init__(self, *texts: str | Exception, load: Exception | None = None) -> None:
        self.texts = list(texts)
        self.turns: list[Samples] = []
        self.languages: list[str] = []
        self._load = load

    def load(self) -> None:
        if self._load is not None:
            raise self._load

    def recognise(self, samples: Samples, language: str) -> str:
        self.turns.append(samples)
        self.languages.append(language)
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        if isinstance(text, Exception):
            raise text
        return text


@dataclass
class FakePartner:
    """Notes what she is told; `reason` is why she does not answer, `words` what she has just said."""

    told: list[str] = field(default_factory=list)
    speaks: bool = False
    reason: str = ""
    words: str = ""
    asked: list[tuple[float, float]] = field(default_factory=list)

    def partner(self) -> Partner:
        def note(what: str) -> Callable[[], object]:
            return lambda: self.told.append(what)

        def hear(text: str) -> str:
            self.told.append(text)
            return self.reason

        def said(begin: float, end: float) -> str:
            self.asked.append((begin, end))
            return self.words

        return Partner(lambda: self.speaks, note("give way"), note("wait"), note("go on"), hear, said)
