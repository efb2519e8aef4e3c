from __future__ import annotations

import pytest

from tests.fakes import FakeClock
from vtube.avatar.puppet.progress import COARSE, LEARNING_FACES, SECONDS, WATCHING_FACES, Course, Plan

SMALL, LARGE = Plan(2, 2, 100, 100, 4), Plan(4, 4, 300, 300, 4)


def went(course: Course, number: int, plan: Plan, clock: FakeClock, slowness: float = 1.0) -> list[float]:
    progress = []
    for stage, amount in plan.amounts().items():
        for done in range(1, amount + 1):
            clock.advance(SECONDS[stage] * slowness)
            progress.append(course.step(number, stage, done).progress)
    return progress


def test_it_goes_from_nothing_to_all_without_a_step_back() -> None:
    clock = FakeClock()
    course = Course([SMALL, LARGE], clock)
    progress = went(course, 0, SMALL, clock)
    assert 0 < progress[0] < 0.05 and progress[-1] < 0.6
    progress += went(course, 1, LARGE, clock)
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("slowness", [0.5, 1.0, 4.0])
def test_the_time_left_follows_the_computers_speed(slowness: float) -> None:
    clock = FakeClock()
    course = Course([LARGE], clock)
    total = sum(SECONDS[stage] * amount for stage, amount in LARGE.amounts().items())
    for stage, amount in list(LARGE.amounts().items())[:3]:
        for done in range(1, amount + 1):
            clock.advance(SECONDS[stage] * slowness)
            step = course.step(0, stage, done)
    assert step.seconds_left == pytest.approx((1 - step.progress) * total * slowness, rel=0.1)


def test_what_was_kept_from_before_says_nothing_about_speed() -> None:
    clock = FakeClock()
    course = Course([LARGE], clock)
    before = course.step(0, WATCHING_FACES, 1).seconds_left
    clock.advance(0.001)
    after = course.step(0, WATCHING_FACES, 4).seconds_left
    assert after == pytest.approx(before - 3 * SECONDS[WATCHING_FACES], rel=0.01)


def test_a_plan_that_is_skipped_counts_as_done() -> None:
    course = Course([SMALL, LARGE], FakeClock())
    course.skip(0)
    step = course.step(1, LEARNING_FACES, 101)
    assert (step.stage, step.done, step.total) == (LEARNING_FACES, 101, 300)
    assert 0.25 < step.progress < 0.6


def test_the_coarse_plan_is_two_and_a_half_minutes_work() -> None:
    assert sum(SECONDS[stage] * amount for stage, amount in COARSE.amounts().items()) < 160


def test_a_finished_plan_goes_on_from_the_coarse_one() -> None:
    assert all(Plan().amounts()[stage] >= amount for stage, amount in COARSE.amounts().items())
