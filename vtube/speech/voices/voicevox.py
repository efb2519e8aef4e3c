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
from vtube.spec import Spec, argument_of
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.decoding import decode
from vtube.speech.phonemes import from_japanese
from vtube.speech.sound import fitted
from vtube.speech.voices.choices import chosen, explained, unknown_choice
from vtube.speech.voices.http import VoiceServer

FRAME_S = 256 / 24_000
"""The engine rounds each phoneme to whole frames of this length."""


class Voicevox:
    """A VOICEVOX-compatible server; STYLE is a style's number or its name, `speaker/style`, or a speaker's alone."""

    name: ClassVar[str] = "voicevox"
    address: ClassVar[str] = "http://127.0.0.1:50021"

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        self._server = VoiceServer(self.name, settings.addresses.get(self.name, self.address), settings.timeout_s)
        self._style = argument_of(spec)
        self._speed = settings.speed

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`."""
        style = {"speaker": self._known_style()}
        try:
            query = self._server.json(self._server.post("/audio_query", {"text": text, **style}), dict)
            query["speedScale"] = self._speed
            sound = self._server.post("/synthesis", style, query)
        except SpeechError as error:
            raise explained(error, self.name, "style", self._style, self.styles) from None
        samples, rate = decode(sound, self.name)
        return Utterance(text, samples, rate, fitted(phonemes(query), len(samples) / rate))

    def styles(self) -> dict[str, str]:
        """What the server has: the number of each style to `speaker/style`.

        Raises:
            SpeechError: it does not answer, or has none.
        """
        speakers = self._server.json(self._server.get("/speakers"), list)
        try:
            found = {
                str(style["id"]): f"{speaker.get('name', '')}/{style.get('name', '')}"
                for speaker in speakers
                for style in speaker["styles"]
            }
        except (LookupError, TypeError, AttributeError):
            found = {}
        if not found:
            raise SpeechError(f"{self.name} has no speakers")
        return found

    def _known_style(self) -> str:
        """The style's number: the one given, that of the name given, or the first one there is."""
        if self._style is None or not self._style.lstrip("-").isdigit():
            found = self.styles()
            number = next(iter(found)) if self._style is None else chosen(self._style, found)
            if number is None:
                raise unknown_choice(self.name, "style", self._style or "", found)
            self._style = number
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
