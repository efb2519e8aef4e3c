"""How a renderer's picture comes to be what the scene shows: drawn so where it can, else placed afterwards."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from vtube.avatar.base import LazyRenderer, Renderer, ViewRenderer
from vtube.frame import WHOLE, Frame, View
from vtube.pose import Pose


class Scene(Protocol):
    """What stands between the renderer and the outputs; asked by the render thread alone."""

    def view(self, now: float) -> View:
        """What of the picture is shown at `now`, monotonic seconds."""

    def place(self, frame: Frame, now: float) -> Frame:
        """The same of a 512 x 512 picture that is drawn already, at `now` (monotonic seconds)."""

    def finish(self, frame: Frame, now: float) -> Frame:
        """A placed picture as the outputs get it at `now` (monotonic seconds)."""


class Sight:
    """Draws what the scene shows at a moment.

    Attributes:
        view: what is shown.
    """

    def __init__(self, scene: Scene | None) -> None:
        """`scene`: None shows the picture as it is."""
        self._scene = scene
        self._plain: tuple[Renderer, Pose, Frame] | None = None
        self.view = WHOLE
        self._now = 0.0

    def look(self, now: float) -> None:
        """Take over what the scene shows at `now`, monotonic seconds."""
        self._now = now
        if self._scene is not None:
            self.view = self._scene.view(now)

    def draw(self, renderer: Renderer, pose: Pose, lazily: bool = False) -> Frame:
        """The picture of `pose`, placed, without effects; `lazily` leaves pixels to whoever asks for them."""
        if self._scene is None:
            return renderer.render(pose)
        if lazily and isinstance(renderer, LazyRenderer):
            return renderer.render_lazily(pose, self.view)
        if isinstance(renderer, ViewRenderer):
            return renderer.render_view(pose, self.view)
        return self._scene.place(self._drawn(renderer, pose), self._now)

    def finish(self, frame: Frame) -> Frame:
        """The picture as the outputs get it."""
        return frame if self._scene is None else self._scene.finish(frame, self._now)

    def forget(self) -> None:
        """Keep no picture and no renderer."""
        self._plain = None

    def _drawn(self, renderer: Renderer, pose: Pose) -> Frame:
        plain = self._plain
        if plain is not None and plain[0] is renderer and np.array_equal(plain[1], pose):
            return plain[2]
        frame = renderer.render(pose)
        self._plain = renderer, pose, frame
        return frame
