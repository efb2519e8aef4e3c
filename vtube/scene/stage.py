"""The scene of a running camera: the person's lean, then framing and effects; can be changed while it runs."""

from __future__ import annotations

from collections.abc import Callable

from vtube.errors import SettingsError
from vtube.frame import Frame, Rgb, View, changed, drawn, recipe_of
from vtube.scene.background import Background
from vtube.scene.base import EffectChain, EffectCost
from vtube.scene.colouring import Colourist
from vtube.scene.framing import LeanEffect, LeanSource
from vtube.scene.marks import draw_marks
from vtube.scene.overlay import Overlay
from vtube.scene.registry import create_background, create_framing, create_scene
from vtube.scene.repeated import Repeated
from vtube.scene.shot import TEMPLATE, Director, Subject
from vtube.settings import SceneSettings, Settings
from vtube.signals import Marks

FRAMING, EFFECTS = slice(0, 1), slice(1, None)
"""Of the scene's links."""


class Stage:
    """What lies between the renderer and the outputs."""

    def __init__(
        self,
        scene: SceneSettings,
        lean: LeanSource | None = None,
        subject: Callable[[], Subject] = lambda: TEMPLATE,
        marks: Callable[[float], Marks | None] = lambda now: None,
    ) -> None:
        """Nothing has been shown yet.

        Args:
            scene: the settings.
            lean: knows where the person leans; None stands still.
            subject: knows where the figure on air is.
            marks: knows what is drawn over it at a moment (monotonic seconds); asked once for each picture.

        Raises:
            SettingsError: an effect or the background does not exist.
        """
        self._lean = None if lean is None else LeanEffect(lean)
        self._settings = scene
        self._subject, self._marks = subject, marks
        self._has_marks = False
        self._director = Director(scene, subject)
        self._framing = create_framing(scene, self._director.values)
        self._scene: EffectChain = create_scene(scene, self._framing)
        self._background: Background = create_background(scene)
        self._shaded = self._scene.passes(0.0, EFFECTS) is not None
        self._repeated = Repeated()
        self.overlay = Overlay()
        self.colourist = Colourist()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what the outputs get, pixels."""
        return self._settings.width, self._settings.height

    def process(self, frame: Frame, now: float) -> Frame:
        """The 512 x 512 picture as the outputs get it, of the scene's size."""
        return self.finish(self.place(frame, now), now)

    def view(self, now: float) -> View:
        """What of the picture is shown at `now`, for a renderer that draws just that."""
        view = self._framing.view(now)
        return view if self._lean is None else self._lean.move(view)

    def place(self, frame: Frame, now: float) -> Frame:
        """The same for a picture that is drawn already: of the scene's size, without effects."""
        if self._lean is not None:
            frame = self._lean.process(frame, now)
        return self._scene.process(frame, now, FRAMING)

    def finish(self, frame: Frame, now: float) -> Frame:
        """A placed picture with its marks and effects; the same frame where there are none."""
        frame = self.colourist.over(frame, now)
        marks = self._marks(now)
        self._has_marks = marks is not None
        if marks is not None:
            frame = draw_marks(frame, marks, self._subject(), self.view(now))
        return self.overlay.over(self._with_effects(frame, now) if self._settings.effects else frame)

    @property
    def needs_pixels(self) -> bool:
        """Whether anything that comes after the framing is no shader. From any thread."""
        return self._has_marks or not self._shaded

    def _with_effects(self, frame: Frame, now: float) -> Frame:
        scene = self._scene
        passes = None if recipe_of(frame) is None else scene.passes(now, EFFECTS)
        if passes is None:
            return scene.process(drawn(frame), now, EFFECTS)
        if not passes:
            return frame
        return self._repeated.of(
            frame,
            (scene, passes),
            lambda: changed(frame, passes, lambda before: scene.process(before, now, EFFECTS)),
        )

    def costs(self) -> list[EffectCost]:
        """What the framing and each effect take."""
        return self._scene.costs()

    def glide(self, seconds: float) -> None:
        """Let the next change of zoom and place take so long; from any thread."""
        self._director.move.begin(seconds)

    def flatten(self, frame: Frame) -> Rgb:
        """The frame over the background, for outputs that know no transparency."""
        return self._background.flatten(frame)

    def preview(self, frame: Frame) -> Rgb:
        """The same for people's eyes: a checkerboard where there is no background."""
        return self._background.preview(frame)

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Get ready for other settings of the same size; what is returned takes them over and cannot fail.

        Raises:
            SettingsError: an effect or the background does not exist, or the size differs; nothing has changed.
        """
        scene = settings.scene
        if (scene.width, scene.height) != (self._settings.width, self._settings.height):
            raise SettingsError("the size of the picture cannot change while the camera runs; set it in the file")
        if look_of(scene) == look_of(self._settings):
            return lambda: None
        framing = create_framing(scene, self._director.values)
        chain, background = create_scene(scene, framing), create_background(scene)

        def commit() -> None:
            self._director.scene = scene
            self._settings, self._scene, self._background = scene, chain, background
            self._framing = framing
            self._shaded = chain.passes(0.0, EFFECTS) is not None

        return commit


def look_of(scene: SceneSettings) -> SceneSettings:
    """The scene without the looks that are kept for another time."""
    return scene.model_copy(update={"presets": {}})
