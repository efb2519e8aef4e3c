"""The One-Euro filter: calm at rest, quick in motion, the same at any camera rate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vtube.motion.one_euro import LEAD_S, OneEuro, Unfiltered

Array = NDArray[np.float64]


def one(cutoff: float, beta: float = 0.0) -> OneEuro:
    return OneEuro(np.array([cutoff]), np.array([beta]))


def watch(smoother: OneEuro, samples: list[tuple[float, float]], moments: list[float]) -> list[float]:
    """What the filter shows at `moments` while the (time, value) samples come in."""
    shown, left = [], list(samples)
    for moment in moments:
        while left and left[0][0] <= moment:
            time, value = left.pop(0)
            smoother.update(np.array([value]), time)
        shown.append(float(smoother.at(moment)[0]))
    return shown


def test_the_first_sample_is_taken_as_it_is() -> None:
    assert watch(one(1.0), [(0.0, 0.7)], [0.0, 5.0]) == [0.7, 0.7]


def test_unfiltered_nothing_is_changed() -> None:
    unfiltered = Unfiltered(1)
    for index in range(9):
        unfiltered.update(np.array([math.sin(index)]), index / 60)
        assert unfiltered.at(index / 60 + 0.01)[0] == math.sin(index)


def test_after_the_glide_the_rest_of_a_step_halves_as_a_low_pass_does() -> None:
    cutoff, samples = 2.0, [(0.0, 0.0), (0.02, 0.0), (0.04, 1.0)]
    half_life = math.log(2) / (2 * math.pi * cutoff)
    first, second = watch(one(cutoff), samples, [0.06, 0.06 + half_life])
    assert 0.1 < first < 0.9
    assert 1 - second == pytest.approx((1 - first) / 2)


def test_a_steady_motion_is_followed_at_its_own_speed() -> None:
    samples = [(index / 30, index / 30) for index in range(60)]
    cutoff = 3.0
    shown = watch(one(cutoff), samples, [1.5 + index / 100 for index in range(30)])
    assert np.diff(shown) == pytest.approx(0.01, rel=0.2)
    assert 1.5 - shown[0] == pytest.approx(1 / 30 + 1 / (2 * math.pi * cutoff) - LEAD_S, abs=0.01)


def test_speed_raises_the_cutoff() -> None:
    samples = [(index / 60, min(index / 6, 1.0)) for index in range(20)]
    slow, quick = (watch(one(1.0, beta), samples, [0.15])[0] for beta in (0.0, 5.0))
    assert quick > slow + 0.2


def test_noise_at_rest_is_calmed() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 600)
    samples = [(index / 60, float(value)) for index, value in enumerate(noise)]
    shown = np.array(watch(one(3.0, 3.0), samples, [time for time, _ in samples]))
    assert np.abs(np.diff(shown)).mean() < 0.45 * np.abs(np.diff(noise)).mean()


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 144.0])
def test_every_camera_rate_shows_the_same_motion(fps: float) -> None:
    samples = [(index / 30, math.sin(index / 5)) for index in range(60)]
    fine = [index / 1440 for index in range(2880)]
    reference = watch(one(3.0, 2.0), samples, fine)
    step = round(1440 / fps)
    assert watch(one(3.0, 2.0), samples, fine[::step]) == pytest.approx(reference[::step], abs=1e-9)


def test_it_moves_between_the_frames_of_a_slow_tracker() -> None:
    samples = [(0.0, 0.0), (1 / 24, 0.0), (2 / 24, 0.5)]
    shown = watch(one(3.0), samples, [2 / 24 + index / 60 for index in range(3)])
    assert shown[0] < shown[1] < shown[2] < 0.5


def test_samples_that_arrive_together_do_no_harm() -> None:
    smoother = one(3.0, 2.0)
    for value in (0.0, 1.0, 0.5):
        smoother.update(np.array([value]), 1.0)
    smoother.update(np.array([0.5]), 0.5)
    assert 0.0 <= smoother.at(1.0)[0] <= 1.0
    assert smoother.at(9.0)[0] == pytest.approx(0.5)


def test_reset_forgets() -> None:
    smoother = one(1.0)
    smoother.update(np.array([1.0]), 0.0)
    smoother.reset()
    smoother.update(np.array([0.25]), 0.1)
    assert smoother.at(0.1)[0] == 0.25


@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(-1, 1)), min_size=1, max_size=40),
    st.floats(0.1, 50),
    st.floats(0, 20),
)
def test_it_never_leaves_the_range_of_its_samples(steps: list[tuple[float, float]], cutoff: float, beta: float) -> None:
    smoother, time = one(cutoff, beta), 0.0
    for step, value in steps:
        time += step
        smoother.update(np.array([value]), time)
        assert min(v for _, v in steps) - 1e-9 <= smoother.at(time + 0.01)[0] <= max(v for _, v in steps) + 1e-9
