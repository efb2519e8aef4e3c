"""When frames are drawn, of which moment, and what happens to a renderer that fails."""

from __future__ import annotations

import logging
import threading
import time

import numpy as np
import pytest

from tests.fakes import FakeClock, FakeRenderer
from tests.realtime.stand import FPS, Stand
from vtube.clock import monotonic
from vtube.frame import Frame
from vtube.pose import Pose, neutral
from vtube.realtime.render_thread import LONGEST_RETRY_S, STUCK_S, RenderStats, RenderThread
from vtube.realtime.schedule import Schedule


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
    draws: list[bool] = []

    def pose(_now: float) -> Pose:
        hanging.append(stand.thread.stats(stand.clock.now + STUCK_S + 1))
        draws.extend(stand.thread.is_drawing(stand.clock.now + after_s) for after_s in (STUCK_S - 1, STUCK_S + 1))
        return neutral()

    stand = Stand(0.004, pose=pose)
    stand.step()
    assert hanging[0].stuck_s == pytest.approx(STUCK_S + 1)
    assert hanging[0].failure == "a picture has been in the making for 11 s"
    later = stand.thread.stats(stand.clock.now + STUCK_S + 1)
    assert (later.stuck_s, later.failure) == (None, None)
    assert [*draws, stand.thread.is_drawing(stand.clock.now)] == [True, False, False]


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
