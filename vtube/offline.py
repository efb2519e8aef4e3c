"""Frame-exact video without a clock: every frame is rendered, however long it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from vtube.avatar.base import Renderer
from vtube.frame import Frame
from vtube.outputs.base import Output
from vtube.performance import Performance
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame


class Finish(Protocol):
    """What the scene does to a drawn frame."""

    def apply(self, frame: Frame, now: float) -> Frame:
        """The frame as the output gets it."""


class Timeline:
    """Faces in order of time, as a tracker that is asked at given moments would have them."""

    def __init__(self, frames: Iterable[FaceFrame]) -> None:
        self._frames = iter(frames)
        self._next = next(self._frames, None)
        self._latest: FaceFrame | None = None

    def advance(self, now: float) -> None:
        """Take over every face up to `now`, seconds from the start."""
        while self._next is not None and self._next.time <= now:
            self._latest, self._next = self._next, next(self._frames, None)

    def latest(self) -> FaceFrame | None:
        """The newest face, None before the first."""
        return self._latest


def performed(settings: Settings, faces: Sequence[FaceFrame], fps: float) -> Iterator[tuple[float, Pose]]:
    """The poses of a camera that follows `faces` (times from 0): (seconds, pose) for each frame."""
    timeline = Timeline(faces)
    performance = Performance(settings, timeline.latest, lambda: None)
    for index in range(int(faces[-1].time * fps) + 1 if faces else 0):
        now = index / fps
        timeline.advance(now)
        yield now, performance.mixer.pose(now)


def render(poses: Iterable[tuple[float, Pose]], renderer: Renderer, scene: Finish, output: Output,
           progress: Callable[[], None] = lambda: None) -> int:
    """Draw every pose into `output`; returns the number of frames. The output is closed even on Ctrl-C.

    Raises:
        OutputError: the output cannot be opened or written.
    """
    count = 0
    output.open()
    try:
        for now, pose in poses:
            output.send(scene.apply(renderer.render(pose), now), now)
            count += 1
            progress()
    finally:
        output.close()
    return count
