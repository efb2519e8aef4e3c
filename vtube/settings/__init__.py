"""The typed settings, how they are put together from their layers, and their one owner while the camera runs."""

from vtube.settings.base import fields, is_marked, nested, value_at
from vtube.settings.dialogue import (
    DialogueSettings,
    LanguageModelSettings,
    MemorySettings,
    ModerationSettings,
    SelectionSettings,
    SightSettings,
    SourceSettings,
    ToolSettings,
)
from vtube.settings.listening import ListeningSettings
from vtube.settings.loading import load, merge, parse
from vtube.settings.motion import (
    EmotionSettings,
    GestureSettings,
    IdleSettings,
    MixerSettings,
    ParameterCurve,
    ReactionSettings,
    RetargetSettings,
)
from vtube.settings.owner import Commit, Outcome, Prepared, Room, SettingsOwner
from vtube.settings.picture import (
    AUTO_SIZE,
    AvatarSettings,
    LoopSettings,
    OverlaySettings,
    SceneLook,
    ScenePreset,
    SceneSettings,
    ServerSettings,
    read_size,
)
from vtube.settings.saved import SavedSettings
from vtube.settings.schema import Settings
from vtube.settings.sound import (
    CleanSettings,
    GptSovitsSettings,
    LipSyncSettings,
    OpenAiVoiceSettings,
    SpeechSettings,
    StyleBertVits2Settings,
)
from vtube.settings.streaming import StreamSettings
from vtube.settings.tracking import (
    HotkeySettings,
    OscRule,
    OscSettings,
    PluginParameterRule,
    PointerSettings,
    ReceiverSettings,
    VtsApiSettings,
    WebcamSettings,
)

__all__ = [
    "AUTO_SIZE",
    "AvatarSettings",
    "CleanSettings",
    "Commit",
    "DialogueSettings",
    "EmotionSettings",
    "GestureSettings",
    "GptSovitsSettings",
    "HotkeySettings",
    "IdleSettings",
    "LanguageModelSettings",
    "LipSyncSettings",
    "ListeningSettings",
    "LoopSettings",
    "MemorySettings",
    "MixerSettings",
    "ModerationSettings",
    "OpenAiVoiceSettings",
    "OscRule",
    "OscSettings",
    "Outcome",
    "OverlaySettings",
    "ParameterCurve",
    "PluginParameterRule",
    "PointerSettings",
    "Prepared",
    "ReactionSettings",
    "ReceiverSettings",
    "RetargetSettings",
    "Room",
    "SavedSettings",
    "SceneLook",
    "ScenePreset",
    "SceneSettings",
    "SelectionSettings",
    "ServerSettings",
    "Settings",
    "SettingsOwner",
    "SightSettings",
    "SourceSettings",
    "SpeechSettings",
    "StreamSettings",
    "StyleBertVits2Settings",
    "ToolSettings",
    "VtsApiSettings",
    "WebcamSettings",
    "fields",
    "is_marked",
    "load",
    "merge",
    "nested",
    "parse",
    "read_size",
    "value_at",
]
