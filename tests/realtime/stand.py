"""A render thread on a fake clock."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes import FakeClock, FakeRenderer
from vtube.frame import WHOLE, Frame, View
from vtube.pose import INDEX, Pose, neutral
from vtube.realtime.render_thread import RenderThread
from vtube.realtime.schedule import Schedule

FPS = 50.0


class SceneOf:
    """A scene of one function, that shows the whole picture."""

    def __init__(self, finish: Callable[[Frame, float], Frame]) -> None:
        self.finish = finish

    def view(self, now: float) -> View:
        return WHOLE

    def place(self, frame: Frame, now: float) -> Frame:
        return frame


class Stand:
    """A render thread on a fake clock, stepped by the test; every pose is another one."""

    def __init__(
        self,
        *seconds: float,
        pose: Callable[[float], Pose] | None = None,
        finish: Callable[[Frame, float], Frame] | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.renderer = FakeRenderer(self.clock, *seconds)
        self.schedule = Schedule(self.clock.now, FPS)
        self.moments: list[float] = []
        self.published: list[tuple[float, Frame | None]] = []
        self.source: float | None = None
        self._pose = pose or self.another_pose
        self.thread = RenderThread(
            self.renderer,
            self,
            lambda: self.schedule,
            scene=None if finish is None else SceneOf(finish),
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def pose(self, now: float) -> Pose:
        self.moments.append(now)
        return self._pose(now)

    def source_time(self) -> float | None:
        return self.source

    def another_pose(self, now: float) -> Pose:
        pose = neutral()
        pose[INDEX["breathing"]] = (len(self.moments) % 1000) / 1000
        return pose

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            self.thread.step()
            picture = self.thread.newest(self.clock.now)
            self.published.append((self.clock.now, None if picture is None else picture.frame))
