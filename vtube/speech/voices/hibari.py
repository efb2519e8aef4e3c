"""`hibari[:SPEAKER]`: English by a small neural network on the processor (package hibari-tts, Apache-2.0).

The network decides how many frames of 25 ms each symbol takes; those numbers are read beside its sound. What is heard
comes about 75 ms before them (found by comparing the vowels with the loudness).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from vtube.errors import SettingsError, SpeechError, VtubeError
from vtube.registry import optional
from vtube.settings import SpeechSettings
from vtube.spec import Spec, argument_of
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.sound import shifted, trimmed
from vtube.speech.voices.kokoro import joined
from vtube.speech.voices.onnx_outputs import session_with_outputs

RATE = 24_000
FRAME_S = 0.025
EARLY_S = 0.075
DURATIONS = "/Round_output_0"
DEFAULT_SPEAKER = "heart"
SEED = 1
FIRST = "Hello."
SPEAKER_NAMES = "after `hibari:` comes one of its voices, such as heart"


class _Loaded:
    """A speaker's network, 40 MB, and what reads English, 100 MB, which those of one kind of English share."""

    def __init__(self, make: Any, speaker: str) -> None:
        """`make` is the package's engine."""
        listed = optional("hibari.voices", "hibari", "the voice hibari").VOICES
        self.kind = make, bool(listed.get(speaker, {}).get("british"))
        reader = next((one.engine.g2p for one in list(_LOADED.values()) if one.kind == self.kind), None)
        self.engine: Any = make(voice=speaker, g2p=reader)
        model = Path(self.engine.model_path).read_bytes()
        self.session = session_with_outputs(model, DURATIONS, who="the voice hibari", extra="hibari")


_LOADED: WeakValueDictionary[tuple[Any, str], _Loaded] = WeakValueDictionary()
"""By the speaker, for as long as a voice speaks with it."""


class Hibari:
    """hibari-tts; `heart` comes with the package, the package fetches its other voices when they first speak."""

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        self._speaker = argument_of(spec) or DEFAULT_SPEAKER
        if not self._speaker.isalnum():
            raise SettingsError(SPEAKER_NAMES)
        self._speed = settings.speed
        self._loaded: _Loaded | None = None
        self._shape_sound: Any = None

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`."""
        try:
            loaded = self._loaded or self._load()
            parts = [self._speak(loaded, symbols) for symbols in loaded.engine.phonemize(text)]
        except VtubeError:
            raise
        except Exception as error:  # noqa: BLE001 - the package's own errors are of any type
            raise SpeechError(f"hibari cannot say that: {error}") from None
        if not parts:
            raise SpeechError(f"hibari cannot read {text!r}")
        return trimmed(_chained(text, parts))

    def load(self) -> None:
        """See `base.LoadedVoice`: the network with its first sentence, which takes longest."""
        if self._loaded is None:
            self.synthesize(FIRST)

    def _load(self) -> _Loaded:
        hibari = optional("hibari", "hibari", "the voice hibari")
        self._shape_sound = optional("hibari.dsp", "hibari", "the voice hibari").synth
        place = hibari.Hibari, self._speaker
        self._loaded = _LOADED[place] = _LOADED.get(place) or _Loaded(hibari.Hibari, self._speaker)
        return self._loaded

    def _speak(self, loaded: _Loaded, text: str) -> tuple[Any, tuple[Phoneme, ...]]:
        symbols = [one for one in text if one in loaded.engine.vocab]
        *own, durations = loaded.session.run(
            None,
            {"ids": np.array([loaded.engine.ids(symbols)], np.int64), "speed": np.array([self._speed], np.float32)},
        )
        wave = self._shape_sound(*(one[0] for one in own), np.random.default_rng(SEED))
        bounds = np.cumsum(np.ravel(durations)) * FRAME_S
        return np.asarray(wave, np.float32), joined(["_", *symbols, "_"], (0.0, *bounds.tolist()))


def _chained(text: str, parts: list[tuple[Any, tuple[Phoneme, ...]]]) -> Utterance:
    """One utterance of several; what is heard comes EARLY_S before the network's frames."""
    phonemes: list[Phoneme] = []
    moment = 0.0
    for wave, timed in parts:
        phonemes += shifted(timed, moment)
        moment += len(wave) / RATE
    return Utterance(text, np.concatenate([wave for wave, _ in parts]), RATE, shifted(tuple(phonemes), -EARLY_S))
