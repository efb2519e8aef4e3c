"""`coeiroink[:STYLE]`: COEIROINK v2, whose own interface gives the sound and the samples of each phoneme.

GET /v1/speakers, POST /v1/predict_with_duration; ranges in samples of the sound it answers with, which begins and
ends with startTrimBuffer and endTrimBuffer seconds to cut off.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec, argument_of
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.decoding import decode
from vtube.speech.phonemes import from_japanese
from vtube.speech.sound import shifted
from vtube.speech.voices.choices import Choices, chosen, explained, unknown_choice
from vtube.speech.voices.http import VoiceServer

NAME = "coeiroink"
ADDRESS = "http://127.0.0.1:50032"


class Coeiroink:
    """A COEIROINK v2 server; STYLE is `UUID/STYLE` by its ids, `speaker/style` by names, or a speaker alone.

    Without one its first speaker's first style speaks.
    """

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        self._server = VoiceServer(NAME, settings.addresses.get(NAME, ADDRESS), settings.timeout_s)
        self._style = argument_of(spec)
        self._speed = settings.speed

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`."""
        uuid, _, style = self._known_style().partition("/")
        body = {"speakerUuid": uuid, "styleId": int(style), "text": text, "speedScale": self._speed}
        try:
            answer = self._server.json(self._server.post("/v1/predict_with_duration", body=body), dict)
        except SpeechError as error:
            raise explained(error, NAME, "style", self._style, self.styles) from None
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

    def _known_style(self) -> str:
        """UUID/STYLE of the ids given, of the names given, or the first there is."""
        if self._style is None or not _is_by_ids(self._style):
            found = self.styles()
            key = next(iter(found)) if self._style is None else _by_uuid(self._style, found)
            if key is None:
                raise unknown_choice(NAME, "style", self._style or "", found)
            self._style = key
        return self._style


def _is_by_ids(style: str) -> bool:
    uuid, _, number = style.partition("/")
    return bool(uuid) and number.isdecimal()


def _by_uuid(wanted: str, found: Choices) -> str | None:
    """As `chosen`, and by a speaker's UUID alone."""
    return chosen(wanted, found) or next((key for key in found if key.partition("/")[0] == wanted.rstrip("/")), None)


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
