"""`coeiroink[:UUID/STYLE]`: COEIROINK v2, whose own interface gives the sound and the samples of each phoneme.

GET /v1/speakers, POST /v1/predict_with_duration; ranges in samples of the sound it answers with, which begins and
ends with startTrimBuffer and endTrimBuffer seconds to cut off.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.decoding import decode
from vtube.speech.phonemes import from_japanese
from vtube.speech.sound import shifted
from vtube.speech.voices.http import VoiceServer

NAME = "coeiroink"
ADDRESS = "http://127.0.0.1:50032"


class Coeiroink:
    """A COEIROINK v2 server; without UUID/STYLE its first speaker's first style speaks."""

    def __init__(self, spec: Spec, settings: SpeechSettings) -> None:
        self._server = VoiceServer(NAME, settings.addresses.get(NAME, ADDRESS), settings.timeout_s)
        uuid, _, style = (spec.argument or "").partition("/")
        self._speaker = (uuid, style) if uuid else None
        self._speed = settings.speed

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`."""
        uuid, style = self._speaker or self._first_speaker()
        answer = self._server.json(
            self._server.post(
                "/v1/predict_with_duration",
                body={
                    "speakerUuid": uuid,
                    "styleId": int(style) if style.isdigit() else 0,
                    "text": text,
                    "speedScale": self._speed,
                },
            ),
            dict,
        )
        try:
            sound = base64.b64decode(answer["wavBase64"])
        except (LookupError, TypeError, ValueError):
            raise SpeechError(f"{NAME} answered with no sound") from None
        samples, rate = decode(sound, NAME)
        first, last = (_seconds(answer, key) for key in ("startTrimBuffer", "endTrimBuffer"))
        if first + last >= len(samples) / rate:
            first = last = 0.0
        kept = samples[round(first * rate) : len(samples) - round(last * rate)]
        return Utterance(text, kept, rate, shifted(phonemes(answer, rate), -first))

    def styles(self) -> dict[str, str]:
        """What the server has: `UUID/STYLE` to `speaker/style`.

        Raises:
            SpeechError: it does not answer, or has none.
        """
        speakers = self._server.json(self._server.get("/v1/speakers"), list)
        try:
            found = {
                f"{speaker['speakerUuid']}/{style['styleId']}": (
                    f"{speaker.get('speakerName', '')}/{style.get('styleName', '')}"
                )
                for speaker in speakers
                for style in speaker["styles"]
            }
        except (LookupError, TypeError, AttributeError):
            found = {}
        if not found:
            raise SpeechError(f"{NAME} has no speakers")
        return found

    def _first_speaker(self) -> tuple[str, str]:
        uuid, _, style = next(iter(self.styles())).partition("/")
        self._speaker = uuid, style
        return self._speaker


def phonemes(answer: Mapping[str, Any], rate: int) -> tuple[Phoneme, ...]:
    """The timed phonemes of the answer; none when it holds none or they are not as expected."""
    try:
        ranges = [
            (str(phoneme["phoneme"]), phoneme["wavRange"])
            for mora in answer["moraDurations"]
            for phoneme in mora["phonemePitches"]
        ]
        return tuple(
            Phoneme(from_japanese(symbol), int(span["start"]) / rate, int(span["end"]) / rate)
            for symbol, span in ranges
            if int(span["end"]) > int(span["start"]) >= 0
        )
    except (LookupError, TypeError, ValueError):
        return ()


def _seconds(answer: Mapping[str, Any], key: str) -> float:
    value = answer.get(key, 0.0)
    return float(value) if isinstance(value, int | float) and 0 <= value < 60 else 0.0
