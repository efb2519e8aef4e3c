"""Who is answered on air, by which language model, and what is remembered."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from vtube.settings.base import FILE, FILE_OR_NAME, LIVE, LOCAL, Section
from vtube.settings.picture import SceneLook
from vtube.settings.sound import address, whole_address

Short = Annotated[str, Field(min_length=1, max_length=200)]
ToolName = Literal["expression", "gesture", "scene", "remember", "look_up"]
TOOLS: tuple[ToolName, ...] = get_args(ToolName)
Variable = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""The name of an environment variable: keys are never in a file."""


class SourceSettings(Section):
    """How chat is read."""

    addresses: dict[str, Annotated[str, BeforeValidator(whole_address), Field(max_length=500)]] = Field(
        default_factory=dict,
        description="Source to address, where it is not at its usual one: {onecomme: ws://127.0.0.1:11180/sub}.",
        json_schema_extra=LOCAL,
    )
    twitch_token_variable: Variable = Field(
        "TWITCH_TOKEN",
        description="The environment variable with a user's token for Twitch; without one chat is read anonymously.",
        json_schema_extra=LOCAL,
    )
    youtube_key_variable: Variable = Field(
        "YOUTUBE_API_KEY",
        description="The environment variable that holds the key of the YouTube Data API.",
        json_schema_extra=LOCAL,
    )
    youtube_token_variable: Variable = Field(
        "YOUTUBE_TOKEN",
        description="The environment variable with a user's token for YouTube, to write answers for an hour.",
        json_schema_extra=LOCAL,
    )
    youtube_quota: int = Field(
        10_000,
        ge=100,
        le=100_000_000,
        description="Units a day that YouTube's key may use; polling is spread over them.",
    )
    youtube_stream: bool = Field(
        True, description="Have YouTube push new messages where it does, which spares quota; false asks for them."
    )
    bilibili_cookie_variable: Variable = Field(
        "BILIBILI_SESSDATA",
        description="The environment variable that holds the cookie SESSDATA; without it names get masked.",
        json_schema_extra=LOCAL,
    )
    ignored: list[Short] = Field(
        default_factory=lambda: [
            "nightbot",
            "streamelements",
            "streamlabs",
            "moobot",
            "fossabot",
            "sery_bot",
            "wizebot",
            "soundalerts",
        ],
        max_length=500,
        description="Viewers who are not read, by name, upper or lower case: bots, and your own account.",
        json_schema_extra=LIVE,
    )
    command_prefix: str = Field(
        "!",
        max_length=5,
        description="Messages that begin so are commands for bots and are not read; empty for none.",
        json_schema_extra=LIVE,
    )


class ReplySettings(Section):
    """Her answers, written into the chat."""

    enabled: bool = Field(
        False,
        description=(
            "Write her answers into the chat, too, as replies: Twitch, YouTube, OneComme, Social Stream Ninja; see "
            "docs/guide/aituber.md for the tokens."
        ),
        json_schema_extra=LIVE,
    )


class LanguageModelSettings(Section):
    """The language model behind the setting `llm`."""

    addresses: dict[str, Annotated[str, BeforeValidator(address), Field(max_length=500)]] = Field(
        default_factory=dict,
        description="Kind to address, such as {openai: http://127.0.0.1:1234/v1} for LM Studio.",
        json_schema_extra=LOCAL,
    )
    key_variables: dict[str, Variable] = Field(
        default_factory=dict,
        description="Kind to the environment variable with its key; usually OPENAI_API_KEY and ANTHROPIC_API_KEY.",
        json_schema_extra=LOCAL,
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="0 sober to 2 wild; null leaves it to the model.", json_schema_extra=LIVE
    )
    max_tokens: int = Field(
        400, ge=16, le=100_000, description="Tokens that one answer may take.", json_schema_extra=LIVE
    )
    context_tokens: int = Field(
        8192,
        ge=256,
        le=2_000_000,
        description="Tokens that the model can see; for Ollama this is its num_ctx.",
        json_schema_extra=LIVE,
    )
    think: bool = Field(
        False,
        description="Let a model of Ollama think before it answers; thoughts are never spoken.",
        json_schema_extra=LIVE,
    )
    connect_s: float = Field(5.0, ge=0.1, le=60, description="Seconds for the connection.", json_schema_extra=LIVE)
    first_s: float = Field(
        30.0,
        ge=0.5,
        le=600,
        description="Seconds until the first word; a local model may load so long.",
        json_schema_extra=LIVE,
    )
    between_s: float = Field(
        20.0, ge=0.5, le=300, description="Seconds from one word to the next.", json_schema_extra=LIVE
    )
    whole_s: float = Field(120.0, ge=1, le=3600, description="Seconds for a whole answer.", json_schema_extra=LIVE)


