"""The mouth of a body that laughs, sighs or yawns, as the whole animator shows it."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.motion.test_voice import Shown
from vtube.motion.animator import Animator
from vtube.motion.body_mouth import MOUTH, Opening, laughing
from vtube.motion.voice import VoiceDriver
from vtube.offline.performance import SignalPlayback
from vtube.pose import INDEX, from_mapping
from vtube.settings import MixerSettings, Settings
from vtube.signals import CueKind, FaceFrame, MouthShape, SpeechCue

AAA, OOO, BREATH = INDEX["mouth_aaa"], INDEX["mouth_ooo"], INDEX["breathing"]
HAPPY_EYES = [INDEX["eye_happy_wink_left"], INDEX["eye_happy_wink_right"]]
LAUGH, SIGH = SpeechCue(CueKind.LAUGH, 1.0, 1.4, number=1), SpeechCue(CueKind.SIGH, 1.0, 1.2, number=2)
SILENT, SPOKEN = (0.5, 2.6), (0.5, 4.5)
STILL = Settings.model_validate({"idle": {"breathing": 0, "energy": 0, "face": 0}})


@cache
def course(
    cues: tuple[SpeechCue, ...] = (),
    fps: int = 60,
    *,
    own: tuple[float, float] = SILENT,
    aaa: float = 0.0,
    act: str = "",
    mood: str = "neutral",
    rests: float = math.inf,
) -> np.ndarray:
    """Poses of 5 s while a sentence of her own lasts, whose sound opens the mouth by `aaa`; she `rests` at a moment."""

    def mouth(now: float) -> MouthShape | None:
        return MouthShape(now, aaa=aaa, speaking=True, own=True) if own[0] <= now < own[1] else None

    animator, poses = Animator(STILL, SignalPlayback[FaceFrame]([]), mouth, lambda now: cues), []
    animator.emotion.show(mood)
    for tick in range(5 * fps):
        if act and tick == fps:
            animator.acts.act(act)
        if tick == rests * fps:
            animator.rest()
        poses.append(animator.mixer.pose(tick / fps))
    shown = np.array(poses)
    shown.flags.writeable = False  # several tests look at it
    return shown


def peaks(values: np.ndarray) -> list[int]:
    return [at for at in range(1, len(values) - 1) if values[at - 1] < values[at] >= values[at + 1]]


@pytest.mark.parametrize("said", [{"cues": (LAUGH,)}, {"act": "laugh"}])
@pytest.mark.parametrize("mood", ["neutral", "amusement"])
def test_a_laugh_without_a_voice_opens_the_mouth_and_bounces(said: dict[str, Any], mood: str) -> None:
    opened = course(**said, mood=mood)[:, AAA]
    assert opened[60:150].max() > 0.75
    tops = [at for at in peaks(opened) if 70 <= at < 140]
    assert len(tops) >= 4
    assert np.diff(tops).mean() / 60 == pytest.approx(1 / 4.5, abs=0.03)
    assert min(opened[70:110]) < max(opened[70:110]) - 0.3
    assert opened.max() <= 1.0


@pytest.mark.parametrize("said", [{"cues": (LAUGH,)}, {"act": "laugh"}, {"cues": (SIGH,)}, {"act": "sigh"}])
def test_the_mouth_is_shut_before_and_after_and_opens_without_a_step(said: dict[str, Any]) -> None:
    opened = course(**said, fps=120)[:, MOUTH]
    assert not opened[:120].any() and not opened[-60:].any()
    assert np.abs(np.diff(opened, axis=0)).max() < 0.08


def test_the_mouth_bounces_with_the_breath() -> None:
    poses = course((LAUGH,), fps=120)
    tops = [at for at in peaks(poses[:, AAA]) if 150 < at < 250]
    breaths = np.array([at for at in peaks(poses[:, BREATH]) if 130 < at < 260])
    assert all(np.abs(breaths - top).min() <= 2 for top in tops)


@pytest.mark.parametrize("said", [{"cues": (SIGH,)}, {"act": "sigh"}])
def test_a_sigh_parts_the_lips_a_little_as_the_breath_goes_out(said: dict[str, Any]) -> None:
    poses = course(**said)
    lips = poses[:, [AAA, OOO]].sum(axis=1)
    assert 0.3 < lips.max() < 0.7
    assert not lips[:85].any()
    assert poses[lips.argmax() + 20, BREATH] < poses[lips.argmax() - 10, BREATH]


@pytest.mark.parametrize("cue", [LAUGH, SIGH])
def test_a_voice_that_sounds_keeps_the_mouth(cue: SpeechCue) -> None:
    said, with_body = (course(cues, own=SPOKEN, aaa=0.4) for cues in ((), (cue,)))
    assert (said[:, MOUTH] == with_body[:, MOUTH]).all()


def test_the_lips_of_an_m_stay_shut_in_a_laugh() -> None:
    """0.12 s shut within speech are the voice's."""
    body = Opening(1.0, np.array([0.9, 0, 0, 0, 0, 0]))
    shapes = {
        tick: MouthShape(tick / 60, aaa=0.0 if 40 <= tick < 47 else 0.5, speaking=True, own=True) for tick in range(90)
    }
    driver = VoiceDriver(lambda now: shapes[round(60 * now)], Shown(0.0), MixerSettings(), lambda: body)
    seen = []
    for tick in shapes:
        pose = from_mapping({})
        driver.drive(pose, tick / 60)
        seen.append(pose[AAA])
    assert seen[40:47] == [0.0] * 7


