"""`openai[:SPEAKER]`: any server with OpenAI's POST /v1/audio/speech.

The format `pcm` is 24 kHz 16-bit mono without a header and the quickest. The key is read from the environment, so that
it is in no file and in no answer of the control server.
Facts: https://platform.openai.com/docs/api-reference/audio/createSpeech.
"""

from __future__ import annotations

import os

from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.http import VoiceServer

NAME = "openai"
ADDRESS = "https://api.openai.com"
PCM_RATE = 24_000
DEFAULT_SPEAKER = "alloy"


class OpenAiVoice:
    """An OpenAI-compatible server."""

    def __init__(self, spec: Spec, settings: SpeechSettings) -> None:
        key = os.environ.get(settings.openai.key_variable, "").strip()
        address = settings.addresses.get(NAME, ADDRESS).rstrip("/").removesuffix("/v1")
        self._server = VoiceServer(
            NAME, address, settings.timeout_s, {"Authorization": f"Bearer {key}"} if key.isascii() and key else None
        )
        self._request = {
            "model": settings.openai.model,
            "voice": spec.argument or DEFAULT_SPEAKER,
            "response_format": settings.openai.format,
            "speed": settings.speed,
        }

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        answer = self._server.post("/v1/audio/speech", body={**self._request, "input": text})
        rate = PCM_RATE if self._request["response_format"] == "pcm" else None
        return Utterance(text, *decode(answer, NAME, rate))
