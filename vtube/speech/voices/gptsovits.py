"""`gptsovits`: GPT-SoVITS' own server (api_v2.py), which imitates a recording.

POST /tts; reference, prompt and languages are settings. Facts: https://github.com/RVC-Boss/GPT-SoVITS (api_v2.py).
"""

from __future__ import annotations

from vtube.errors import SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.choices import RefusedError
from vtube.speech.voices.http import VoiceServer

NAME = "gptsovits"
ADDRESS = "http://127.0.0.1:9880"
CAUSES = (
    ("text_lang", "language"),
    ("prompt_lang", "prompt_language"),
    ("prompt_text", "prompt"),
    ("reference audio", "reference"),
    ("ref_audio_path", "reference"),
    ("no such file", "reference"),
    ("not exist", "reference"),
    ("not found", "reference"),
)
"""A word of its refusals to the setting that it is about."""


class GptSovits:
    """A GPT-SoVITS server."""

    def __init__(self, _: Spec | str | None, settings: SpeechSettings) -> None:
        own = settings.gptsovits
        if not own.reference:
            raise SettingsError(
                "the voice gptsovits imitates a recording; set speech.gptsovits.reference to the path that "
                "GPT-SoVITS itself finds it at"
            )
        self._own = own
        self._server = VoiceServer(NAME, settings.addresses.get(NAME, ADDRESS), settings.timeout_s)
        self._request = {
            "text_lang": own.language,
            "ref_audio_path": own.reference,
            "prompt_text": own.prompt,
            "prompt_lang": own.prompt_language,
            "speed_factor": settings.speed,
            "text_split_method": "cut0",
            "media_type": "wav",
            "streaming_mode": False,
        }

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        try:
            answer = self._server.post("/tts", body={**self._request, "text": text})
        except RefusedError as error:
            raise self._explained(error) from None
        return Utterance(text, *decode(answer, NAME))

    def _explained(self, error: RefusedError) -> SpeechError:
        """Its refusals are about what the settings give it; it has no list to ask for."""
        line = str(error)
        key = next((key for word, key in CAUSES if word in line.lower()), None)
        return SpeechError(f"{line}; see speech.gptsovits.{key} ({getattr(self._own, key)!r})") if key else error
