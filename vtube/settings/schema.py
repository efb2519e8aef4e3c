"""All settings in one object; `config/default.yaml` shows each with its default, and a test keeps the two equal."""

from __future__ import annotations

from pydantic import Field

from vtube.settings.base import LIVE, LIVE_BUT_FILES, Section
from vtube.settings.dialogue import DialogueSettings
from vtube.settings.listening import ListeningSettings
from vtube.settings.motion import (
    EmotionSettings,
    GestureSettings,
    IdleSettings,
    MixerSettings,
    ReactionSettings,
    RetargetSettings,
)
from vtube.settings.picture import AvatarSettings, LoopSettings, SceneSettings, ServerSettings
from vtube.settings.sound import LipSyncSettings, SpeechSettings
from vtube.settings.streaming import StreamSettings
from vtube.settings.tracking import (
    HotkeySettings,
    OscSettings,
    PointerSettings,
    ReceiverSettings,
    VtsApiSettings,
    WebcamSettings,
)


class Settings(Section):
    """All settings."""

    loop: LoopSettings = Field(LoopSettings(), description="The fixed-rate loop.")
    avatar: AvatarSettings = Field(AvatarSettings(), description="The character and the engine that draws it.")
    tracking: list[str] = Field(
        max_length=16,
        default_factory=lambda: ["auto"],
        description="Trackers, the most important first: the first that sees a face is followed. Flag: --tracking.",
    )
    receiver: ReceiverSettings = Field(ReceiverSettings(), description="How trackers on the network are received.")
    osc: OscSettings = Field(OscSettings(), description="OSC from any program (tracker `osc`).")
    webcam: WebcamSettings = Field(
        WebcamSettings(), description="Face tracking with a webcam (tracker `webcam`, needs the extra webcam)."
    )
    pointer: PointerSettings = Field(
        PointerSettings(),
        description="Mouse and keyboard in place of a tracker (tracker `pointer`, needs the extra pointer).",
    )
    audio: str = Field(
        "none",
        description="Sound that moves the mouth: none, mic[:NAME], loopback[:NAME], file:WAV. Flag: --audio.",
        json_schema_extra=LIVE,
    )
    lipsync: LipSyncSettings = Field(LipSyncSettings(), description="How sound moves the mouth.")
    speech: SpeechSettings = Field(
        SpeechSettings(),
        description="The character's own voice: `python -m vtube say`, POST /api/say; see docs/guide/speech.md.",
    )
    chat: list[str] = Field(
        max_length=16,
        default_factory=list,
        description=(
            "Where viewers write: twitch:CHANNEL, youtube:VIDEO, bilibili:ROOM, onecomme, socialstream:SESSION, stdin, "
            "none. Flag: --chat."
        ),
    )
    llm: str = Field(
        "none",
        max_length=200,
        description=(
            "The language model that answers: openai[:MODEL], ollama[:MODEL], anthropic[:MODEL], echo (rules, no "
            "model), none. Flag: --llm."
        ),
        json_schema_extra=LIVE,
    )
    listen: str = Field(
        "none",
        max_length=500,
        description=(
            "Your voice, which she answers: none, mic[:NAME], loopback[:NAME], file:WAV; needs a language model. "
            "Flag: --listen."
        ),
        json_schema_extra=LIVE,
    )
    listening: ListeningSettings = Field(
        ListeningSettings(), description="How your voice is heard and understood; see docs/guide/aituber.md."
    )
    dialogue: DialogueSettings = Field(
        DialogueSettings(), description="The broadcast, from a message to an answer; see docs/guide/aituber.md."
    )
    outputs: list[str] = Field(
        max_length=16,
        default_factory=lambda: ["camera", "browser"],
        description=(
            "Where the frames go: camera[:DEVICE], browser, file:PATH, window, stream:PLATFORM, whip[:URL], "
            "ndi[:NAME], spout[:NAME], null. Flag: --output."
        ),
        json_schema_extra=LIVE_BUT_FILES,
    )
    stream: StreamSettings = Field(
        StreamSettings(), description="A stream to a platform (output `stream`); see docs/guide/streaming.md."
    )
    idle: IdleSettings = Field(IdleSettings(), description="Idle motion; 0 switches a part off.")
    gestures: GestureSettings = Field(
        GestureSettings(), description="Gestures of speech: nods, brows, posture, gaze and breath with the voice."
    )
    reactions: ReactionSettings = Field(
        ReactionSettings(), description="Listening and reacting by herself: to the chat, the host and silence."
    )
    mixer: MixerSettings = Field(
        MixerSettings(), description="How the layers (idle, face, emotion, voice, hand) share the pose."
    )
    emotion: EmotionSettings = Field(EmotionSettings(), description="Emotions laid over the face.")
    retarget: RetargetSettings = Field(RetargetSettings(), description="How a tracked face becomes a pose.")
    scene: SceneSettings = Field(SceneSettings(), description="Framing, effects and background.")
    server: ServerSettings = Field(
        default_factory=ServerSettings, description="The control page, its HTTP interface and the streams."
    )
    hotkeys: HotkeySettings = Field(
        HotkeySettings(),
        description="What keys, MIDI devices and gamepads do, whoever has the focus; see docs/reference/triggers.md.",
    )
    vts_api: VtsApiSettings = Field(
        VtsApiSettings(), description="Plug-ins that are made for VTube Studio; see docs/reference/vts-plugins.md."
    )
