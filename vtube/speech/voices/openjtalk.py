"""`openjtalk`: Japanese without a network or a graphics card, and the timing of every phoneme exactly.

The voice is HTS Voice "Mei" (Copyright (c) 2009-2015 Nagoya Institute of Technology, Department of Computer
Science; MMDAgent Project Team; Creative Commons Attribution 3.0), which comes inside pyopenjtalk-plus.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from vtube.errors import SpeechError
from vtube.registry import for_c, optional
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.phonemes import from_japanese
from vtube.speech.voices.hts import HtsDurations, phoneme_of, read_durations

FULL_SCALE = 32768.0
FIRST = "あ"
SILENT = ("sil", "pau", "xx")
"""What a text consists of that has no reading."""


class OpenJtalk:
    """Open JTalk through pyopenjtalk-plus."""

    def __init__(self, _: Spec | str | None, settings: SpeechSettings) -> None:
        self._speed = settings.speed
        self._durations: HtsDurations | None = None

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; the first call loads the dictionary, which takes about a second."""
        engine: Any = optional("pyopenjtalk", "openjtalk", "the voice openjtalk")
        engine.DEFAULT_HTS_VOICE = for_c(Path(engine.DEFAULT_HTS_VOICE.decode())).encode()  # it is opened by C
        try:
            labels = engine.extract_fullcontext(text)
            if all(phoneme_of(label) in SILENT for label in labels):
                raise SpeechError(f"openjtalk speaks Japanese and cannot read {text!r}")
            wave, rate = engine.synthesize(labels, speed=self._speed)
        except SpeechError:
            raise
        except Exception as error:  # noqa: BLE001 - the engine's own errors are of any type
            raise SpeechError(f"openjtalk cannot say that: {error}") from None
        wave /= max(FULL_SCALE, float(np.abs(wave).max(initial=0.0)))  # a loud vowel goes beyond 16 bits
        return Utterance(text, wave.astype(np.float32), rate, self._phonemes(engine, labels))

    def load(self) -> None:
        """See `base.LoadedVoice`."""
        if self._durations is None:
            self.synthesize(FIRST)

    def _phonemes(self, engine: Any, labels: list[str]) -> tuple[Phoneme, ...]:
        if self._durations is None:
            self._durations = read_durations(Path(engine.DEFAULT_HTS_VOICE.decode()))
        ends = np.cumsum(self._durations.of(labels, self._speed)) * self._durations.frame_s
        return tuple(
            Phoneme(from_japanese(phoneme_of(label)), float(start), float(end))
            for label, (start, end) in zip(labels, pairwise((0.0, *ends)), strict=True)
        )
