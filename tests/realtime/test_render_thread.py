from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.fakes import FakeClock, FakeRenderer
from vtube.clock import monotonic
from vtube.frame import WHOLE, Frame, View, blank
from vtube.pose import INDEX, Pose, neutral
from vtube.realtime.render_thread import LONGEST_RETRY_S, STUCK_S, RenderStats, RenderThread
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


def test_a_fast_renderer_finishes_just_before_each_deadline() -> None:
    stand = Stand(0.004)
    stand.step(200)
    finished = [at for at, _ in stand.published[10:]]
    slack = [stand.schedule.deadline_from(at) - at for at in finished]
    assert max(slack) < 0.003
    assert np.diff(finished) == pytest.approx([1 / FPS] * (len(finished) - 1), abs=0.002)
    assert len({id(frame) for _, frame in stand.published}) == 200


def test_motion_is_that_of_the_moment_it_is_seen() -> None:
    stand = Stand(0.004)
    stand.step(50)
    shown = [stand.schedule.deadline_from(at) for at, _ in stand.published]
    assert stand.moments[10:] == pytest.approx(shown[10:], abs=1e-9)


def test_a_slow_renderer_draws_back_to_back() -> None:
    stand = Stand(0.05)
    stand.step(40)
    assert np.diff([at for at, _ in stand.published]) == pytest.approx([0.05] * 39)


def test_a_very_slow_renderer_does_not_run_ahead_of_the_tracking() -> None:
    stand = Stand(0.7)
    stand.step(20)
    begun = [at - 0.7 for at, _ in stand.published]
    assert all(moment - start <= 0.1 + 1e-9 for moment, start in zip(stand.moments, begun, strict=True))


def test_time_never_runs_backwards_when_the_speed_changes() -> None:
    stand = Stand(*([0.3] * 10 + [0.001] * 50 + [0.03] * 50 + [0.5] * 5))
    stand.step(115)
    assert (np.diff(stand.moments) >= 0).all()


@pytest.mark.parametrize("longest", [0.004, 0.01, 0.018])
def test_every_frame_of_a_faster_renderer_is_seen(longest: float) -> None:
    stand = Stand(*np.random.default_rng(1).uniform(0.001, longest, 500))
    stand.step(500)
    seen = [stand.schedule.index_from(at) for at, _ in stand.published[10:]]
    assert (np.diff(seen) > 0).mean() > 0.99


def test_few_frames_are_in_vain_when_the_speed_varies_wildly() -> None:
    stand = Stand(*np.random.default_rng(1).uniform(0.001, 0.03, 500))
    stand.step(500)
    seen = [stand.schedule.index_from(at) for at, _ in stand.published]
    assert (np.diff(seen) > 0).mean() > 0.85


def test_the_same_pose_is_not_drawn_again() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    stand.step(20)
    assert len(stand.renderer.poses) == 1
    assert stand.published[-1][1] is stand.published[0][1]


@pytest.mark.parametrize("seconds", [0.004, 0.05])
def test_a_still_pose_is_looked_at_once_per_deadline(seconds: float) -> None:
    stand = Stand(seconds, pose=lambda now: neutral())
    stand.step(200)
    assert (stand.clock.now - 1000) * FPS > 150


def test_the_scene_goes_on_over_a_still_pose() -> None:
    stand = Stand(0.004, pose=lambda now: neutral(), finish=lambda frame, now: frame.copy())
    stand.step(5)
    assert len(stand.renderer.poses) == 1
    assert len({id(frame) for _, frame in stand.published}) == 5


def test_latency_is_measured_once_per_datagram() -> None:
    stand = Stand(0.004)
    stand.step(20)
    for _ in range(10):
        stand.source = stand.clock.now
        stand.step()
        stand.clock.advance(0.001)
        stand.thread.newest(stand.clock.now)
        stand.thread.newest(stand.clock.now)
    stats = stand.thread.stats(stand.clock.now)
    assert stats.latency_ms is not None
    assert 4 < stats.latency_ms < 25
    assert stats.latency_p99_ms is not None and stats.latency_p99_ms >= stats.latency_ms