class SelectionSettings(Section):
    """Who is answered."""

    mode: Literal["all", "mention", "prefix"] = Field(
        "all",
        description="all messages, only those that mention the character, or only those that begin with `prefix`.",
        json_schema_extra=LIVE,
    )
    prefix: str = Field("?", min_length=1, max_length=20, description="See `mode`.", json_schema_extra=LIVE)
    life_s: float = Field(
        45.0,
        ge=2,
        le=60,
        description="Seconds after which a plain message is too old to be answered.",
        json_schema_extra=LIVE,
    )
    cooldown_s: float = Field(
        20.0, ge=0, le=600, description="Seconds before the same viewer is answered again.", json_schema_extra=LIVE
    )
    hold: bool = Field(False, description="Answer only what you approve on the control page.", json_schema_extra=LIVE)
    max_sentences: int = Field(4, ge=1, le=50, description="Sentences of one answer.", json_schema_extra=LIVE)
    max_characters: int = Field(240, ge=20, le=5000, description="Characters of one answer.", json_schema_extra=LIVE)
    read_aloud: bool = Field(False, description="Read the message out before it is answered.", json_schema_extra=LIVE)
    seed: int = Field(
        0, ge=0, le=1_000_000, description="Decides between messages that are equally good.", json_schema_extra=LIVE
    )


class ModerationSettings(Section):
    """What is neither said nor shown."""

    languages: list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] = Field(
        default_factory=lambda: ["en", "ja", "zh", "de", "es", "fr", "ko", "pt", "ru"],
        max_length=40,
        description="The word lists in force: config/moderation/LANGUAGE.txt.",
        json_schema_extra=LIVE,
    )
    words: list[Short] = Field(
        default_factory=list, max_length=4096, description="More words that are kept out.", json_schema_extra=LIVE
    )
    allowed: list[Short] = Field(
        default_factory=list,
        max_length=4096,
        description="Words that are let through all the same.",
        json_schema_extra=LIVE,
    )
    personal_data: bool = Field(
        True, description="Hide mail addresses, telephone and card numbers, and links.", json_schema_extra=LIVE
    )


class MemorySettings(Section):
    """What is remembered."""

    enabled: bool = Field(
        True, description="Remember conversations and viewers between streams.", json_schema_extra=LIVE
    )
    path: str | None = Field(
        None, description="The file; null is memory.sqlite in your own folder.", json_schema_extra=LOCAL | FILE
    )
    keep_days: float = Field(
        90.0, ge=1, le=3650, description="Days for which what was said is kept.", json_schema_extra=LIVE
    )
    recalled: int = Field(
        5, ge=0, le=50, description="Facts that are recalled for an answer, at most.", json_schema_extra=LIVE
    )
    embeddings: str = Field(
        "none",
        max_length=200,
        description="What finds facts and talks by meaning, not only by words: none, ollama[:MODEL] or openai[:MODEL].",
        json_schema_extra=LOCAL,
    )
    turns: int = Field(
        12,
        ge=0,
        le=200,
        description="Turns of the conversation that the model sees word for word.",
        json_schema_extra=LIVE,
    )


