"""The motion of a camera without a clock: signals with times in, one pose per frame out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from vtube.motion.animator import Animator
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame, MouthShape

Signal = TypeVar("Signal", FaceFrame, MouthShape)


class Timeline(Generic[Signal]):
    """Signals in order of their times, as somebody who asks at given moments would have them."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        self._signals: Iterator[Signal] = iter(signals)
        self._next: Signal | None = next(self._signals, None)
        self._latest: Signal | None = None

    def advance(self, now: float) -> None:
        """Take over everything up to `now`, seconds from the start."""
        while self._next is not None and self._next.time <= now:
            self._latest, self._next = self._next, next(self._signals, None)

    def latest(self) -> Signal | None:
        """The newest signal, None before the first."""
        return self._latest


def performed(
    settings: Settings, seconds: float, faces: Iterable[FaceFrame] = (), mouths: Iterable[MouthShape] = ()
) -> Iterator[tuple[float, Pose]]:
    """The poses of a camera that follows `faces` and `mouths` (times from 0): (seconds, pose) for each frame."""
    face, mouth = Timeline(faces), Timeline(mouths)
    animator = Animator(settings, face.latest, lambda _: mouth.latest())
    for index in range(frame_count(seconds, settings.loop.fps)):
        now = index / settings.loop.fps
        face.advance(now)
        mouth.advance(now)
        yield now, animator.mixer.pose(now)


def frame_count(seconds: float, fps: float) -> int:
    """Frames that show everything from 0 to `seconds`, both included."""
    return int(seconds * fps) + 1
