from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.motion.easing import Fader, Follower, minimum_jerk, smoothstep


def test_covers_98_percent_within_its_time_and_then_arrives() -> None:
    fader = Fader(0.6)
    fader.toward(False, 0.0)
    fader.toward(True, 0.0)
    assert fader.toward(True, 0.6) == pytest.approx(0.983, abs=0.002)
    assert fader.toward(True, 2.0) == 1.0
    assert fader.toward(False, 2.0) == 1.0
    assert fader.toward(False, 4.0) == 0.0


@pytest.mark.parametrize("fps", [24, 30, 60, 1000])
def test_the_way_does_not_depend_on_the_frame_rate(fps: int) -> None:
    fader = Fader(0.5)
    for tick in range(fps // 2 + 1):
        fader.toward(True, tick / fps)
    assert fader.weight == pytest.approx(1 - 7 * math.exp(-6), abs=1e-9)


def test_no_step_in_value_or_speed_when_the_target_turns_back() -> None:
    fader, step = Fader(0.5), 1e-4
    weights = [fader.toward(tick < 1500, tick * step) for tick in range(10_000)]
    speed = np.diff(weights) / step
    assert np.abs(np.diff(weights)).max() < 0.0005
    assert np.abs(np.diff(speed)).max() < 0.2
    assert min(weights) >= 0.0


@given(st.lists(st.tuples(st.booleans(), st.floats(-1, 10)), max_size=50), st.floats(0, 5))
def test_a_weight_is_always_a_weight(moves: list[tuple[bool, float]], seconds: float) -> None:
    fader, now = Fader(seconds), 0.0
    for on, step in moves:
        now += step
        assert 0.0 <= fader.toward(on, now) <= 1.0


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf])
def test_a_nonsense_time_changes_nothing(nonsense: float) -> None:
    fader = Fader(0.5)
    fader.toward(True, 0.0)
    fader.toward(True, 0.1)
    before = fader.weight
    assert fader.toward(True, nonsense) == pytest.approx(before, abs=1.0)
    assert math.isfinite(fader.toward(True, 0.2))


def test_no_time_jumps() -> None:
    fader = Fader(0.0)
    assert fader.toward(True, 0.0) == 1.0
    assert fader.toward(False, 0.0) == 0.0


def test_numbers_jump_one_by_one() -> None:
    follower = Follower(np.zeros(2), 1.0)
    follower.jump(np.ones(2), np.array([True, False]))
    assert follower.value.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("curve", [smoothstep, minimum_jerk])
def test_curves_rest_at_both_ends(curve: object) -> None:
    assert callable(curve)
    assert [curve(share) for share in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.5, 1, 1]
    assert curve(0.001) < 1e-5
    assert 1 - curve(0.999) < 1e-5
