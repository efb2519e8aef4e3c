"""`voicevox[:STYLE]` and the engines that speak its language: AivisSpeech, SHAREVOX, VOICEVOX Nemo.

POST /audio_query?text=&speaker= answers with the moras and their lengths, POST /synthesis?speaker= with the sound.
AivisSpeech says 0.0 for every length: then there are no timings, and the mouth listens to the sound.
Facts: https://github.com/VOICEVOX/voicevox_engine (AudioQuery), https://github.com/Aivis-Project/AivisSpeech-Engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.decoding import decode
from vtube.speech.phonemes import from_japanese
from vtube.speech.sound import fitted
from vtube.speech.voices.http import VoiceServer

FRAME_S = 256 / 24_000
"""The engine rounds each phoneme to whole frames of this length."""


class Voicevox:
    """A VOICEVOX-compatible server; STYLE is the number of a speaker's style, the first one if not given."""

    name: ClassVar[str] = "voicevox"
    address: ClassVar[str] = "http://127.0.0.1:50021"

    def __init__(self, spec: Spec, settings: SpeechSettings) -> None:
        self._server = VoiceServer(self.name, settings.addresses.get(self.name, self.address), settings.timeout_s)
        self._style = spec.argument
        self._speed = settings.speed

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`."""
        style = {"speaker": self._style or self._first_style()}
        query = self._server.json(self._server.post("/audio_query", {"text": text, **style}), dict)
        query["speedScale"] = self._speed
        samples, rate = decode(self._server.post("/synthesis", style, query), self.name)
        return Utterance(text, samples, rate, fitted(phonemes(query), len(samples) / rate))

    def _first_style(self) -> str:
        speakers = self._server.json(self._server.get("/speakers"), list)
        try:
            self._style = str(speakers[0]["styles"][0]["id"])
        except (LookupError, TypeError):
            raise SpeechError(f"{self.name} has no speakers") from None
        return self._style


class AivisSpeech(Voicevox):
    """AivisSpeech."""

    name = "aivisspeech"
    address = "http://127.0.0.1:10101"


class ShareVox(Voicevox):
    """SHAREVOX."""

    name = "sharevox"
    address = "http://127.0.0.1:50025"


def phonemes(query: Mapping[str, Any]) -> tuple[Phoneme, ...]:
    """The timed phonemes of an audio query; none when it holds no lengths or is not as expected."""
    try:
        parts = [(symbol, _frames(seconds, float(query.get("speedScale", 1.0)))) for symbol, seconds in _parts(query)]
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return ()
    if not sum(seconds for symbol, seconds in parts if symbol != "pau") > 0:
        return ()
    timed, moment = [], 0.0
    for symbol, seconds in parts:
        timed.append(Phoneme(from_japanese(symbol), moment, moment + seconds))
        moment += seconds
    return tuple(timed)


def _parts(query: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Each phoneme with its length in seconds at speed 1."""
    yield "pau", float(query.get("prePhonemeLength", 0.0))
    for phrase in query["accent_phrases"]:
        pause = phrase.get("pause_mora")
        for mora in [*phrase["moras"], *([pause] if pause else [])]:
            if mora.get("consonant"):
                yield str(mora["consonant"]), float(mora["consonant_length"] or 0.0)
            yield str(mora["vowel"]), float(mora["vowel_length"] or 0.0)
    yield "pau", float(query.get("postPhonemeLength", 0.0))


def _frames(seconds: float, speed: float) -> float:
    return round(seconds / speed / FRAME_S) * FRAME_S
