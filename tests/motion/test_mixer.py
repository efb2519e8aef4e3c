from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.motion.sources import Seen
from vtube.motion.emotion import EmotionDriver
from vtube.motion.face import FaceDriver
from vtube.motion.idle import IdleMotion
from vtube.motion.manual import ManualDriver
from vtube.motion.mixer import Mixer
from vtube.motion.templates import load_templates
from vtube.motion.voice import VoiceDriver
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES, Pose
from vtube.settings import EmotionSettings, IdleSettings, MixerSettings
from vtube.signals import FaceFrame, MouthShape

TEMPLATES = load_templates()
ANY = st.floats(width=32, allow_nan=True, allow_infinity=True)


@dataclass
class Setter:
    """A driver that sets some parameters to some values."""

    values: dict[str, float]

    def drive(self, pose: Pose, now: float) -> None:
        for name, value in self.values.items():
            pose[INDEX[name]] = value


class Broken:
    def drive(self, pose: Pose, now: float) -> None:
        pose[:] = 1.0
        raise RuntimeError("no such thing")


class DirectRetargeter:
    """Takes `parameters` of a face as they are."""

    def retarget(self, frame: FaceFrame, pose: Pose, now: float) -> None:
        for name, value in frame.parameters.items():
            pose[INDEX[name]] = value


def proper(pose: Pose) -> bool:
    return bool(np.isfinite(pose).all() and (pose >= LOW).all() and (pose <= HIGH).all())


def test_upper_layers_win_where_they_own() -> None:
    pose = Mixer([Setter({"head_x": 0.1, "head_y": 0.2}), Setter({"head_x": 0.3})]).pose(0.0)
    assert pose[INDEX["head_x"]] == pytest.approx(0.3)
    assert pose[INDEX["head_y"]] == pytest.approx(0.2)


def test_not_a_number_stays_as_the_layers_below_left_it() -> None:
    pose = Mixer([Setter({"head_x": 0.1}), Setter({"head_x": float("nan"), "head_y": 0.5})]).pose(0.0)
    assert pose[INDEX["head_x"]] == pytest.approx(0.1)
    assert pose[INDEX["head_y"]] == pytest.approx(0.5)


def test_values_are_limited() -> None:
    pose = Mixer([Setter({"head_x": -3.0, "mouth_aaa": 2.0, "breathing": -1.0})]).pose(0.0)
    assert (pose[INDEX["head_x"]], pose[INDEX["mouth_aaa"]], pose[INDEX["breathing"]]) == (-1.0, 1.0, 0.0)


def test_a_broken_driver_is_passed_over_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    mixer = Mixer([Setter({"head_x": 0.1}), Broken(), Setter({"head_y": 0.2})])
    with caplog.at_level(logging.ERROR):
        poses = [mixer.pose(tick / 10) for tick in range(3)]
    assert all(pose.sum() == pytest.approx(0.3) for pose in poses)
    assert len(caplog.records) == 1


def test_every_pose_is_a_new_array() -> None:
    mixer = Mixer([Setter({"head_x": 0.1})])
    assert mixer.pose(0.0) is not mixer.pose(0.0)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), ANY), max_size=5), ANY)
def test_a_pose_is_always_fit_to_be_drawn(layers: list[dict[str, float]], now: float) -> None:
    assert proper(Mixer([Setter(values) for values in layers]).pose(now))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_all_layers_together_with_any_input_at_any_time(data: st.DataObject) -> None:
    """Tracking comes and goes, speech starts and stops, emotions and hands change, and the clock jumps about."""
    seen = Seen()
    mouth: list[MouthShape | None] = [None]
    policy = data.draw(st.sampled_from(["voice", "face", "strongest"]))
    mixing = MixerSettings(mouth_policy=policy, ease_s=data.draw(st.sampled_from([0.0, 0.6])))
    driver = FaceDriver(seen, DirectRetargeter(), mixing)
    emotion, manual = EmotionDriver(TEMPLATES, EmotionSettings()), ManualDriver()
    voice = VoiceDriver(lambda _: mouth[0], driver, mixing)
    mixer, now = Mixer([IdleMotion(IdleSettings()), driver, emotion, voice, manual]), 0.0
    for _ in range(data.draw(st.integers(1, 12))):
        now += data.draw(st.sampled_from([0.0, 1 / 60, 0.3, 100.0, -1.0]))
        values = data.draw(st.dictionaries(st.sampled_from(NAMES), ANY, max_size=8))
        seen.frame = data.draw(st.sampled_from([None, FaceFrame(now, False), FaceFrame(now, parameters=values)]))
        mouth[0] = MouthShape(now, aaa=data.draw(ANY), ooo=data.draw(ANY), speaking=data.draw(st.booleans()))
        emotion.show(data.draw(st.sampled_from(list(TEMPLATES))), data.draw(st.floats(0, 1)))
        manual.hold(data.draw(st.dictionaries(st.sampled_from(NAMES), st.floats(-5, 5), max_size=3)))
        pose = mixer.pose(now)
        assert pose.shape == (COUNT,) and pose.dtype == np.float32
        assert proper(pose)
