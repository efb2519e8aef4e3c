"""Stills of the character on air in any poses, framed as the scene is, drawn beside the camera."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

from vtube.avatar.base import Renderer, ViewRenderer
from vtube.frame import Frame, drawn
from vtube.motion.emotion import EmotionDriver, scaled
from vtube.motion.templates import find
from vtube.pose import INDEX, Pose, from_mapping, neutral
from vtube.scene.shot import Subject
from vtube.scene.stage import Stage
from vtube.settings import SettingsOwner


class Stills:
    """Draws them one after another. Any thread may call."""

    def __init__(
        self,
        artist: Callable[[], Renderer],
        subject: Callable[[], Subject],
        settings: SettingsOwner,
        emotion: EmotionDriver,
    ) -> None:
        """Nothing is made yet.

        Args:
            artist: makes a renderer for these pictures alone, which is closed here.
            subject: where the figure on air is.
            settings: how the scene is framed, and its size.
            emotion: knows the expressions.
        """
        self._artist, self._subject, self._settings, self._emotion = artist, subject, settings, emotion

    def pose(self, expression: str | None, strength: float, values: Mapping[str, float]) -> Pose:
        """An expression at a strength (0..1), and parameters in place of its own.

        Raises:
            SettingsError: there is no such expression.
            PoseError: there is no such parameter.
        """
        pose = neutral()
        if expression is not None:
            pose[:] = find(self._emotion.templates, expression) * scaled(strength)
        asked = from_mapping(values)
        for name in values:
            pose[INDEX[name]] = asked[INDEX[name]]
        return pose

    def size(self) -> tuple[int, int]:
        """Width and height of the scene."""
        scene = self._settings.in_force.scene
        return scene.width, scene.height

    def draw(self, poses: Sequence[Pose], size: tuple[int, int]) -> Generator[Frame]:
        """Each pose, RGBA, of `size` (width, height), framed as the scene, without its effects.

        Blocks at each. Close the iterator to give the renderer back.

        Raises:
            EngineError: no engine draws the character.
        """
        plain = {"effects": [], "width": size[0], "height": size[1]}
        stage = Stage(self._settings.in_force.scene.model_copy(update=plain), None, self._subject)
        artist = self._artist()
        try:
            for pose in poses:
                if isinstance(artist, ViewRenderer):
                    yield drawn(artist.render_view(pose, stage.view(0.0)))
                else:
                    yield stage.place(artist.render(pose), 0.0)
        finally:
            artist.close()
