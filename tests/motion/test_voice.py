from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from vtube.motion.body_mouth import MOUTH
from vtube.motion.voice import STALE_S, VoiceDriver
from vtube.pose import INDEX, Pose, from_mapping, neutral
from vtube.settings import MixerSettings
from vtube.signals import MouthShape

AAA, OOO, SMILE = INDEX["mouth_aaa"], INDEX["mouth_ooo"], INDEX["mouth_raised_corner_left"]
Policy = Literal["voice", "face", "strongest"]


@dataclass
class Shown:
    """A layer that shows by so much."""

    weight: float


class Stand:
    """A voice over a face whose mouth stands open in an O and smiles."""

    def __init__(self, policy: Policy = "voice", face_weight: float = 1.0, face_open: float = 0.6) -> None:
        self.shape: MouthShape | None = None
        self.below = from_mapping({"mouth_ooo": face_open, "mouth_raised_corner_left": 0.5, "head_x": 0.3})
        self.driver = VoiceDriver(lambda _: self.shape, Shown(face_weight), MixerSettings(mouth_policy=policy))

    def speak(self, since: float, until: float, *, own: bool = False, **vowels: float) -> Pose:
        for tick in range(round((until - since) * 60)):
            now = since + tick / 60
            self.shape = MouthShape(now, speaking=True, own=own, **vowels)
            pose = self.at(now)
        return pose

    def at(self, now: float) -> Pose:
        pose = self.below.copy()
        self.driver.drive(pose, now)
        return pose


def test_silence_leaves_the_mouth_to_the_face() -> None:
    stand = Stand()
    assert (stand.at(0.0) == stand.below).all()
    stand.shape = MouthShape(0.1)
    assert (stand.at(0.1) == stand.below).all()


def test_while_somebody_speaks_the_mouth_is_the_voices() -> None:
    pose = Stand().speak(0.0, 1.0, aaa=0.8)
    assert pose[AAA] == pytest.approx(0.8, abs=0.01)
    assert pose[OOO] == pytest.approx(0.0, abs=0.01)
    assert pose[SMILE] == 0.5 and pose[INDEX["head_x"]] == np.float32(0.3)


def test_closed_lips_while_speaking_are_closed() -> None:
    assert Stand().speak(0.0, 1.0)[MOUTH] == pytest.approx(0.0, abs=0.01)


def test_it_takes_the_mouth_within_a_few_frames_and_gives_it_back_softly() -> None:
    stand = Stand()
    assert stand.speak(0.0, 0.07, aaa=0.8)[AAA] > 0.6
    stand.speak(0.1, 1.0, aaa=0.8)
    stand.shape = MouthShape(1.0)
    after = [float(stand.at(1.0 + tick / 60)[OOO]) for tick in range(30)]
    assert after == sorted(after)
    assert max(np.diff(after)) < 0.15
    assert after[-1] > 0.55


def test_a_voice_that_went_away_lets_go() -> None:
    stand = Stand()
    stand.speak(0.0, 1.0, aaa=0.8)
    for tick in range(120):
        pose = stand.at(1.0 + STALE_S + tick / 60)
    assert pose[AAA] == 0.0


def test_the_policy_face_keeps_a_tracked_mouth() -> None:
    assert Stand("face").speak(0.0, 1.0, aaa=0.8)[AAA] == 0.0
    assert Stand("face", face_weight=0.0).speak(0.0, 1.0, aaa=0.8)[AAA] == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("policy", ["voice", "face", "strongest"])
def test_what_she_says_herself_moves_her_mouth_whatever_a_tracked_face_does(policy: Policy) -> None:
    stand = Stand(policy, face_open=1.0)
    assert stand.speak(0.0, 1.0, own=True, aaa=0.4)[AAA] == pytest.approx(0.4, abs=0.01)
    assert stand.speak(1.0, 2.0, own=True)[MOUTH] == pytest.approx(0.0, abs=0.01)


def test_from_her_own_speech_to_a_persons_the_mouth_changes_softly() -> None:
    stand = Stand("face")
    stand.speak(0.0, 1.0, own=True, aaa=0.8)
    opened = []
    for tick in range(60):
        stand.shape = MouthShape(1.0 + tick / 60, aaa=0.8, speaking=True)
        opened.append(float(stand.at(1.0 + tick / 60)[AAA]))
    assert max(-np.diff(opened)) < 0.2
    assert opened[-1] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("face_open", "aaa", "ooo"), [(0.1, 0.8, 0.0), (0.9, 0.0, 0.9)])
def test_the_policy_strongest_follows_the_wider_mouth(face_open: float, aaa: float, ooo: float) -> None:
    pose = Stand("strongest", face_open=face_open).speak(0.0, 1.0, aaa=0.8 if aaa else 0.2)
    assert pose[AAA] == pytest.approx(aaa, abs=0.02)
    assert pose[OOO] == pytest.approx(ooo, abs=0.02)


def test_nonsense_stays_within_the_mouth() -> None:
    pose = Stand().speak(0.0, 1.0, aaa=float("nan"), iii=float("inf"), uuu=-3.0)
    assert np.isfinite(pose).all()
    assert pose[MOUTH].max() <= 1.0 and pose[MOUTH].min() >= 0.0


def test_no_voice_at_all() -> None:
    driver = VoiceDriver(lambda _: None, Shown(0.0), MixerSettings())
    pose = neutral()
    driver.drive(pose, 0.0)
    assert not pose.any()


@pytest.mark.parametrize("loud", [0.3, 0.9, 1.0])
def test_an_i_is_drawn_with_a_share_of_an_e_or_lips_would_hardly_part(loud: float) -> None:
    pose = Stand().speak(0.0, 1.0, own=True, iii=loud)
    iii, eee = float(pose[INDEX["mouth_iii"]]), float(pose[INDEX["mouth_eee"]])
    assert iii + eee == pytest.approx(loud, abs=1e-3)
    assert 0.5 < eee / iii < 0.7


def test_no_vowel_passes_1_and_the_others_are_drawn_as_they_are() -> None:
    both = Stand().speak(0.0, 1.0, own=True, iii=1.0, eee=1.0)
    assert float(both[INDEX["mouth_eee"]]) == pytest.approx(1.0, abs=1e-3)
    others = Stand().speak(0.0, 1.0, own=True, aaa=0.4, uuu=0.3, eee=0.2, ooo=0.1)
    assert others[MOUTH][:5] == pytest.approx([0.4, 0.0, 0.3, 0.2, 0.1], abs=1e-3)
