from __future__ import annotations

import dataclasses

import numpy as np

from vtube.motion.sway import sway

RATE = 50


def course(seed: int, seconds: float, rate: int = RATE) -> np.ndarray:
    return np.array([dataclasses.astuple(sway(seed, tick / rate)) for tick in range(int(seconds * rate))])


def test_slow_and_small() -> None:
    motion = course(0, 1000, 10)
    assert ((motion.std(axis=0) > 0.05) & (motion.std(axis=0) < 0.25)).all()
    assert np.abs(motion).max() < 0.8
    assert np.abs(motion.mean(axis=0)).max() < 0.05


def test_all_its_power_lies_below_one_hertz() -> None:
    motion = course(1, 400)
    power = np.abs(np.fft.rfft(motion - motion.mean(axis=0), axis=0)) ** 2
    frequencies = np.fft.rfftfreq(len(motion), 1 / RATE)
    assert (power[frequencies > 1.0].sum(axis=0) / power.sum(axis=0)).max() < 0.002


def test_no_steps_in_speed() -> None:
    motion = course(2, 20, 1000)
    speed = np.diff(motion, axis=0) * 1000
    assert np.abs(speed).max() < 0.6
    assert np.abs(np.diff(speed, axis=0)).max() * 1000 < 2.0


def test_the_body_goes_part_of_the_way_with_the_head() -> None:
    _, head_y, neck_z, body_y, body_z = course(3, 2000, 5).T
    assert 0.2 < np.corrcoef(head_y, body_y)[0, 1] < 0.8
    assert 0.2 < np.corrcoef(neck_z, body_z)[0, 1] < 0.8


def test_head_turn_and_tilt_are_their_own() -> None:
    head_x, head_y, neck_z, _, _ = course(4, 4000, 2).T
    assert abs(np.corrcoef(head_x, head_y)[0, 1]) < 0.2
    assert abs(np.corrcoef(head_y, neck_z)[0, 1]) < 0.2
