from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from vtube.motion.cue_times import LATE_S
from vtube.motion.gestures import CuesAt, GestureDriver
from vtube.pose import HIGH, INDEX, LOW, NAMES, neutral
from vtube.settings import GestureSettings
from vtube.signals import CueKind, SpeechCue

PHRASE = SpeechCue(CueKind.PHRASE, 2.0, 3.0, number=0)
ACCENT = SpeechCue(CueKind.ACCENT, 3.0, strength=1.0, number=1)
HEAD_X, HEAD = INDEX["head_x"], [INDEX[name] for name in ("head_x", "head_y", "neck_z")]


def course(
    cues: Sequence[SpeechCue], fps: int = 60, seconds: float = 10.0, mood: str = "neutral", **settings: float
) -> np.ndarray:
    return course_of(lambda now: cues, fps, seconds, mood, **settings)


def course_of(
    cues: CuesAt, fps: int = 60, seconds: float = 5.0, mood: str = "neutral", **settings: float
) -> np.ndarray:
    driver = GestureDriver(cues, GestureSettings.model_validate(settings), lambda: mood)
    poses = []
    for tick in range(int(seconds * fps)):
        poses.append(neutral())
        driver.drive(poses[-1], tick / fps)
    return np.array(poses)


def test_nothing_moves_in_silence() -> None:
    assert not course([]).any()


def test_the_body_moves_with_the_phrase_and_rests_after_it() -> None:
    poses = course([PHRASE])
    assert not poses[: int(1.6 * 60)].any()
    assert np.abs(poses[150:300][:, HEAD]).max() > 0.1
    assert np.abs(poses[int(7.5 * 60) :]).max() < 1e-3


def test_a_short_word_is_no_new_posture() -> None:
    def turned(length: float) -> float:
        said = SpeechCue(CueKind.PHRASE, 2.0, length, number=0)
        poses = course([said, replace(said, time=2.4 + length, number=1)])
        return float(np.abs(poses[:, INDEX["head_y"]]).max())

    assert turned(0.3) < 0.7 * turned(0.8)


def test_a_long_phrase_swings_on_to_another_posture_at_a_stress() -> None:
    long = replace(PHRASE, length=6.0)
    late, soon = replace(ACCENT, time=5.0), replace(ACCENT, time=2.8)
    turn = [INDEX["head_y"], INDEX["neck_z"]]
    for accent, swings in ((late, True), (soon, False)):
        moved = np.abs(course([long, accent]) - course([long]))[int((accent.time + 1.0) * 60)][turn]
        assert (moved.max() > 0.05) == swings


@pytest.mark.parametrize("length", [0.4, 2.0])
def test_a_phrase_that_is_only_heard_is_no_new_posture_before_it_is_more_than_a_word(length: float) -> None:
    def turned(told_ahead: bool) -> float:
        def cues(now: float) -> list[SpeechCue]:
            over = told_ahead or now >= PHRASE.time + length
            known_at = -math.inf if told_ahead else PHRASE.time
            told = replace(PHRASE, length=length if over else 0.0, known_at=known_at)
            return [told] if now >= known_at else []

        return float(np.abs(course_of(cues)[:, HEAD]).max())

    heard, known = turned(False), turned(True)
    assert heard < 0.8 * known if length < 1 else heard > 0.8 * known


def test_a_stress_that_is_only_heard_is_nodded_quickly_and_at_every_frame_rate_alike() -> None:
    def heard(now: float) -> list[SpeechCue]:
        cues = replace(PHRASE, length=0.0, known_at=PHRASE.time), replace(ACCENT, time=3.011, known_at=3.011)
        return [cue for cue in cues if now >= cue.known_at]

    courses = [course_of(heard, fps) for fps in (120, 30)]
    lowest = int(courses[0][300:420, HEAD_X].argmin()) / 120 + 2.5
    assert lowest == pytest.approx(3.07, abs=0.02)
    assert np.abs(courses[0][::4] - courses[1]).max() < 0.02


