from __future__ import annotations

import numpy as np
import pytest

from vtube.realtime.frame_pacer import FIRST_LEAD_S, MARGIN_S, FramePacer
from vtube.realtime.schedule import Schedule

SCHEDULE = Schedule(0.0, 50.0)


def paced(pacer: FramePacer, count: int, seconds: float, now: float = 0.0, late: float = 0.0) -> float:
    for _ in range(count):
        start, _ = pacer.plan(now, SCHEDULE)
        now = start + seconds + late
        pacer.add(start, now, SCHEDULE)
    return now


def test_the_first_frame_begins_at_once() -> None:
    start, deadline = FramePacer(0.0).plan(0.003, SCHEDULE)
    assert start == 0.003
    assert deadline >= 0.003 + FIRST_LEAD_S


def test_missed_deadlines_make_it_begin_earlier() -> None:
    pacer = FramePacer(0.0)
    now = paced(pacer, 100, 0.004)
    relaxed = pacer.lead
    assert relaxed == pytest.approx(0.004 + MARGIN_S, abs=1e-6)
    now = paced(pacer, 3, 0.004, now, late=0.003)
    assert pacer.lead > relaxed + 0.001
    paced(pacer, 2000, 0.004, now)
    assert pacer.lead == pytest.approx(relaxed, abs=1e-4)


def test_one_hiccup_does_not_make_every_frame_early() -> None:
    pacer = FramePacer(0.0)
    now = paced(pacer, 100, 0.004)
    now = paced(pacer, 1, 0.3, now)
    paced(pacer, 1, 0.004, now)
    assert pacer.lead < 0.010


def test_another_renderer_is_learnt_anew() -> None:
    pacer = FramePacer(0.0)
    now = paced(pacer, 100, 0.004)
    pacer.forget()
    assert pacer.lead == FIRST_LEAD_S
    paced(pacer, 10, 0.002, now)
    assert pacer.lead < 0.0031


def test_a_few_slow_frames_do_not_make_all_a_period_older() -> None:
    pacer, now = FramePacer(0.0), 0.0
    for round_number in range(200):
        now = paced(pacer, 1, 0.030 if round_number % 10 == 0 else 0.009, now)
    assert pacer.lead == pytest.approx(0.92 * SCHEDULE.period)
    start, deadline = pacer.plan(now, SCHEDULE)
    assert deadline - start < SCHEDULE.period


def test_frames_that_mostly_take_longer_are_drawn_back_to_back() -> None:
    pacer = FramePacer(0.0)
    now = paced(pacer, 100, 0.030)
    assert pacer.lead > SCHEDULE.period
    assert pacer.plan(now, SCHEDULE)[0] <= now + SCHEDULE.period


@pytest.mark.parametrize("slew", [0.00002, -0.00002])
def test_moving_deadlines_get_one_frame_each(slew: float) -> None:
    pacer = FramePacer(0.0)
    now = paced(pacer, 200, 0.004)
    targets = []
    for number in range(300):
        start, target = pacer.plan(now, SCHEDULE.moved(slew * number))
        now = start + 0.004
        pacer.add(start, now, SCHEDULE.moved(slew * number))
        targets.append(target)
    assert np.diff(targets) == pytest.approx([SCHEDULE.period + slew] * 299, abs=1e-9)
