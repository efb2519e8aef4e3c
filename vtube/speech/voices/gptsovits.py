"""`gptsovits`: GPT-SoVITS' own server (api_v2.py), which imitates a recording.

POST /tts; reference, prompt and languages are settings. Facts: https://github.com/RVC-Boss/GPT-SoVITS (api_v2.py).
"""

from __future__ import annotations

from vtube.errors import SettingsError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.http import VoiceServer

NAME = "gptsovits"
ADDRESS = "http://127.0.0.1:9880"


class GptSovits:
    """A GPT-SoVITS server."""

    def __init__(self, _: Spec, settings: SpeechSettings) -> None:
        own = settings.gptsovits
        if not own.reference:
            raise SettingsError(
                "the voice gptsovits imitates a recording; set speech.gptsovits.reference to the path that "
                "GPT-SoVITS itself finds it at"
            )
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
        return Utterance(text, *decode(self._server.post("/tts", body={**self._request, "text": text}), NAME))
