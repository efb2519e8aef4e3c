"""The scene of a running camera: the person's lean, then framing and effects; can be changed while it runs."""

from __future__ import annotations

from collections.abc import Callable

from vtube.frame import Frame, Rgb
from vtube.scene.background import Background
from vtube.scene.base import Effect
from vtube.scene.framing import LeanEffect, LeanValues
from vtube.scene.registry import create_background, create_scene
from vtube.settings import SceneSettings


class Stage:
    """What lies between the renderer and the outputs."""

    def __init__(self, scene: SceneSettings, lean: Callable[[], LeanValues]) -> None:
        """`lean` gives where the person leans.

        Raises:
            SettingsError: an effect or the background does not exist.
        """
        self._lean = LeanEffect(lean)
        self._settings = scene
        self._scene: Effect = create_scene(scene)
        self._background: Background = create_background(scene)

    def process(self, frame: Frame, now: float) -> Frame:
        """The picture as the outputs get it, of the scene's size."""
        return self._scene.process(self._lean.process(frame, now), now)

    def flatten(self, frame: Frame) -> Rgb:
        """The frame over the background, for outputs that know no transparency."""
        return self._background.flatten(frame)

    def preview(self, frame: Frame) -> Rgb:
        """The same for people's eyes: a checkerboard where there is no background."""
        return self._background.preview(frame)

    def change(self, scene: SceneSettings) -> None:
        """Go on with other settings of the same size.

        Raises:
            SettingsError: an effect or the background does not exist; the scene stays as it was.
        """
        if scene != self._settings:
            changed, background = create_scene(scene), create_background(scene)
            self._settings, self._scene, self._background = scene, changed, background
