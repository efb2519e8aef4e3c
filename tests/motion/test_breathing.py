from __future__ import annotations

import numpy as np
import pytest

from vtube.motion.breathing import breathing

RATE = 100


def course(seed: int, seconds: float, rate: int = RATE, per_minute: float = 15.0) -> np.ndarray:
    return np.array([breathing(seed, tick / rate, per_minute) for tick in range(int(seconds * rate))])


def begins(values: np.ndarray) -> np.ndarray:
    """Seconds at which the lungs pass 40 % on the way in."""
    full = values > 0.4
    return np.flatnonzero(np.diff(full.astype(int)) > 0) / RATE


@pytest.mark.parametrize("per_minute", [6.0, 15.0, 30.0])
def test_as_many_breaths_as_asked(per_minute: float) -> None:
    assert len(begins(course(0, 600, per_minute=per_minute))) == pytest.approx(10 * per_minute, abs=2)


def test_no_breath_is_like_the_last() -> None:
    values = course(1, 600)
    lengths = np.diff(begins(values))
    assert 0.04 < lengths.std() / lengths.mean() < 0.2
    tops = [chunk.max() for chunk in np.array_split(values, 150)]
    assert np.std(tops) > 0.03
    assert values.min() >= 0.0 and values.max() <= 1.0
    assert values.max() > 0.9


def test_in_is_shorter_than_out() -> None:
    speed = np.diff(course(2, 600)) * RATE
    inhaling, exhaling = (speed > 0.01).mean(), (speed < -0.01).mean()
    assert 0.25 < inhaling < 0.42
    assert exhaling > 1.25 * inhaling


def test_no_steps_in_speed() -> None:
    values = course(3, 60, 1000)
    assert np.abs(np.diff(values, 2)).max() * 1000**2 < 5


def test_any_moment_can_be_asked_for_in_any_order() -> None:
    moments = [float(now) for now in np.random.default_rng(0).uniform(-1000, 1e6, 200)]
    forth = [breathing(4, now, 15.0) for now in moments]
    assert forth == [breathing(4, now, 15.0) for now in reversed(moments)][::-1]
