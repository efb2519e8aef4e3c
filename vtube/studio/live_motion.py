"""The motion that is on air: the mixer's poses, or the last one while it is paused."""

from __future__ import annotations

from vtube.motion.animator import Animator
from vtube.pose import Pose, neutral
from vtube.signals import Marks


class LiveMotion:
    """The motion on air, which can be paused.

    The render thread asks for poses and writes `current`; any thread may read it, and pause.
    """

    def __init__(self, animator: Animator) -> None:
        self.current: Pose = neutral()
        self._animator = animator
        self._marks: Marks | None = None
        self.paused = False

    def pose(self, now: float) -> Pose:
        """The pose at `now` (monotonic seconds); the last one while paused."""
        if not self.paused:
            self.current = self._animator.mixer.pose(now)
        return self.current

    def marks(self, now: float) -> Marks | None:
        """What is drawn over the figure in its current pose at `now` (monotonic seconds)."""
        if not self.paused:
            self._marks = self._animator.marks.at(now, self.current)
        return self._marks

    def source_time(self) -> float | None:
        """When the face that the last pose shows arrived (monotonic seconds), or None."""
        return self._animator.face.source_time()

    def pause(self, paused: bool) -> None:
        """Stand still, or go on."""
        self.paused = paused
