from __future__ import annotations

import pytest

from tests.fakes import FakeClock
from vtube.avatar.puppet.progress import COARSE, SAMPLING_FACES, SECONDS, TRAINING_FACES, BakeProgress, Plan

SMALL, LARGE = Plan(2, 2, 100, 100, 4), Plan(4, 4, 300, 300, 4)


def went(progress: BakeProgress, number: int, plan: Plan, clock: FakeClock, slowness: float = 1.0) -> list[float]:
    shares = []
    for stage, amount in plan.amounts().items():
        for done in range(1, amount + 1):
            clock.advance(plan.seconds(stage) * slowness)
            shares.append(progress.update(number, stage, done).progress)
    return shares


def test_it_goes_from_nothing_to_all_without_a_step_back() -> None:
    clock = FakeClock()
    progress = BakeProgress([SMALL, LARGE], clock)
    shares = went(progress, 0, SMALL, clock)
    assert 0 < shares[0] < 0.05 and shares[-1] < 0.6
    shares += went(progress, 1, LARGE, clock)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("slowness", [0.5, 1.0, 4.0])
def test_the_time_left_follows_the_computers_speed(slowness: float) -> None:
    clock = FakeClock()
    progress = BakeProgress([LARGE], clock)
    total = sum(LARGE.seconds(stage) * amount for stage, amount in LARGE.amounts().items())
    for stage, amount in list(LARGE.amounts().items())[:3]:
        for done in range(1, amount + 1):
            clock.advance(LARGE.seconds(stage) * slowness)
            step = progress.update(0, stage, done)
    assert step.seconds_left == pytest.approx((1 - step.progress) * total * slowness, rel=0.1)


def test_what_was_kept_from_before_says_nothing_about_speed() -> None:
    clock = FakeClock()
    progress = BakeProgress([LARGE], clock)
    before = progress.update(0, SAMPLING_FACES, 1).seconds_left
    clock.advance(0.001)
    after = progress.update(0, SAMPLING_FACES, 4).seconds_left
    assert after == pytest.approx(before - 3 * SECONDS[SAMPLING_FACES], rel=0.01)


def test_a_plan_that_is_skipped_counts_as_done() -> None:
    progress = BakeProgress([SMALL, LARGE], FakeClock())
    progress.skip(0)
    step = progress.update(1, TRAINING_FACES, 101)
    assert (step.stage, step.done, step.total) == (TRAINING_FACES, 101, 300)
    assert 0.25 < step.progress < 0.6


def test_the_coarse_plan_is_little_more_than_two_minutes_work() -> None:
    assert sum(COARSE.seconds(stage) * amount for stage, amount in COARSE.amounts().items()) < 145


def test_a_finished_plan_goes_on_from_the_coarse_one() -> None:
    assert all(Plan().amounts()[stage] >= amount for stage, amount in COARSE.amounts().items())


def test_a_finished_face_takes_two_cores_ten_minutes() -> None:
    assert Plan().seconds(TRAINING_FACES) > COARSE.seconds(TRAINING_FACES)
    assert Plan().face_steps * Plan().seconds(TRAINING_FACES) < 660
