from __future__ import annotations

import numpy as np
import pytest

from vtube.motion.blinking import blinks
from vtube.motion.gaze import jumps, look

RATE = 200


def course(seed: int, seconds: float, rate: int = RATE) -> tuple[np.ndarray, np.ndarray]:
    looks = [look(seed, tick / rate) for tick in range(int(seconds * rate))]
    return np.array([each.eyes for each in looks]), np.array([each.head for each in looks])


def test_eyes_rest_and_jump() -> None:
    eyes, head = course(1, 300)
    gaze = eyes + head
    speed = np.linalg.norm(np.diff(gaze, axis=0), axis=1) * RATE
    assert (speed < 1.0).mean() > 0.85
    assert 200 < speed.max() < 800


def test_mostly_at_the_viewer() -> None:
    eyes, head = course(2, 600, 20)
    reach = np.linalg.norm(eyes + head, axis=1)
    assert 0.4 < (reach < 3.0).mean() < 0.8
    assert 0.02 < (reach > 10.0).mean() < 0.2
    assert reach.max() < 22


def test_the_eyes_lead_the_head() -> None:
    far = [jump for _, jump in jumps(3, 10.0, 600.0) if jump.size > 11]
    assert len(far) > 20
    for jump in far:
        before, after = look(3, jump.time), look(3, jump.time + 0.05)
        eyes = np.linalg.norm(np.subtract(after.eyes, before.eyes))
        head = np.linalg.norm(np.subtract(after.head, before.head))
        assert eyes > 5 * head
        assert 0.05 <= jump.delay <= 0.2


def test_the_eyes_turn_back_as_the_head_arrives() -> None:
    eyes, head = course(4, 600)
    eye_speed, head_speed = np.diff(eyes[:, 1]) * RATE, np.diff(head[:, 1]) * RATE
    turning = (np.abs(head_speed) > 2) & (np.abs(eye_speed) < 60)
    assert turning.sum() > 500
    assert np.corrcoef(eye_speed[turning], head_speed[turning])[0, 1] < -0.9


def test_the_head_never_steps_in_speed() -> None:
    _, head = course(5, 120, 1000)
    assert np.abs(np.diff(head, 2, axis=0)).max() * 1000**2 < 600


def test_far_jumps_often_bring_a_blink() -> None:
    far = [jump for _, jump in jumps(6, 0.0, 3600.0) if jump.size > 11]
    times = np.array([blink.time for blink in blinks(6, 0.0, 3600.0, 4.0)])
    with_blink = np.mean([np.abs(times - jump.time).min() < 0.1 for jump in far])
    assert 0.4 < with_blink < 0.7


def test_any_moment_can_be_asked_for_in_any_order() -> None:
    moments = [float(now) for now in np.random.default_rng(0).uniform(-1000, 1e6, 100)]
    forth = [look(7, now) for now in moments]
    assert forth == [look(7, now) for now in reversed(moments)][::-1]


def test_continuous_where_one_slot_of_time_meets_the_next() -> None:
    eyes, head = course(8, 60, 2000)
    assert np.abs(np.diff(eyes + head, axis=0)).max() == pytest.approx(0, abs=0.5)
    assert np.abs(np.diff(head, axis=0)).max() < 0.05
