"""A player whose sound device the test turns, block by block, on a clock of its own."""

from __future__ import annotations

import numpy as np

from tests.fakes import FakeClock
from tests.speech.sounds import tone
from vtube.audio.base import Samples
from vtube.errors import AudioError
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.player import Player
from vtube.speech.sinks import Fill
from vtube.speech.visemes import from_phonemes

RATE = 8_000
BLOCK = 80
DELAY = 0.05
"""Seconds between a block and the ear."""


class TurnedSink:
    """A sink that asks for samples when it is told to."""

    name = "turned"

    def __init__(self, fill: Fill, rate: int = RATE) -> None:
        self.rate = rate
        self.fill = fill
        self.gone = self.strained = False
        self.closed = 0

    def alive(self, now: float) -> bool:
        return not self.gone

    def close(self) -> None:
        self.closed += 1


class PlayerRig:
    """A player on turned sinks; `play` lets time pass and gives what is heard."""

    def __init__(self, *, device: bool = True) -> None:
        self.clock = FakeClock()
        self.device = device
        self.sinks: list[TurnedSink] = []
        self.silent: list[TurnedSink] = []
        self.player = Player(self._open, clock=self.clock, open_silent=self._open_silent)

    def _open(self, fill: Fill) -> TurnedSink:
        if not self.device:
            raise AudioError("there is no sound device to speak through")
        self.sinks.append(TurnedSink(fill))
        return self.sinks[-1]

    def _open_silent(self, fill: Fill, rate: int) -> TurnedSink:
        self.silent.append(TurnedSink(fill, rate))
        return self.silent[-1]

    def turn(self, seconds: float) -> Samples:
        """Let the newest open sink ask for so many seconds of sound, and as much time pass."""
        sink = next(one for one in reversed([*self.silent, *self.sinks]) if not one.closed)
        blocks = []
        for _ in range(round(seconds * sink.rate / BLOCK)):
            blocks.append(sink.fill(BLOCK, self.clock() + DELAY, sink.rate))
            self.clock.advance(BLOCK / sink.rate)
        return np.concatenate(blocks)

    def say(self, text_id: int, seconds: float = 0.5, text: str = "あ") -> None:
        """Hand an "a" of so many seconds to the player."""
        self.player.prepare()
        said = Utterance(text, tone(seconds, RATE), RATE, (Phoneme("a", 0.0, seconds),))
        self.player.play(text_id, said, from_phonemes(said.phonemes, said.samples, said.rate))
