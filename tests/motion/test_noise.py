from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.motion.noise import smooth, uniform


@given(st.integers(-(2**63), 2**63), st.integers(0, 1000), st.integers(-(2**40), 2**40))
def test_uniform_is_a_number_below_one_that_stays_the_same(seed: int, stream: int, index: int) -> None:
    assert 0.0 <= uniform(seed, stream, index) < 1.0
    assert uniform(seed, stream, index) == uniform(seed, stream, index)


@pytest.mark.parametrize("vary", ["index", "stream", "seed"])
def test_uniform_looks_random_along_every_axis(vary: str) -> None:
    axes = {"seed": 1, "stream": 2, "index": 3}
    numbers = np.array([uniform(**{**axes, vary: at}) for at in range(20_000)])
    assert np.histogram(numbers, 20, (0, 1))[0] == pytest.approx([1000] * 20, abs=150)
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.03


def test_smooth_noise_has_unit_deviation_and_stays_in_its_band() -> None:
    rate, knot = 20.0, 1.0
    noise = np.array([smooth(0, 7, tick / rate, knot) for tick in range(40_000)])
    assert noise.mean() == pytest.approx(0, abs=0.1)
    assert noise.std() == pytest.approx(1.0, abs=0.05)
    assert np.abs(noise).max() < 2.6
    power = np.abs(np.fft.rfft(noise)) ** 2
    share = np.cumsum(power) / power.sum()
    frequencies = np.fft.rfftfreq(len(noise), 1 / rate)
    assert frequencies[np.searchsorted(share, 0.9)] < 0.4 / knot
    assert frequencies[np.searchsorted(share, 0.99)] < 0.6 / knot


def test_smooth_noise_has_no_steps_in_speed() -> None:
    step = 1e-3
    noise = np.array([smooth(3, 1, tick * step, 1.0) for tick in range(20_000)])
    assert np.abs(np.diff(noise, 2)).max() / step**2 < 10
    assert np.abs(np.diff(noise, 3)).max() / step**3 < 40
