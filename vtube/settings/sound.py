"""What the microphone does to the mouth, and the character's own voice."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from vtube.settings.base import FILE, LIVE, LOCAL, Section

PAGES = ("/docs", "/redoc", "/openapi.json")
"""Pages of a server about itself, whose address people copy."""


def address(value: object) -> object:
    """The address of a server as a voice asks it, from what people write: without http://, or that of its page /docs.

    Raises:
        ValueError: no address can be made of it.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    text = (text if "://" in text else f"http://{text}").rstrip("/")
    for page in PAGES:
        text = text.removesuffix(page)
    if not _is_address(text):
        raise ValueError("should be an address such as http://127.0.0.1:50021")
    return text


def whole_address(value: object) -> object:
    """An address of any kind, as it is written.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str) and not _has_host(value):
        raise ValueError("should be an address such as ws://127.0.0.1:11180/sub")
    return value


def _has_host(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, or [ without ]
        return False


def _is_address(text: str) -> bool:
    if not _has_host(text):
        return False
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and not (parts.query or parts.fragment or re.search(r"\s", text))


class LipSyncSettings(Section):
    """How sound moves the mouth."""

    sensitivity: float = Field(
        1.0,
        ge=0,
        le=2,
        description="Above 1 soft speech counts, too; below 1 only what is well above the noise (0 to 2).",
        json_schema_extra=LIVE,
    )
    strength: float = Field(
        1.0, ge=0, le=1.5, description="How wide the mouth opens, 0 to 1.5.", json_schema_extra=LIVE
    )
    language: Literal["auto", "ja", "en", "es", "zh"] = Field(
        "auto",
        description=(
            "What is spoken where the sound comes from, as the same sound is another vowel elsewhere: ja, en, es "
            "(Italian and Portuguese, too) or zh; auto for any."
        ),
        json_schema_extra=LIVE,
    )
    calibration: str | None = Field(
        None,
        description=(
            "Path of your own calibration, made by `python -m vtube lipsync VOWELS.wav --calibrate FILE`; null for "
            "none. It listens to the language it was made in."
        ),
        json_schema_extra=LIVE | FILE,
    )
    remember: bool = Field(
        True,
        description=(
            "Whether it is remembered how loud your voice is at each microphone, so that people behind you don't open "
            "the mouth. `python -m vtube lipsync --forget` forgets it."
        ),
        json_schema_extra=LIVE,
    )


class OpenAiVoiceSettings(Section):
    """An OpenAI-compatible `/v1/audio/speech`."""

    model: str = Field("tts-1", max_length=200, description="The name of the model.", json_schema_extra=LIVE)
    format: Literal["pcm", "wav", "mp3", "opus", "flac"] = Field(
        "pcm",
        description="The format of the sound that is asked for: pcm, wav, mp3, opus or flac.",
        json_schema_extra=LIVE,
    )
    key_variable: str = Field(
        "OPENAI_API_KEY",
        max_length=100,
        description="The environment variable that holds the key.",
        json_schema_extra=LOCAL,
    )


class GptSovitsSettings(Section):
    """GPT-SoVITS: the recording it imitates, as its server sees it."""

    reference: str = Field(
        "", description="Path of the recording to imitate, on the computer of its server.", json_schema_extra=LIVE
    )
    prompt: str = Field("", description="What is said in the recording.", json_schema_extra=LIVE)
    prompt_language: str = Field("ja", description="The language of the recording.", json_schema_extra=LIVE)
    language: str = Field("ja", description="The language of what is to be said.", json_schema_extra=LIVE)


class StyleBertVits2Settings(Section):
    """Style-Bert-VITS2."""

    language: Literal["JP", "EN", "ZH"] = Field("JP", description="JP, EN or ZH.", json_schema_extra=LIVE)
    style: str = Field("Neutral", description="The style, as its model calls it.", json_schema_extra=LIVE)


class CleanSettings(Section):
    """What is taken out of a text before it is spoken."""

    thoughts: bool = Field(True, description="Leave out <think>…</think> and what is like it.", json_schema_extra=LIVE)
    code: bool = Field(True, description="Leave out blocks of code.", json_schema_extra=LIVE)
    html: bool = Field(True, description="Leave out HTML, and read &amp; as &.", json_schema_extra=LIVE)
    markdown: bool = Field(
        True,
        description="Leave out the marks of **Markdown**, and read tables and lists as sentences.",
        json_schema_extra=LIVE,
    )
    actions: bool = Field(True, description="Leave out *actions* and (actions).", json_schema_extra=LIVE)
    tags: bool = Field(
        True, description="Leave out [tags]; one that names an emotion shows it.", json_schema_extra=LIVE
    )
    links: bool = Field(True, description="Read the name of a site in place of its address.", json_schema_extra=LIVE)
    emoji: bool = Field(True, description="Leave out emoji and kaomoji.", json_schema_extra=LIVE)
    repeats: bool = Field(True, description="Shorten wwww, 8888, !!!! and what goes on and on.", json_schema_extra=LIVE)


Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
"""Two letters (ISO 639-1), or three where there are no two."""

Short = Annotated[str, Field(min_length=1, max_length=200)]


class SpeechSettings(Section):
    """The character's own voice; `addresses` is voice to http address, `lead_s` how far the mouth is ahead."""

    voice: str = Field(
        "auto",
        max_length=200,
        description=(
            "auto (for each sentence the voice of its language), openjtalk (Japanese), hibari[:SPEAKER] (English), "
            "kokoro[:SPEAKER] (Japanese), voicevox[:STYLE], aivisspeech[:STYLE], sharevox[:STYLE], "
            "coeiroink[:UUID/STYLE], openai[:SPEAKER], gptsovits, stylebertvits2[:MODEL], edge[:SPEAKER], command; "
            "`python -m vtube voices` says which are ready."
        ),
        json_schema_extra=LIVE,
    )
    voices: dict[Language, Short] = Field(
        default_factory=dict,
        max_length=50,
        description=(
            "Language to the voice that auto speaks it with: {en: 'openai:nova', ko: 'edge:ko-KR-SunHiNeural'}."
        ),
        json_schema_extra=LIVE,
    )
    clean: CleanSettings = Field(
        CleanSettings(),
        description="What is not read out, as it is not meant to be heard; subtitles keep what reads well.",
    )
    readings: dict[Short, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict,
        max_length=2000,
        description="How words are said, upper or lower case: {OBS: オービーエス, vtube: ブイチューブ}.",
        json_schema_extra=LIVE,
    )
    speed: float = Field(1.0, ge=0.5, le=2, description="How fast, 0.5 to 2.", json_schema_extra=LIVE)
    volume: float = Field(1.0, ge=0, le=1, description="How loud, 0 to 1.", json_schema_extra=LIVE)
    device: str | None = Field(
        None,
        description="A part of the name of the sound device to speak through; null is the computer's usual one.",
        json_schema_extra=LIVE,
    )
    lead_s: float = Field(
        0.0,
        ge=0,
        le=0.5,
        description=(
            "Seconds by which the mouth is ahead of the sound, to make up for the time that drawing a frame takes."
        ),
        json_schema_extra=LIVE,
    )
    timeout_s: float = Field(
        20.0, ge=1, le=300, description="Seconds that a voice may take for one sentence.", json_schema_extra=LIVE
    )
    addresses: dict[str, Annotated[str, BeforeValidator(address), Field(max_length=500)]] = Field(
        default_factory=dict,
        description="Voice to address, where a server is not at its usual one: {voicevox: http://127.0.0.1:50021}.",
        json_schema_extra=LOCAL,
    )
    openai: OpenAiVoiceSettings = Field(OpenAiVoiceSettings(), description="OpenAI-compatible servers.")
    gptsovits: GptSovitsSettings = Field(GptSovitsSettings(), description="GPT-SoVITS: the recording it imitates.")
    stylebertvits2: StyleBertVits2Settings = Field(StyleBertVits2Settings(), description="Style-Bert-VITS2.")
    command: list[str] = Field(
        default_factory=list,
        max_length=100,
        description=(
            "A program that speaks, word for word: {text} is what to say, {out} the WAV file to write. Without {text} "
            "it reads standard input, without {out} it writes the WAV to standard output."
        ),
        json_schema_extra=LOCAL,
    )
