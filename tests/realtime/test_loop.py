from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import FakeClock
from vtube.frame import blank
from vtube.realtime.loop import CATCH_UP_S, SLEW, FrameLoop
from vtube.realtime.phase_lock import PhaseLock
from vtube.realtime.picture import Picture
from vtube.realtime.schedule import Schedule

PICTURE = Picture(blank(2, 2))


class Shift(PhaseLock):
    """Wants the same offset for every face, and remembers what it was told."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.told: list[tuple[float | None, float]] = []

    def offset(self, source_time: float | None, lead: float, nominal: Schedule) -> float:
        self.told.append((source_time, lead))
        return self.seconds


class Watcher:
    """Runs a loop on a fake clock and remembers when each frame left and for which deadline."""

    def __init__(self, fps: float, lock: PhaseLock | None = None) -> None:
        self.clock = FakeClock()
        self.picture = PICTURE
        self.sent: list[tuple[float, float]] = []
        self.delays: dict[int, float] = {}
        self.loop = FrameLoop(
            fps, lambda _: self.picture, self.deliver, phase_lock=lock, clock=self.clock, sleep=self.clock.sleep
        )

    def deliver(self, _: Picture, deadline: float) -> None:
        self.sent.append((self.clock.now, deadline))
        self.clock.advance(self.delays.get(len(self.sent), 0.0))


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 60.0, 144.0])
def test_count_is_exact_and_nothing_drifts(fps: float) -> None:
    watcher = Watcher(fps)
    watcher.loop.run(60.0)
    assert len(watcher.sent) == pytest.approx(60 * fps, abs=1)
    assert watcher.sent[-1][1] == pytest.approx(1000 + (len(watcher.sent) - 1) / fps, abs=1e-9)
    assert all(left == pytest.approx(deadline, abs=1e-9) for left, deadline in watcher.sent)


def test_sixty_seconds_at_sixty_are_3600_frames() -> None:
    watcher = Watcher(60)
    watcher.loop.run(60.0)
    assert len(watcher.sent) == 3600


def test_the_first_frame_leaves_at_once() -> None:
    watcher = Watcher(30)
    watcher.loop.run(0.01)
    assert watcher.sent == [(1000.0, 1000.0)]


def test_oversleeping_does_not_move_the_deadlines() -> None:
    watcher = Watcher(50)
    watcher.clock.oversleeps = [0.003] * 200
    watcher.loop.run(2.0)
    assert [deadline for _, deadline in watcher.sent] == pytest.approx([1000 + n / 50 for n in range(100)])


def test_a_short_delay_is_caught_up() -> None:
    watcher = Watcher(60)
    watcher.delays = {10: 0.2, 50: 0.2}
    watcher.loop.run(5.0)
    assert len(watcher.sent) == 300
    assert watcher.loop.stats(watcher.clock.now).skipped == 0
    assert watcher.loop.stats(watcher.clock.now).late > 0
    assert watcher.sent[-1][0] == pytest.approx(watcher.sent[-1][1])


def test_a_long_stall_skips_whole_periods_and_keeps_the_grid() -> None:
    watcher = Watcher(60)
    watcher.delays = {10: 3600.0}
    watcher.loop.run(3602.0)
    stats = watcher.loop.stats(watcher.clock.now)
    assert stats.skipped == pytest.approx(3600 * 60, abs=60)
    assert len(watcher.sent) + stats.skipped == 3602 * 60
    burst = [left for left, _ in watcher.sent if abs(left - watcher.sent[10][0]) < 1e-6]
    assert len(burst) <= CATCH_UP_S * 60 + 1
    deadline = watcher.sent[-1][1]
    assert (deadline - 1000) * 60 == pytest.approx(round((deadline - 1000) * 60), abs=1e-4)


def test_without_a_frame_deadlines_pass() -> None:
    clock, sent = FakeClock(), []
    frames = iter([None, None, None])

    def newest(_: float) -> Picture | None:
        return next(frames, PICTURE)

    FrameLoop(10, newest, lambda _, at: sent.append(at), clock=clock, sleep=clock.sleep).run(1.0)
    assert sent == pytest.approx([1000 + n / 10 for n in range(3, 10)])


def test_the_newest_frame_goes_out_again() -> None:
    watcher = Watcher(30)
    watcher.loop.run(1.0)
    assert watcher.loop.stats(watcher.clock.now).repeated == 29


def test_stop_ends_the_loop_even_while_it_waits() -> None:
    clock = FakeClock()

    def nap(seconds: float) -> None:
        clock.advance(seconds)
        if clock.now > 1000.5:
            loop.stop()

    loop = FrameLoop(1, lambda _: PICTURE, lambda _, at: None, clock=clock, sleep=nap)
    loop.run()
    assert clock.now < 1000.7


def test_a_new_rate_holds_from_the_next_deadline() -> None:
    watcher = Watcher(10)
    original = watcher.deliver

    def deliver(picture: Picture, deadline: float) -> None:
        original(picture, deadline)
        if len(watcher.sent) == 10:
            loop.change_fps(50)

    loop = FrameLoop(10, lambda _: watcher.picture, deliver, clock=watcher.clock, sleep=watcher.clock.sleep)
    loop.run(2.0)
    assert [at for _, at in watcher.sent[:11]] == pytest.approx([1000 + n / 10 for n in range(11)])
    assert [at for _, at in watcher.sent[10:]] == pytest.approx([1001 + n / 50 for n in range(50)])


def test_stats() -> None:
    watcher = Watcher(60)
    watcher.loop.run(5.0)
    stats = watcher.loop.stats(watcher.clock.now)
    assert stats.output_fps == pytest.approx(60, rel=1e-6)
    assert stats.interval_p99_ms == pytest.approx(0, abs=1e-6)
    assert (stats.frames, stats.late, stats.skipped) == (300, 0, 0)
    assert watcher.loop.stats(watcher.clock.now + 10).output_fps == 0


def test_schedule_finds_the_next_deadline() -> None:
    schedule = Schedule(100.0, 30.0)
    assert schedule.deadline_from(100.0) == 100.0
    assert schedule.deadline_from(100.01) == pytest.approx(100 + 1 / 30)
    assert schedule.deadline_from(99.99) == pytest.approx(100.0)
    for index in range(100_000, 100_100):
        assert schedule.index_from(schedule.deadline(index)) == index


def test_moved_deadlines_come_by_and_by_and_stay_as_many() -> None:
    watcher = Watcher(60, Shift(0.005))
    watcher.loop.run(30.0)
    left = [at for at, _ in watcher.sent]
    assert len(left) == 1800
    assert left[0] == 1000.0
    assert left[-1] == pytest.approx(1000 + 1799 / 60 + 0.005, abs=1e-9)
    steps = np.diff(left)
    assert max(steps) == pytest.approx((1 + SLEW) / 60, abs=1e-9)
    assert min(steps) == pytest.approx(1 / 60, abs=1e-9)
    assert watcher.loop.nominal == Schedule(1000.0, 60)
    assert watcher.loop.schedule.start == pytest.approx(1000.005)


def test_deadlines_move_forward_too() -> None:
    watcher = Watcher(60, Shift(-0.005))
    watcher.loop.run(30.0)
    assert len(watcher.sent) == 1800
    assert watcher.sent[-1][0] == pytest.approx(1000 + 1799 / 60 - 0.005, abs=1e-9)


def test_another_rate_forgets_what_was_moved() -> None:
    clock, sent = FakeClock(), []

    def deliver(_: Picture, deadline: float) -> None:
        sent.append(deadline)
        if len(sent) == 120:
            lock.seconds = 0.0
            loop.change_fps(30)

    lock = Shift(0.001)
    loop = FrameLoop(60, lambda _: PICTURE, deliver, phase_lock=lock, clock=clock, sleep=clock.sleep)
    loop.run(4.0)
    assert loop.nominal.start > 1001
    assert loop.schedule == loop.nominal


def test_the_lock_hears_of_every_face_that_is_shown() -> None:
    lock = Shift(0.0)
    watcher = Watcher(60, lock)
    watcher.picture = Picture(blank(2, 2), 999.5, 0.01)
    watcher.loop.run(0.1)
    assert lock.told == [(999.5, 0.01)] * 6


def test_without_the_lock_deadlines_glide_back() -> None:
    watcher = Watcher(60, Shift(0.005))
    watcher.loop.run(10.0)
    assert watcher.loop.schedule.start == pytest.approx(1000.005)
    watcher.loop.lock_phase(None)
    watcher.loop.run(10.0)
    assert watcher.loop.schedule == watcher.loop.nominal
