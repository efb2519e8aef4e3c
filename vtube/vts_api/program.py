"""What of the program plug-ins can reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vtube.pose import Pose
from vtube.server.control import (
    EmotionControl,
    FaceControl,
    GestureControl,
    SettingsControl,
    WardrobeControl,
)
from vtube.server.seen import ScenesControl
from vtube.signals import Colouring


class EmotionState(EmotionControl, Protocol):
    """The emotion that is shown, and its name."""

    @property
    def current(self) -> str:
        """Its name, `neutral` for none."""


@dataclass(frozen=True, slots=True)
class Program:
    """The rooms' own objects; any thread may ask them.

    Attributes:
        name: of the character on air.
        sees_face: whether a tracker sees a face.
        glide: the next change of zoom and place takes so many seconds.
        framing: zoom, x, y and rotation of the settings.
        size: width and height of the picture, pixels.
        fps: output frames a second.
        tint: shows the whole figure in a colour.
        background: what lies behind the figure, as the settings say it.
        pose: the pose on air.
    """

    emotion: EmotionState
    gesture: GestureControl
    face: FaceControl
    wardrobe: WardrobeControl
    scenes: ScenesControl
    settings: SettingsControl
    name: Callable[[], str]
    sees_face: Callable[[], bool]
    pose: Callable[[], Pose]
    framing: Callable[[], tuple[float, float, float, float]]
    size: Callable[[], tuple[int, int]]
    fps: Callable[[], float]
    glide: Callable[[float], None]
    tint: Callable[[Colouring], None]
    background: Callable[[], str]
