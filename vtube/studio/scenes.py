"""Looks of the scene that are kept by name, and the change from one into another while the camera runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from vtube.errors import SettingsError
from vtube.settings import ScenePreset, SceneSettings, SettingsOwner
from vtube.text import unknown

GLIDE_S = 0.6
"""How long the figure takes to its new place."""


class Scenes:
    """The presets of the settings. Any thread may call; changes take turns.

    What changes something returns a warning, empty if it is saved for the next start.
    """

    def __init__(self, settings: SettingsOwner, glide: Callable[[float], None]) -> None:
        """`glide` lets the next change of zoom and place take so many seconds."""
        self._settings, self._glide = settings, glide
        self._changing = threading.Lock()

    def all(self) -> dict[str, dict[str, Any]]:
        """Name to look, as in the settings, without what a preset leaves out."""
        return {name: _said(one) for name, one in self._presets().items()}

    def keep(self, name: str) -> str:
        """Keep what is seen now under a name; one of that name is replaced.

        Raises:
            SettingsError: this is no name, or there are too many.
        """
        with self._changing:
            return self._put({**self.all(), name.strip(): _said(look_of(self._scene))})

    def show(self, name: str, seconds: float = GLIDE_S) -> str:
        """Change into a look; the figure takes `seconds` to its place.

        Raises:
            SettingsError: there is none of that name.
            VtubeError: it cannot be had, such as a background that is gone; nothing changes.
        """
        with self._changing:
            wanted = _said(self._find(name))
            if wanted.get("size") == _size(self._scene):
                del wanted["size"]
            if not wanted:
                return ""
            self._glide(seconds)
            return self._settings.change({"scene": wanted}).warning

    def rename(self, name: str, new: str) -> str:
        """Give a look another name, in its place.

        Raises:
            SettingsError: there is none of that name, the other one is taken, or it is no name.
        """
        with self._changing:
            self._find(name)
            new = new.strip()
            if new != name and new in self._presets():
                raise SettingsError(f"there is a scene of the name {new!r} already")
            return self._put({new if one == name else one: look for one, look in self.all().items()})

    def remove(self, name: str) -> str:
        """Forget a look.

        Raises:
            SettingsError: there is none of that name.
        """
        with self._changing:
            self._find(name)
            return self._put({one: look for one, look in self.all().items() if one != name})

    @property
    def _scene(self) -> SceneSettings:
        return self._settings.in_force.scene

    def _presets(self) -> Mapping[str, ScenePreset]:
        return self._scene.presets

    def _find(self, name: str) -> ScenePreset:
        found = self._presets().get(name)
        if found is None:
            raise SettingsError(unknown("scene", name, self._presets()))
        return found

    def _put(self, presets: Mapping[str, Any]) -> str:
        return self._settings.change({"scene": {"presets": presets}}).warning


def look_of(scene: SceneSettings) -> ScenePreset:
    """Everything that a preset keeps, as it is now."""
    return ScenePreset(
        size=_size(scene),
        frame=scene.frame,
        zoom=scene.zoom,
        x=scene.x,
        y=scene.y,
        rotation=scene.rotation,
        background=scene.background,
        effects=list(scene.effects),
        overlay=scene.overlay,
    )


def _size(scene: SceneSettings) -> str:
    return f"{scene.width}x{scene.height}"


def _said(preset: ScenePreset) -> dict[str, Any]:
    return preset.model_dump(mode="json", exclude_none=True)
