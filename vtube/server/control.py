"""What the server's routes may ask of the program; `studio.Studio` is the real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Control(Protocol):
    """Every method may be called from the server's thread and returns at once unless it says otherwise.

    Each raises a VtubeError subclass with one clear line for anything a user can cause.
    """

    def state(self) -> dict[str, Any]:
        """The JSON object of `/api/state`."""

    def override_pose(self, values: Mapping[str, float] | None) -> None:
        """Hold these parameters by hand; None or an empty mapping releases all of them."""

    def set_emotion(self, name: str, strength: float = 1.0) -> None:
        """Ease into the emotion template `name`; `neutral` releases it."""

    def emotions(self) -> list[str]:
        """The names `set_emotion` takes."""

    def classify(self, text: str) -> dict[str, float]:
        """What is felt in `text` and its share of 1, the largest first."""

    def set_character(self, picture: bytes, name: str) -> str:
        """Show another character; returns what was done to fit the picture. Blocks while it is prepared."""

    def settings(self) -> dict[str, Any]:
        """All settings, as in `config/default.yaml`."""

    def change_settings(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change settings while running (nested mapping); returns those that need a restart to take effect."""

    def sound_inputs(self) -> list[dict[str, Any]]:
        """Every sound input with its level now: spec, kind, name, level_db. Blocks while it listens."""

    def calibrate(self) -> None:
        """Take the tracked face of this moment as the neutral one."""

    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """Speak through the running camera, after what is waiting or in its place; returns the text's number."""

    def change_speech(self, volume: float | None = None, paused: bool | None = None, voice: str | None = None) -> None:
        """Change what is not None: loudness 0..1, whether speech stands still, who speaks from the next text on."""

    def skip_speech(self) -> None:
        """Leave out the rest of the text that is being said."""

    def stop_speech(self) -> None:
        """Leave out everything that is being said or waits."""

    def set_talking(self, talking: bool) -> None:
        """Move the mouth as if speaking, for speech that this program cannot hear, until told otherwise."""

    def set_paused(self, paused: bool) -> None:
        """Stop drawing to save the computer's strength (the last frame stays up), or go on."""

    def set_emotion_templates(self, templates: Mapping[str, Mapping[str, float]]) -> None:
        """Lay templates {emotion: {parameter: value}} over the program's own; an empty mapping takes them off."""