@pytest.mark.parametrize(("policy", "aaa", "ooo"), [("voice", 0.8, 0.0), ("face", 0.0, 0.3), ("strongest", 0.8, 0.0)])
@pytest.mark.parametrize("speaking", [False, True])
def test_a_tracked_face_shares_its_mouth_by_the_policy(policy: str, aaa: float, ooo: float, speaking: bool) -> None:
    body = Opening(1.0, np.array([0.8, 0, 0, 0, 0, 0]))
    driver = VoiceDriver(
        lambda now: MouthShape(now, speaking=speaking, own=True),
        Shown(1.0),
        MixerSettings.model_validate({"mouth_policy": policy}),
        lambda: body,
    )
    for tick in range(60):
        pose = from_mapping({"mouth_ooo": 0.3})
        driver.drive(pose, tick / 60)
    assert pose[[AAA, OOO]] == pytest.approx([aaa, ooo], abs=0.03)


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("cue", [LAUGH, SIGH])
def test_every_frame_rate_shows_the_same_mouth(fps: int, cue: SpeechCue) -> None:
    fine, coarse = course((cue,), 120)[:, MOUTH], course((cue,), fps)[:, MOUTH]
    assert np.abs(fine[:: 120 // fps] - coarse).max() < 0.02


def test_two_laughs_at_once_stay_in_range() -> None:
    one = Opening(0.8, np.array([0.8, 0, 0, 0, 0, 0]))
    both = one.over(one)
    assert both.share <= 1.0 and both.shape.max() <= 1.0
    assert both.over(Opening()).shape == pytest.approx(both.shape)


def test_a_laugh_dies_away() -> None:
    sizes = [sum(stroke.at(at) for stroke in laughing(0.0, 0.8)) for at in np.arange(0.0, 1.6, 0.005)]
    tops = [sizes[at] for at in peaks(np.array(sizes))][2:]
    assert tops == sorted(tops, reverse=True) and tops[-1] < 0.6 * max(sizes)
    assert sizes[-1] == 0.0


@pytest.mark.parametrize("said", [{"cues": (LAUGH,)}, {"act": "laugh"}, {"act": "yawn"}, {"cues": (SIGH,)}])
@pytest.mark.parametrize("rests", [1.4, 1.75])
def test_what_she_does_ends_at_once_when_she_is_to_rest_and_without_a_step(said: dict[str, Any], rests: float) -> None:
    fps = 240
    whole, poses = course(**said, fps=fps), course(**said, fps=fps, rests=rests)
    at, over = round(rests * fps), round((rests + 0.3) * fps) + 1
    assert np.array_equal(poses[: at + 1], whole[: at + 1])
    assert np.abs(whole[over : over + fps]).max() > 0.2
    assert not poses[over:, MOUTH].any()
    calm = course(fps=fps)[over:, [INDEX["head_x"], *HAPPY_EYES]]
    assert np.abs(poses[over:, [INDEX["head_x"], *HAPPY_EYES]] - calm).max() < 1e-5
    before, after = (np.abs(np.diff(one[:over], 2, axis=0)).max() for one in (whole, poses))
    assert after < max(1.5 * before, 0.006)  # no step in speed


def test_what_she_feels_goes_as_it_always_does_when_she_is_to_rest() -> None:
    eyes = course(mood="amusement", rests=2.0)[:, HAPPY_EYES]
    assert eyes[120].min() > 0.9
    assert np.abs(np.diff(eyes[118:], axis=0)).max() < 0.2
    assert eyes[-60:].max() < 0.01
