from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import PoseError
from vtube.motion.manual import ManualDriver
from vtube.pose import INDEX, Pose

HEAD_X, HEAD_Y = INDEX["head_x"], INDEX["head_y"]


def play(driver: ManualDriver, since: float, until: float, below: float = 0.2) -> list[Pose]:
    poses = []
    for tick in range(round((until - since) * 60)):
        pose = np.full(45, below, np.float32)
        driver.drive(pose, since + tick / 60)
        poses.append(pose)
    return poses


def test_nothing_held_changes_nothing() -> None:
    assert all((pose == np.float32(0.2)).all() for pose in play(ManualDriver(), 0.0, 1.0))


def test_held_parameters_ease_to_their_value_exactly_and_stay() -> None:
    driver = ManualDriver()
    play(driver, 0.0, 0.5)
    driver.hold({"head_x": -0.8})
    poses = play(driver, 0.5, 2.0)
    head = [float(pose[HEAD_X]) for pose in poses]
    assert head == sorted(head, reverse=True)
    assert head[0] > -0.1
    assert head[-1] == np.float32(-0.8)
    assert all(pose[HEAD_Y] == np.float32(0.2) for pose in poses)


def test_single_parameters_are_held_and_freed_beside_the_others() -> None:
    driver = ManualDriver()
    driver.hold({"head_x": 1.0, "head_y": -0.5})
    driver.change({"head_x": None, "iris_small_left": 0.25})
    assert driver.held == {"head_y": -0.5, "iris_small_left": 0.25}
    with pytest.raises(PoseError):
        driver.change({"head_y": None, "no_such": 1.0})
    assert driver.held == {"head_y": -0.5, "iris_small_left": 0.25}
    driver.change({"head_y": None, "iris_small_left": None})
    assert driver.held == {}


def test_a_new_call_holds_exactly_the_new_ones() -> None:
    driver = ManualDriver()
    driver.hold({"head_x": 1.0})
    play(driver, 0.0, 1.0)
    driver.hold({"head_y": 1.0})
    pose = play(driver, 1.0, 3.0)[-1]
    assert (pose[HEAD_X], pose[HEAD_Y]) == (np.float32(0.2), 1.0)


@pytest.mark.parametrize("nothing", [None, {}])
def test_release_eases_back(nothing: dict[str, float] | None) -> None:
    driver = ManualDriver()
    driver.hold({"head_x": 1.0})
    play(driver, 0.0, 1.0)
    driver.hold(nothing)
    head = [float(pose[HEAD_X]) for pose in play(driver, 1.0, 3.0)]
    assert head[0] > 0.95
    assert max(np.abs(np.diff(head))) < 0.1
    assert head[-1] == np.float32(0.2)


def test_a_slider_that_moves_is_followed_without_steps() -> None:
    driver, head = ManualDriver(), []
    driver.hold({"head_x": 0.0})
    play(driver, 0.0, 1.0)
    for tick in range(60):
        driver.hold({"head_x": 1.0 if tick >= 30 else 0.0})
        head += [float(pose[HEAD_X]) for pose in play(driver, 1.0 + tick / 60, 1.0 + (tick + 1) / 60)]
    assert max(np.abs(np.diff(head))) < 0.3
    assert head[-1] > 0.99


def test_wrong_names_and_values_hold_nothing_new() -> None:
    driver = ManualDriver()
    driver.hold({"head_x": 1.0})
    with pytest.raises(PoseError, match="did you mean head_y"):
        driver.hold({"head_yy": 1.0})
    with pytest.raises(PoseError, match="needs a number"):
        driver.hold({"head_y": float("nan")})
    assert play(driver, 0.0, 2.0)[-1][HEAD_X] == 1.0
