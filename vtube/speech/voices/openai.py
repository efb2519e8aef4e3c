"""`openai[:SPEAKER]`: any server with OpenAI's POST /v1/audio/speech.

The format `pcm` is 24 kHz 16-bit mono without a header and the quickest. The key is read from the environment, so that
it is in no file and in no answer of the control server.
Facts: https://platform.openai.com/docs/api-reference/audio/createSpeech.
"""

from __future__ import annotations

import os

from vtube.errors import SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec, argument_of
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.choices import explained
from vtube.speech.voices.http import VoiceServer

NAME = "openai"
ADDRESS = "https://api.openai.com"
PCM_RATE = 24_000
DEFAULT_SPEAKER = "alloy"


class OpenAiVoice:
    """An OpenAI-compatible server."""

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        key = os.environ.get(settings.openai.key_variable, "").strip()
        address = settings.addresses.get(NAME, ADDRESS).rstrip("/").removesuffix("/v1")
        self._server = VoiceServer(
            NAME, address, settings.timeout_s, {"Authorization": f"Bearer {key}"} if key.isascii() and key else None
        )
        self._speaker = argument_of(spec) or DEFAULT_SPEAKER
        self._request = {
            "model": settings.openai.model,
            "voice": self._speaker,
            "response_format": settings.openai.format,
            "speed": settings.speed,
        }

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        try:
            answer = self._server.post("/v1/audio/speech", body={**self._request, "input": text})
        except SpeechError as error:
            raise explained(error, NAME, "voice", self._speaker, self.styles) from None
        rate = PCM_RATE if self._request["response_format"] == "pcm" else None
        return Utterance(text, *decode(answer, NAME, rate))

    def styles(self) -> dict[str, str]:
        """The voices that the server lists; OpenAI's own has no list, many compatible ones have.

        Raises:
            SpeechError: it does not answer, or lists none.
        """
        answer = self._server.json(self._server.get("/v1/audio/voices"), object)
        listed = answer.get("voices") if isinstance(answer, dict) else answer
        names = [_voice_name(one) for one in listed] if isinstance(listed, list) else []
        found = {name: name for name in names if name}
        if not found:
            raise SpeechError(f"{NAME} lists no voices")
        return found


def _voice_name(one: object) -> str:
    """A voice is listed by its name, or as an object with a name or an id."""
    if isinstance(one, dict):
        one = one.get("id") or one.get("name") or one.get("voice_id")
    return one if isinstance(one, str) else ""
