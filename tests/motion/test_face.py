from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.motion.sources import Seen
from vtube.motion.face import FaceDriver
from vtube.motion.idle import IdleMotion
from vtube.motion.mixer import Mixer
from vtube.pose import INDEX, Pose, neutral
from vtube.settings import IdleSettings, MixerSettings
from vtube.signals import FaceFrame

HEAD_Y, BREATHING = INDEX["head_y"], INDEX["breathing"]


@dataclass
class HeadOnly:
    """Owns head_y alone: a tracked head turned as far as it goes."""

    value: float = 1.0
    seen: list[float] = field(default_factory=list)

    def retarget(self, frame: FaceFrame, pose: Pose, now: float) -> None:
        self.seen.append(frame.time)
        pose[HEAD_Y] = self.value


class Stand:
    """A face driver whose tracker the test plays, over layers below that hold 0.2 everywhere."""

    def __init__(self, value: float = 1.0, hold_lost_s: float = 0.5, ease_s: float = 0.6) -> None:
        self.frame: FaceFrame | None = None
        self.retargeter = HeadOnly(value)
        self.driver = FaceDriver(self, self.retargeter, MixerSettings(hold_lost_s=hold_lost_s, ease_s=ease_s))

    def poll(self, _now: float) -> FaceFrame | None:
        return self.frame

    def at(self, now: float) -> Pose:
        pose = np.full(45, 0.2, np.float32)
        self.driver.drive(pose, now)
        return pose

    def tracked(self, since: float, until: float, rate: float = 60.0) -> list[float]:
        head = []
        for tick in range(round((until - since) * rate)):
            now = since + tick / rate
            self.frame = FaceFrame(now)
            head.append(float(self.at(now)[HEAD_Y]))
        return head


def test_without_a_tracker_nothing_changes() -> None:
    stand = Stand()
    assert (stand.at(0.0) == np.float32(0.2)).all()
    stand.frame = FaceFrame(1.0, found=False)
    assert (stand.at(1.0) == np.float32(0.2)).all()
    assert stand.driver.source_time() is None


def test_a_face_eases_in_and_leaves_alone_what_it_does_not_own() -> None:
    stand = Stand()
    head = stand.tracked(0.0, 1.0)
    assert head[0] == pytest.approx(0.2)
    assert head == sorted(head)
    assert max(np.diff(head)) < 0.08
    assert head[-1] > 0.99
    assert stand.at(1.0)[BREATHING] == np.float32(0.2)


def test_a_lost_face_is_held_then_eased_out_then_eased_in_again() -> None:
    stand = Stand()
    stand.tracked(0.0, 3.0)
    stand.frame = FaceFrame(3.0, found=False)
    held = [float(stand.at(3.0 + tick / 60)[HEAD_Y]) for tick in range(28)]
    assert held == pytest.approx([1.0] * 28)
    fading = [float(stand.at(3.5 + tick / 60)[HEAD_Y]) for tick in range(120)]
    assert fading == sorted(fading, reverse=True)
    assert max(np.abs(np.diff(fading))) < 0.08
    assert fading[-1] == pytest.approx(0.2)
    back = stand.tracked(5.5, 7.0)
    assert back[0] == pytest.approx(0.2, abs=0.02)
    assert max(np.abs(np.diff(back))) < 0.08
    assert back[-1] == pytest.approx(1.0)


def test_a_silent_tracker_is_a_lost_face() -> None:
    stand = Stand()
    stand.tracked(0.0, 2.0)
    for tick in range(240):
        pose = stand.at(2.0 + tick / 60)
    assert pose[HEAD_Y] == pytest.approx(0.2)
    assert stand.driver.weight == 0.0


def test_turning_back_in_the_middle_of_easing_has_no_step() -> None:
    stand = Stand()
    stand.tracked(0.0, 2.0)
    stand.frame = FaceFrame(2.0, found=False)
    out = [float(stand.at(2.0 + tick / 240)[HEAD_Y]) for tick in range(150)]
    back = stand.tracked(2.0 + 150 / 240, 4.0, 240.0)
    speed = np.diff([*out, *back]) * 240
    assert np.abs(np.diff(speed)).max() < 1.0


def test_the_source_is_the_face_that_shows() -> None:
    stand = Stand()
    stand.tracked(0.0, 1.0)
    assert stand.driver.source_time() == pytest.approx(59 / 60)
    stand.frame = FaceFrame(1.0, found=False)
    stand.at(1.1)
    assert stand.driver.source_time() == pytest.approx(59 / 60)
    for tick in range(300):
        stand.at(1.1 + tick / 60)
    assert stand.driver.source_time() is None


def test_not_a_number_shows_the_layer_below() -> None:
    stand = Stand(value=float("nan"))
    assert stand.tracked(0.0, 1.0) == pytest.approx([0.2] * 60)


def test_breathing_goes_on_under_a_tracked_face() -> None:
    seen = Seen()
    mixer = Mixer([IdleMotion(IdleSettings()), FaceDriver(seen, HeadOnly(), MixerSettings())])
    breaths = []
    for tick in range(600):
        seen.frame = FaceFrame(tick / 60)
        breaths.append(float(mixer.pose(tick / 60)[BREATHING]))
    assert max(breaths) - min(breaths) > 0.5


def test_a_face_owned_parameter_is_blended_by_the_weight() -> None:
    stand = Stand()
    stand.tracked(0.0, 0.15)
    below, now = neutral(), 0.15
    stand.driver.drive(below, now)
    assert below[HEAD_Y] == pytest.approx(stand.driver.weight)
    assert 0.1 < stand.driver.weight < 0.9
