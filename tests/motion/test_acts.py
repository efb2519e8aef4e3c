"""Gestures by name, and the layer that makes them."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.motion.act_driver import LETS_GO_S, ActDriver
from vtube.motion.acts import ACTS, ALIASES, known
from vtube.motion.body_mouth import MOUTH
from vtube.pose import INDEX, neutral
from vtube.settings import GestureSettings


def course(name: str, fps: int = 60, strength: float = 1.0) -> np.ndarray:
    driver = ActDriver(GestureSettings(strength=strength))
    driver.act(name)
    poses = []
    for tick in range(12 * fps):
        poses.append(neutral())
        driver.drive(poses[-1], 10.0 + tick / fps)
        poses[-1][MOUTH] += driver.mouth.shape
    return np.array(poses)


@pytest.mark.parametrize("name", ACTS)
def test_every_gesture_is_seen_has_no_step_and_is_over_soon(name: str) -> None:
    poses = course(name)
    assert np.abs(poses).max() > 0.15
    assert np.abs(poses[0]).max() < 0.01
    assert not poses[-1].any()
    assert np.abs(np.diff(poses, axis=0)).max() < 0.4  # a wink is as fast as a blink


def test_a_nod_goes_down_twice_and_a_shake_to_both_sides() -> None:
    nod, shake = course("nod")[:, INDEX["head_x"]], course("shake")[:, INDEX["head_y"]]
    lows = (np.diff(np.sign(np.diff(nod))) > 0).sum()
    assert lows == 2
    assert nod.min() < -0.4
    assert shake.min() < -0.3 < 0.3 < shake.max()


@pytest.mark.parametrize("name", ["yawn", "stretch"])
def test_eyes_shut_as_in_a_blink_and_not_by_the_form_that_turns_dark(name: str) -> None:
    poses = course(name)
    assert (poses[:, [INDEX["eye_relaxed_left"], INDEX["eye_relaxed_right"]]] <= 0.4).all()
    assert (poses[:, INDEX["eye_wink_left"]] > 0.85).mean() > 1.0 / 12


@pytest.mark.parametrize("name", ["yawn", "stretch", "bow", "hum", "laugh", "wink"])
def test_lids_that_a_gesture_shuts_are_shut_however_small_it_is(name: str) -> None:
    driver = ActDriver(GestureSettings())
    for number in range(8):
        driver.act(name)
        shut = 0.0
        for tick in range(10 * 30):
            pose = neutral()
            driver.drive(pose, 20.0 * number + tick / 30)
            shut = max(shut, pose[INDEX["eye_wink_left"]], pose[INDEX["eye_happy_wink_left"]])
        assert shut > 0.99


def test_a_yawn_is_wide_and_round_while_the_eyes_are_shut() -> None:
    poses = course("yawn")
    shut = poses[:, INDEX["eye_wink_left"]] > 0.8
    assert poses[shut, INDEX["mouth_aaa"]].max() > 0.85
    assert poses[shut, INDEX["mouth_ooo"]].max() > 0.6


def test_it_looks_the_same_at_any_frame_rate() -> None:
    assert np.abs(course("bow", 60)[::2] - course("bow", 30)).max() < 1e-5


def test_strength_zero_is_no_gesture() -> None:
    assert not course("laugh", strength=0.0).any()


def test_names_are_understood_as_models_write_them() -> None:
    assert [known(word) for word in ("Nod", "shake head", "head-tilt", "YES", "fly")] == [
        "nod",
        "shake",
        "tilt",
        "nod",
        "",
    ]
    assert set(ALIASES.values()) <= set(ACTS)
    driver = ActDriver(GestureSettings())
    driver.offer("moonwalk")
    with pytest.raises(SettingsError, match="'nodd'; did you mean 'nod'"):
        driver.act("nodd")


def turned(below: float, tracked: float = 0.0, name: str = "look_host") -> float:
    """The head's turn in the midst of a gesture, over a head that is turned already."""
    driver = ActDriver(GestureSettings(), tracked=lambda: tracked)
    driver.act(name)
    for now in (10.0, 11.4):
        pose = neutral()
        pose[INDEX["head_y"]] = below
        driver.drive(pose, now)
    return float(pose[INDEX["head_y"]])


def test_a_look_goes_to_its_place_from_wherever_she_looked() -> None:
    assert 0.25 < turned(-0.6) < turned(0.0) < turned(0.6) < 0.6


def test_a_look_is_only_added_to_a_tracked_head() -> None:
    assert turned(-0.6, tracked=1.0) < 0.0
    assert turned(-0.6, tracked=0.0) > turned(-0.6, tracked=0.5) > turned(-0.6, tracked=1.0)


def test_a_yawn_for_want_of_anything_to_do_ends_softly_and_one_that_was_asked_for_goes_on() -> None:
    passing, asked = ActDriver(GestureSettings()), ActDriver(GestureSettings())
    passing.pass_time("yawn")
    asked.act("yawn")
    poses = []
    for tick in range(240):
        if tick == 120:
            passing.let_go()
            asked.let_go()
        one, other = neutral(), neutral()
        passing.drive(one, tick / 60)
        asked.drive(other, tick / 60)
        one[MOUTH] += passing.mouth.shape
        other[MOUTH] += asked.mouth.shape
        poses.append((one, other))
    one, other = np.array(poses).swapaxes(0, 1)
    assert np.abs(one[:120] - other[:120]).max() < 1e-6
    assert not one[120 + round(LETS_GO_S * 60) + 1 :].any()
    assert other[180].any()
    assert np.abs(np.diff(one, axis=0)).max() < 0.1
    passing.pass_time("yawn")
    passing.drive(one[0], 20.0)
    passing.drive(one[0], 22.0)
    assert one[0].any()


def test_gestures_that_wait_are_left_out_when_all_are_broken_off_and_later_ones_are_not() -> None:
    driver = ActDriver(GestureSettings())
    driver.act("nod")
    driver.break_off()
    driver.drive(pose := neutral(), 10.0)
    driver.drive(pose, 10.2)
    assert not pose.any()
    driver.break_off()
    driver.act("nod")
    driver.drive(pose, 11.0)
    driver.drive(pose, 11.18)
    assert pose[INDEX["head_x"]] < -0.3