class ToolSettings(Section):
    """What the language model may do besides speaking, where it can call tools."""

    enabled: bool = Field(False, description="Let the language model use the tools below.", json_schema_extra=LIVE)
    use: list[ToolName] = Field(
        default_factory=lambda: list(TOOLS),
        max_length=5,
        description="The tools: expression, gesture, scene, remember (of whom it answers), look_up (a viewer).",
        json_schema_extra=LIVE,
    )
    rounds: int = Field(
        3, ge=1, le=8, description="How often in one answer it may go on after using tools.", json_schema_extra=LIVE
    )
    scenes: dict[Short, SceneLook] = Field(
        default_factory=dict,
        description="The scenes it may choose, by name, such as {night: {background: '#101030', zoom: 1.2}}.",
        json_schema_extra=LIVE,
    )


class SightSettings(Section):
    """Pictures of the screen for a language model that can see."""

    enabled: bool = Field(
        False,
        description="Show the language model a picture of the screen with what you, the host, ask.",
        json_schema_extra=LOCAL,
    )
    monitor: int | None = Field(
        None,
        ge=1,
        le=16,
        description="The monitor, by its number from 1 (extra sight); null is all of them as one.",
        json_schema_extra=LOCAL,
    )
    region: str | None = Field(
        None,
        pattern=r"^-?\d{1,5},-?\d{1,5},\d{1,5},\d{1,5}$",
        description="The part of the screen, or of the monitor: X,Y,WIDTH,HEIGHT in pixels; null is all of it.",
        json_schema_extra=LOCAL,
    )
    size: int = Field(
        1024, ge=64, le=2048, description="The longer edge of the picture in pixels, at most.", json_schema_extra=LOCAL
    )
    every_s: float = Field(
        10.0, ge=1, le=3600, description="Seconds from one picture to the next, at least.", json_schema_extra=LOCAL
    )
    alone_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        description="Seconds without chat after which she looks by herself and says what strikes her; 0 never.",
        json_schema_extra=LOCAL,
    )

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """The region as its left, top, right and lower edge."""
        if self.region is None:
            return None
        x, y, width, height = map(int, self.region.split(","))
        return x, y, x + width, y + height


class DialogueSettings(Section):
    """The broadcast: from a message to an answer."""

    persona: str = Field(
        "ilta",
        max_length=500,
        description="Who the character is: a name in config/personas or the path of a YAML file like those.",
        json_schema_extra=LIVE | FILE_OR_NAME,
    )
    language: Literal["auto", "en", "ja", "zh"] = Field(
        "auto",
        description="The language of the character's own lines: auto follows the message, or en, ja, zh.",
        json_schema_extra=LIVE,
    )
    host: Short = Field(
        "Host",
        description="What you, the streamer, are called when she hears your voice (setting listen).",
        json_schema_extra=LIVE,
    )
    patience_s: float = Field(
        4.0,
        ge=0.5,
        le=60,
        description=(
            "Seconds after somebody has spoken in which she waits for their words; without any she goes on with the "
            "sentence that she was in."
        ),
        json_schema_extra=LIVE,
    )
    idle_s: float = Field(
        45.0,
        ge=0,
        le=3600,
        description="Seconds of silence after which she talks by herself; 0 never.",
        json_schema_extra=LIVE,
    )
    greet: bool = Field(
        True, description="Greet viewers who write for the first time, and raids.", json_schema_extra=LIVE
    )
    show: str | None = Field(
        None,
        description="Path of a running order, see config/show.yaml; null for none.",
        json_schema_extra=LOCAL | FILE,
    )
    sources: SourceSettings = Field(SourceSettings(), description="How chat is read.")
    replies: ReplySettings = Field(ReplySettings(), description="Her answers, written into the chat.")
    model: LanguageModelSettings = Field(LanguageModelSettings(), description="The language model behind `llm`.")
    selection: SelectionSettings = Field(SelectionSettings(), description="Who is answered.")
    moderation: ModerationSettings = Field(ModerationSettings(), description="What is neither said nor shown.")
    memory: MemorySettings = Field(MemorySettings(), description="What is remembered between streams.")
    tools: ToolSettings = Field(ToolSettings(), description="What the language model may do besides speaking.")
    sight: SightSettings = Field(SightSettings(), description="Pictures of the screen for a model that can see.")
