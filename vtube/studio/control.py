"""What a client may ask of a running camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vtube.audio.devices import sound_inputs
from vtube.audio.registry import create_source
from vtube.dialogue.broadcast import check_sources
from vtube.server import control as seams
from vtube.server import outsiders, seen
from vtube.server.clip_control import ClipsControl
from vtube.settings import Settings
from vtube.studio.character import character_of
from vtube.tracking.phones import phones
from vtube.tracking.registry import create_tracker


@dataclass(frozen=True, slots=True)
class Control:
    """The rooms' own objects by what they are asked for; satisfies `server.control.Control`.

    The server, the keyboard and programs that use this one as a library all work through it. Any thread may.
    """

    pose: seams.PoseControl
    emotion: seams.EmotionControl
    expressions: seams.ExpressionsControl
    gesture: seams.GestureControl
    reactions: seams.ReactionControl
    portraits: seams.PortraitsControl
    classifier: seams.ClassifierControl
    character: seams.CharacterControl
    wardrobe: seams.WardrobeControl
    face: seams.FaceControl
    motion: seams.MotionControl
    speech: seams.SpeechControl
    mouth: seams.MouthControl
    dialogue: seams.DialogueControl
    settings: seams.SettingsControl
    air: seen.AirControl
    recorder: seen.RecorderControl
    scenes: seen.ScenesControl
    clips: ClipsControl
    stills: seen.StillsControl
    plugins: outsiders.PluginsControl
    triggers: outsiders.TriggersControl
    read_state: Callable[[], dict[str, Any]]
    read_meters: Callable[[], dict[str, Any]]

    def state(self) -> dict[str, Any]:
        """The JSON object of `/api/state`."""
        return self.read_state()

    def meters(self) -> dict[str, Any]:
        """What moves too fast for the state: see `StateReader.meters`."""
        return self.read_meters()

    def phones(self) -> dict[str, Any]:
        """What to enter in a phone's app; see `tracking.phones`."""
        return phones(self.settings.values())

    def sound_inputs(self) -> list[dict[str, Any]]:
        """Every sound input with its level now; blocks while it listens."""
        return [{"spec": one.spec, **asdict(one)} for one in sound_inputs()]


def check_start(settings: Settings) -> None:
    """See that a camera could start with `settings`, as far as they wait for a start.

    Raises:
        VtubeError: a tracker, a chat source or the stream's sound does not exist, a tracker's settings are wrong even
            if it is not in use now, or the character cannot be used; one line.
    """
    for text in (*settings.tracking, "osc", "pointer"):
        create_tracker(text, settings)
    check_sources(settings)
    create_source(settings.stream.sound, settings)
    if settings.avatar.character is not None:
        character_of(settings.avatar.character)