def test_no_tracking_no_latency() -> None:
    stand = Stand(0.004)
    stand.step(3)
    assert stand.thread.stats(stand.clock.now).latency_ms is None


def test_stats() -> None:
    stand = Stand(0.004)
    stand.step(200)
    stats = stand.thread.stats(stand.clock.now)
    assert stats.render_fps == pytest.approx(FPS, rel=0.01)
    assert stats.frame_ms == pytest.approx(4.0, abs=0.1)
    assert stats.failure is None


def test_a_picture_that_never_comes_is_told_while_it_hangs() -> None:
    hanging: list[RenderStats] = []

    def pose(_now: float) -> Pose:
        hanging.append(stand.thread.stats(stand.clock.now + STUCK_S + 1))
        return neutral()

    stand = Stand(0.004, pose=pose)
    stand.step()
    assert hanging[0].stuck_s == pytest.approx(STUCK_S + 1)
    assert hanging[0].failure == "a picture has been in the making for 11 s"
    later = stand.thread.stats(stand.clock.now + STUCK_S + 1)
    assert (later.stuck_s, later.failure) == (None, None)


def test_a_failing_renderer_keeps_the_last_picture_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand(0.004)
    stand.step(5)
    last = stand.published[-1][1]
    stand.renderer.failures = [RuntimeError("out of memory")] * 6
    with caplog.at_level(logging.WARNING):
        before = stand.clock.now
        while stand.renderer.failures:
            stand.step()
            assert stand.published[-1][1] is last
            assert stand.thread.stats(stand.clock.now).failure == "RuntimeError: out of memory"
        assert stand.clock.now - before > 0.25 * (1 + 2 + 4 + 8 + 16)
        stand.step(60)
    assert stand.published[-1][1] is not last
    assert stand.thread.stats(stand.clock.now).failure is None
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_the_wait_between_tries_is_bounded() -> None:
    stand = Stand(0.004)
    stand.renderer.failures = [RuntimeError("gone")] * 50
    tries: list[float] = []
    while stand.renderer.failures:
        left = len(stand.renderer.failures)
        stand.step()
        if len(stand.renderer.failures) < left:
            tries.append(stand.clock.now)
    assert max(np.diff(tries)) < LONGEST_RETRY_S + 0.2


def test_a_failing_driver_or_effect_does_not_stop_it() -> None:
    fail = [True]

    def finish(frame: Frame, now: float) -> Frame:
        if fail.pop() if fail else False:
            raise ValueError("effect")
        return frame

    stand = Stand(0.004, finish=finish)
    stand.step(10)
    assert stand.published[-1][1] is not None


def test_swap_draws_with_the_new_one_and_closes_the_old() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    stand.step(3)
    unused, wanted = FakeRenderer(stand.clock, 0.004), FakeRenderer(stand.clock, 0.004)
    stand.thread.swap_renderer(unused)
    stand.thread.swap_renderer(wanted)
    assert (unused.closed, stand.renderer.closed) == (1, 0)
    stand.step(2)
    assert (stand.renderer.closed, len(wanted.poses), wanted.closed) == (1, 1, 0)
    assert stand.published[-1][1] is not stand.published[0][1]
    stand.thread.close()
    assert wanted.closed == 1


def test_swap_ends_the_wait_after_failures() -> None:
    stand = Stand(0.004)
    stand.renderer.failures = [RuntimeError("gone")] * 1000
    stand.step(300)
    stand.thread.swap_renderer(wanted := FakeRenderer(stand.clock, 0.004))
    stand.step(2)
    assert wanted.poses


