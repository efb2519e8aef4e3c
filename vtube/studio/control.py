"""What a client may ask of a running camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vtube import settings as settings_module
from vtube.audio.devices import sound_inputs
from vtube.audio.mouth_source import MouthSource
from vtube.errors import SettingsError
from vtube.motion.animator import Animator
from vtube.outputs.group import OutputGroup
from vtube.realtime.loop import FrameLoop
from vtube.scene.stage import Stage
from vtube.server import control as seams
from vtube.settings import Settings


@dataclass(frozen=True, slots=True)
class Control:
    """The rooms' own objects by what they are asked for; satisfies `server.control.Control`.

    The server, the keyboard and programs that use this one as a library all work through it. Any thread may.
    """

    pose: seams.PoseControl
    emotion: seams.EmotionControl
    classifier: seams.ClassifierControl
    character: seams.CharacterControl
    face: seams.FaceControl
    motion: seams.MotionControl
    speech: seams.SpeechControl
    mouth: seams.MouthControl
    settings: seams.SettingsControl
    read_state: Callable[[], dict[str, Any]]

    def state(self) -> dict[str, Any]:
        """The JSON object of `/api/state`."""
        return self.read_state()

    def sound_inputs(self) -> list[dict[str, Any]]:
        """Every sound input with its level now; blocks while it listens."""
        return [{"spec": one.spec, **asdict(one)} for one in sound_inputs()]


LIVE_SECTIONS = ("loop", "idle", "mixer", "emotion", "retarget", "scene", "lipsync", "audio", "outputs")
"""Settings that take effect while the camera runs; the others need a restart."""


class LiveSettings:
    """Owns the settings."""

    def __init__(self, settings: Settings) -> None:
        self.in_force = settings

    def join(
        self, mouth_source: MouthSource, stage: Stage, animator: Animator, outputs: OutputGroup, loop: FrameLoop
    ) -> None:
        """The rooms whose settings can change."""
        self._mouth_source, self._stage, self._animator, self._loop = mouth_source, stage, animator, loop
        self._outputs = outputs

    def values(self) -> dict[str, Any]:
        """See `server.control.SettingsControl`."""
        return self.in_force.model_dump(mode="json")

    def change(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """See `server.control.SettingsControl`."""
        values = self.values()
        settings_module.merge(values, changes)
        changed = settings_module.parse(values)
        if (changed.scene.width, changed.scene.height) != (self.in_force.scene.width, self.in_force.scene.height):
            raise SettingsError("the size of the picture cannot change while the camera runs; set it in the file")
        rooms = self._animator.prepare(changed), self._stage.prepare(changed), self._outputs.prepare(changed)
        self._mouth_source.change(changed)  # may refuse, like those above
        for commit in rooms:
            commit()
        self._loop.change_fps(changed.loop.fps)
        old, self.in_force = self.values(), changed
        return {
            section: value
            for section, value in values.items()
            if section not in LIVE_SECTIONS and value != old[section]
        }