def test_a_nod_that_has_to_hurry_is_smaller_and_as_smooth() -> None:
    def nodded(lead_s: float) -> np.ndarray:
        hurried = replace(ACCENT, known_at=ACCENT.time - lead_s)

        def known(now: float) -> list[SpeechCue]:
            return [hurried] if now >= hurried.known_at else []

        return course_of(known, fps=240)[:, HEAD_X]

    none, some, enough = nodded(0.0), nodded(0.1), nodded(0.3)
    assert enough.min() < some.min() < none.min() < -0.1
    for course_, lowest in ((some, ACCENT.time), (enough, ACCENT.time), (none, ACCENT.time + 0.06)):
        assert int(course_.argmin()) / 240 == pytest.approx(lowest, abs=0.03)
        assert np.abs(np.diff(course_, 2)).max() < 0.3 * np.abs(np.diff(course_)).max()


@pytest.mark.parametrize(
    ("length", "pause"),
    [(0.82, 1.0), (0.517, 0.174)],
    ids=["over just after a word's time", "a pause as long as a frame"],
)
@pytest.mark.parametrize("fps", [30, 24])
def test_what_begins_and_ends_between_two_frames_is_the_same_at_every_frame_rate(
    length: float, pause: float, fps: int
) -> None:
    begins = [2.005, 2.005 + length + pause]

    def heard(now: float) -> list[SpeechCue]:
        return [
            SpeechCue(CueKind.PHRASE, begin, length if now >= begin + length else 0.0, number=number, known_at=begin)
            for number, begin in enumerate(begins)
            if now >= begin
        ]

    common = math.gcd(120, fps)
    fine, coarse = course_of(heard, 120)[:: 120 // common], course_of(heard, fps)[:: fps // common]
    assert np.abs(fine - coarse).max() < 0.002


def test_who_is_lively_anyway_speaks_with_more_of_the_body() -> None:
    def reach(energy: float) -> float:
        driver = GestureDriver(lambda now: [PHRASE, ACCENT], GestureSettings(), energy=lambda: energy)
        poses = [neutral() for _ in range(300)]
        for tick, pose in enumerate(poses):
            driver.drive(pose, tick / 60)
        return float(np.abs(np.array(poses)[:, HEAD]).max())

    assert 0.6 * reach(1.0) < reach(0.55) < 0.95 * reach(1.0)
    assert 1.05 * reach(1.0) < reach(1.6) < 1.4 * reach(1.0)
    assert reach(0.0) > 0.5 * reach(1.0)


def test_a_stressed_syllable_is_nodded_at_its_moment() -> None:
    with_nod = course([PHRASE, ACCENT])[:, HEAD_X] - course([PHRASE])[:, HEAD_X]
    lowest = int(with_nod.argmin()) / 60
    assert lowest == pytest.approx(ACCENT.time, abs=0.04)
    assert with_nod.min() < -0.2


def test_breath_is_drawn_before_the_phrase_and_let_go_through_it() -> None:
    breath = course([PHRASE])[:, INDEX["breathing"]]
    assert breath[:96].max() == 0
    assert int(breath.argmax()) / 60 == pytest.approx(PHRASE.time, abs=0.3)
    assert breath.max() > 0.8
    assert (np.diff(breath[135:280]) <= 1e-6).all()


def test_the_eyes_stay_on_the_viewer_whatever_the_posture() -> None:
    poses = course([PHRASE])[150:300]
    turned = poses[:, INDEX["head_y"]]
    assert np.abs(turned).max() > 0.1
    assert poses[:, INDEX["iris_rotation_y"]] == pytest.approx(-0.45 * turned, abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_glances_away_in_the_midst_of_phrases_that_follow_closely(seed: int) -> None:
    phrases = [
        replace(PHRASE, time=time, length=length, number=6 * seed + number)
        for number, (time, length) in enumerate(((2.0, 1.0), (3.2, 2.0), (5.4, 2.0)))
    ]
    poses = course(phrases, seed=seed)[int(4.5 * 60) : int(6.5 * 60)]
    aside = poses[:, INDEX["iris_rotation_y"]] + 0.45 * poses[:, INDEX["head_y"]]
    assert np.abs(aside).max() < 0.15


def test_the_voice_has_the_breath_while_it_speaks() -> None:
    driver = GestureDriver(lambda now: [PHRASE], GestureSettings())
    taken = []
    for tick in range(9 * 30):
        driver.drive(neutral(), tick / 30)
        taken.append(driver.breath)
    assert taken[30] == 0
    assert min(taken[75:150]) > 0.9
    assert taken[-1] < 0.01


def test_a_question_raises_the_brows() -> None:
    asked = SpeechCue(CueKind.QUESTION, 4.6, 0.4, number=2)
    brows = course([PHRASE, asked])[:, INDEX["eyebrow_raised_left"]]
    assert brows[: int(4.5 * 60)].max() == 0
    assert brows.max() > 0.4


def test_laughter_smiles_and_shakes() -> None:
    poses = course([SpeechCue(CueKind.LAUGH, 1.0, 1.4)])
    assert poses[:, INDEX["mouth_raised_corner_left"]].max() > 0.8
    assert poses[:, INDEX["eye_happy_wink_right"]].max() > 0.9
    turns = np.diff(np.sign(np.diff(poses[60:130, HEAD_X])))
    assert np.count_nonzero(turns) >= 6


def test_a_sigh_breathes_in_and_sinks() -> None:
    poses = course([SpeechCue(CueKind.SIGH, 1.0, 1.2)])
    assert poses[:, INDEX["breathing"]].max() > 0.95
    assert poses[:, HEAD_X].min() < -0.3


@pytest.mark.parametrize("fps", [24, 30])
def test_every_frame_rate_shows_the_same(fps: int) -> None:
    cues = [PHRASE, ACCENT, replace(ACCENT, time=4.1, number=3), SpeechCue(CueKind.QUESTION, 4.6, 0.4, number=2)]
    fine, coarse = course(cues, 120), course(cues, fps)
    assert np.abs(fine[:: 120 // fps][: len(coarse)] - coarse).max() < 0.02


def test_no_step_in_value_or_speed() -> None:
    poses = course([PHRASE, ACCENT, replace(PHRASE, time=5.4, length=1.0, number=4)], fps=240)
    names = {name for name in NAMES if not name.startswith("eye_wink")}
    moving = [INDEX[name] for name in names]
    assert np.abs(np.diff(poses[:, moving], axis=0)).max() < 0.05
    assert np.abs(np.diff(poses[:, HEAD], 2, axis=0)).max() < 0.01


def test_what_is_told_late_is_answered_from_now_on_and_what_is_told_too_late_not_at_all() -> None:
    late, too_late = replace(ACCENT, time=-0.2), replace(ACCENT, time=-LATE_S - 0.1)
    poses = course([late], fps=240, seconds=2.0)
    assert poses[:, HEAD_X].min() < -0.1
    assert np.abs(np.diff(poses[:, HEAD_X])).max() < 0.02
    assert not course([too_late]).any()


def test_the_end_that_is_known_only_when_it_comes_lets_the_body_rest() -> None:
    told = [replace(PHRASE, length=0.0)]
    driver, poses = GestureDriver(lambda now: told, GestureSettings()), []
    for tick in range(600):
        if tick == 240:
            told[0] = replace(PHRASE, length=2.0)
        poses.append(neutral())
        driver.drive(poses[-1], tick / 60)
    assert np.abs(np.array(poses)[200:240][:, HEAD]).max() > 0.05
    assert np.abs(np.array(poses)[-60:]).max() < 1e-3


def test_sad_people_gesture_less_and_the_lively_more() -> None:
    sad, plain, excited = (
        np.abs(course([PHRASE, ACCENT], mood=mood)[:, HEAD]).max() for mood in ("sadness", "neutral", "excitement")
    )
    assert sad < 0.6 * plain < plain < excited


def test_strength_zero_is_off_and_values_stay_in_range_at_two() -> None:
    cues = [PHRASE] + [replace(ACCENT, time=2 + 0.5 * at, number=10 + at) for at in range(6)]
    assert not course(cues, strength=0.0).any()
    poses = course(cues, strength=2.0)
    assert (poses >= LOW - 0.6).all() and (poses <= HIGH + 0.6).all()


def test_the_same_cue_told_again_and_again_is_answered_once() -> None:
    once = course([ACCENT], seconds=6)
    assert once[:, HEAD_X].min() > -0.32