class Coloured(FakeRenderer):
    """Draws one grey."""

    def __init__(self, clock: FakeClock, seconds: float, grey: int) -> None:
        super().__init__(clock, seconds)
        self.frame = np.full((2, 2, 4), (grey, grey, grey, 255), np.uint8)

    def render(self, pose: Pose) -> Frame:
        super().render(pose)
        return self.frame


def greys(stand: Stand, steps: int) -> list[int]:
    stand.published.clear()
    stand.step(steps)
    return [int(frame[0, 0, 0]) for _, frame in stand.published if frame is not None]


def test_a_faded_swap_shows_both_and_closes_the_old_one_then() -> None:
    stand = Stand(0.004)
    stand.thread.swap_renderer(old := Coloured(stand.clock, 0.004, 50))
    stand.step(300)
    stand.thread.swap_renderer(new := Coloured(stand.clock, 0.004, 150), fade=True)
    begun = len(old.poses)
    shown = greys(stand, 50)
    assert shown == sorted(shown) and len(set(shown)) > 20
    assert (shown[0], shown[-1], old.closed) == (50, 150, 1)
    assert 25 < len(old.poses) - begun < 45
    times = np.diff([at for at, _ in stand.published[2:]])
    assert times.max() < 1.5 / FPS
    stand.thread.close()
    assert (old.closed, new.closed) == (1, 1)


def test_a_slow_renderer_is_faded_from_without_drawing_it_again() -> None:
    stand = Stand(0.2)
    stand.thread.swap_renderer(old := Coloured(stand.clock, 0.2, 50))
    stand.step(10)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    drawn = len(old.poses)
    shown = greys(stand, 50)
    assert shown == sorted(shown) and shown[0] < 60 and shown[-1] == 150
    for thread in [each for each in threading.enumerate() if each.name == "closing"]:
        thread.join(30)
    assert (len(old.poses), old.closed) == (drawn, 1)


def test_a_still_pose_fades_too() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 50))
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert len(set(greys(stand, 60))) > 20


def test_a_swap_in_the_middle_of_a_fade_leaves_nobody_open() -> None:
    stand = Stand(0.004)
    renderers = [Coloured(stand.clock, 0.004, grey) for grey in (50, 100, 150)]
    for renderer in renderers:
        stand.thread.swap_renderer(renderer, fade=True)
        stand.step(5)
    stand.thread.close()
    assert [each.closed for each in renderers] == [1, 1, 1]
    assert stand.renderer.closed == 1


def test_another_character_that_overtakes_a_better_puppet_is_not_faded_to() -> None:
    stand = Stand(0.004)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 50))
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 100), fade=False)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert greys(stand, 3) == [150, 150, 150]


def test_nothing_is_faded_from_a_picture_that_nobody_draws() -> None:
    stand = Stand(0.004)
    stand.step(3)
    stand.renderer.failures = [RuntimeError("gone")] * 1000
    stand.step(3)
    stand.thread.swap_renderer(Coloured(stand.clock, 0.004, 150), fade=True)
    assert greys(stand, 3)[-1] == 150


def test_a_throttled_slow_renderer_rests_after_each_frame() -> None:
    stand = Stand(0.2)
    stand.thread.throttle(0.8)
    stand.step(20)
    assert np.diff([at for at, _ in stand.published]) == pytest.approx([0.25] * 19, abs=0.001)


def test_a_throttled_fast_renderer_need_not_rest() -> None:
    stand = Stand(0.004)
    stand.thread.throttle(0.8)
    stand.step(100)
    assert np.diff([at for at, _ in stand.published[10:]]).max() < 1.1 / FPS


def test_nothing_before_the_first_picture() -> None:
    stand = Stand(0.004)
    assert stand.thread.newest(0.0) is None
    assert not stand.thread.wait_for_picture(0.0)
    stand.step()
    assert stand.thread.wait_for_picture(0.0)


