"""The motion of one character, put together."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from vtube.motion.animator import Animator
from vtube.pose import INDEX
from vtube.settings import Settings, parse
from vtube.signals import FaceFrame

TURNED = FaceFrame(0.0, head=(0.0, 15.0, 0.0), source="vts")


def still(**retarget: Any) -> Settings:
    """A character that moves by its face only, without smoothing."""
    idle = {"breathing": 0, "blinking": 0, "gaze": 0, "sway": 0}
    return parse({"idle": idle, "mixer": {"ease_s": 0}, "retarget": {"smoothing": 0, **retarget}})


def turn(animator: Animator, now: float) -> float:
    return float(animator.mixer.pose(now)[INDEX["head_y"]])


def calibrated(settings: Settings) -> Animator:
    """A session in which the user asked for the neutral face while turned aside."""
    animator = Animator(settings, lambda: TURNED, lambda _: None)
    animator.retargeter.calibrate()
    animator.mixer.pose(0.0)
    for thread in threading.enumerate():
        if thread.name == "kept faces":
            thread.join()
    return animator


def test_a_neutral_face_that_was_asked_for_outlives_the_program() -> None:
    calibrated(still())
    again = Animator(still(), lambda: TURNED, lambda _: None)
    assert turn(again, 0.0) == pytest.approx(0.0, abs=1e-4)
    assert again.retargeter.calibrated


@pytest.mark.parametrize("then", [{"keep_neutral": False}, {"mode": "classic"}])
def test_it_does_not_where_that_is_not_wanted(then: dict[str, Any]) -> None:
    calibrated(still())
    again = Animator(still(**then), lambda: TURNED, lambda _: None)
    assert turn(again, 0.0) < -0.4
    assert not again.retargeter.calibrated


def test_switched_off_nothing_is_written() -> None:
    calibrated(still(keep_neutral=False))
    again = Animator(still(), lambda: TURNED, lambda _: None)
    assert turn(again, 0.0) < -0.4


def test_it_stays_when_the_settings_change() -> None:
    animator = calibrated(still())
    animator.change(still(roll_range_deg=30.0))
    assert turn(animator, 1.0) == pytest.approx(0.0, abs=1e-4)
