"""The voices by the kind their SPEC names."""

from __future__ import annotations

from collections.abc import Callable

from vtube.settings import SpeechSettings
from vtube.spec import parse_spec
from vtube.speech.base import Voice
from vtube.speech.voices.coeiroink import Coeiroink
from vtube.speech.voices.command import CommandVoice
from vtube.speech.voices.edge import EdgeVoice
from vtube.speech.voices.gptsovits import GptSovits
from vtube.speech.voices.hibari import Hibari
from vtube.speech.voices.kokoro import Kokoro
from vtube.speech.voices.openai import OpenAiVoice
from vtube.speech.voices.openjtalk import OpenJtalk
from vtube.speech.voices.stylebertvits2 import StyleBertVits2
from vtube.speech.voices.voicevox import AivisSpeech, ShareVox, Voicevox

VOICES: dict[str, Callable[[str | None, SpeechSettings], Voice]] = {
    "openjtalk": OpenJtalk,
    "kokoro": Kokoro,
    "hibari": Hibari,
    "voicevox": Voicevox,
    "aivisspeech": AivisSpeech,
    "sharevox": ShareVox,
    "coeiroink": Coeiroink,
    "openai": OpenAiVoice,
    "gptsovits": GptSovits,
    "stylebertvits2": StyleBertVits2,
    "edge": EdgeVoice,
    "command": CommandVoice,
}


def create_voice(text: str, settings: SpeechSettings) -> Voice:
    """The voice a SPEC names; engines and servers are looked for when it first speaks.

    Raises:
        SettingsError: there is no such voice, or a setting that it needs is missing.
    """
    spec = parse_spec(text, VOICES, "voice")
    return VOICES[spec.kind](spec.argument, settings)