def test_the_real_thread_starts_draws_and_ends() -> None:
    clock = FakeClock()
    renderer = FakeRenderer(clock, 0.0)
    motion = Stand(pose=lambda now: neutral())
    thread = RenderThread(renderer, motion, lambda: Schedule(0.0, 200.0), clock=monotonic, sleep=time.sleep)
    thread.start()
    assert thread.wait_for_picture(5.0)
    thread.close()
    thread.close()
    assert renderer.closed == 2
    assert "render" not in [each.name for each in threading.enumerate()]


class Viewing(FakeRenderer):
    """A renderer that draws what is shown itself; every frame is a new one."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, 0.004)
        self.views: list[View] = []

    def render_view(self, pose: Pose, view: View) -> Frame:
        self.views.append(view)
        return blank(view.width, view.height)


class Wide:
    """A scene of 64 x 32 pixels, which moves to the right by `step` pixels a frame."""

    def __init__(self, step: float = 0.0) -> None:
        self.step, self.left, self.placed = step, 0.0, 0

    def view(self, now: float) -> View:
        self.left += self.step
        return View(64, 32, 0.1, 0.1, self.left)

    def place(self, frame: Frame, now: float) -> Frame:
        self.placed += 1
        return blank(64, 32)

    def finish(self, frame: Frame, now: float) -> Frame:
        return frame


def test_a_renderer_that_can_draws_what_is_shown_and_another_one_is_placed() -> None:
    stand, wide = Stand(0.004), Wide()
    viewing = Viewing(stand.clock)
    thread = RenderThread(
        viewing, stand, lambda: stand.schedule, scene=wide, clock=stand.clock, sleep=stand.clock.sleep
    )
    thread.step()
    assert viewing.views == [View(64, 32, 0.1, 0.1)] and wide.placed == 0
    thread.swap_renderer(stand.renderer)
    thread.step()
    picture = thread.newest(stand.clock.now)
    assert wide.placed == 1 and picture is not None and picture.frame.shape == (32, 64, 4)


def test_a_pose_that_rests_is_drawn_again_only_when_something_else_is_shown() -> None:
    stand = Stand(0.004, pose=lambda now: neutral())
    for step, drawn in ((0.0, 1), (1.0, 5)):
        viewing = Viewing(stand.clock)
        thread = RenderThread(
            viewing, stand, lambda: stand.schedule, scene=Wide(step), clock=stand.clock, sleep=stand.clock.sleep
        )
        for _ in range(5):
            thread.step()
        assert len(viewing.views) == drawn


def test_both_ends_of_a_fade_are_of_the_scene_s_size() -> None:
    stand, wide = Stand(0.004), Wide()
    thread = RenderThread(
        stand.renderer, stand, lambda: stand.schedule, scene=wide, clock=stand.clock, sleep=stand.clock.sleep
    )
    for _ in range(5):
        thread.step()
    thread.swap_renderer(Viewing(stand.clock), fade=True)
    for _ in range(10):
        thread.step()
        picture = thread.newest(stand.clock.now)
        assert picture is not None and picture.frame.shape == (32, 64, 4)


class Lazy(Viewing):
    """One that can leave pixels to those who need them."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.lazily = 0

    def render_lazily(self, pose: Pose, view: View) -> Frame:
        self.lazily += 1
        return blank(view.width, view.height)


def test_pixels_are_drawn_only_while_somebody_needs_them() -> None:
    stand, needed = Stand(0.004), [False]
    lazy = Lazy(stand.clock)
    thread = RenderThread(
        lazy,
        stand,
        lambda: stand.schedule,
        scene=Wide(),
        needed=lambda: needed[0],
        clock=stand.clock,
        sleep=stand.clock.sleep,
    )
    for _ in range(5):
        thread.step()
    assert (lazy.lazily, len(lazy.views)) == (5, 0)
    needed[0] = True
    for _ in range(3):
        thread.step()
    assert (lazy.lazily, len(lazy.views)) == (5, 3)
    needed[0] = False
    thread.step()
    assert (lazy.lazily, len(lazy.views)) == (6, 3)
