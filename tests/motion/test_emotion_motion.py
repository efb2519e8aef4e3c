from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from pydantic import ValidationError

from vtube.motion.animator import Animator
from vtube.motion.emotion_motion import EmotionMotionDriver, Movement, load_movements
from vtube.motion.templates import load_templates
from vtube.pose import INDEX, NAMES, neutral
from vtube.settings import EmotionSettings, parse

Shown = tuple[Mapping[str, float], float]
NOTHING: Shown = ({"neutral": 1.0}, 1.0)


class NoFaces:
    def poll(self, now: float) -> None:
        """No tracker."""


def course(shown: Shown, then: Shown = NOTHING, fps: int = 60, seconds: float = 8.0, **settings: float) -> np.ndarray:
    """`shown` from 1 s to 5 s, `then` afterwards; over a breath that is half in."""
    now = [0.0]
    driver = EmotionMotionDriver(
        lambda: NOTHING if now[0] < 1.0 else shown if now[0] < 5.0 else then, EmotionSettings.model_validate(settings)
    )
    poses = []
    for tick in range(int(seconds * fps)):
        now[0] = tick / fps
        pose = neutral()
        pose[INDEX["breathing"]] = 0.5
        driver.drive(pose, now[0])
        poses.append(pose)
    return np.array(poses)


def only(name: str) -> Shown:
    return {name: 1.0}, 1.0


def test_the_program_knows_how_every_emotion_but_neutral_moves() -> None:
    assert set(load_movements()) == set(load_templates()) - {"neutral"}


def test_nothing_moves_while_nothing_is_felt() -> None:
    poses = course(NOTHING)
    assert (poses == poses[0]).all()


@pytest.mark.parametrize("name", sorted(set(load_movements()) - {"realization", "gratitude", "approval", "surprise"}))
def test_a_feeling_goes_on_moving_while_it_lasts_and_rests_after_it(name: str) -> None:
    poses = course(only(name))
    assert np.ptp(poses[150:300], axis=0).max() > 0.02
    assert np.abs(poses[-30:] - poses[0]).max() < 2e-3


def test_surprise_starts() -> None:
    head = course(only("surprise"))[:, INDEX["head_x"]]
    assert head.max() > 0.15
    assert 1.1 < head.argmax() / 60 < 1.7


def test_anger_breathes_faster_than_sadness_and_sadness_sinks() -> None:
    def breaths(name: str) -> int:
        breathing = course(only(name), only(name), seconds=20.0)[200:, INDEX["breathing"]]
        return int(np.count_nonzero(np.diff(np.sign(np.diff(breathing))) < 0))

    assert breaths("anger") > 2 * breaths("sadness")
    assert course(only("sadness"))[290, INDEX["head_x"]] < -0.15


def test_speech_keeps_its_breath_whatever_is_felt() -> None:
    driver = EmotionMotionDriver(lambda: only("anger"), EmotionSettings(), breath_taken=lambda: 1.0)
    for tick in range(90):
        pose = neutral()
        pose[INDEX["breathing"]] = 0.3
        driver.drive(pose, tick / 30)
        assert pose[INDEX["breathing"]] == pytest.approx(0.3)


def test_fear_trembles_and_love_rocks() -> None:
    def turns(name: str) -> int:
        values = course(only(name))[120:300, INDEX["neck_z"]]
        return int(np.count_nonzero(np.diff(np.sign(np.diff(values)))))

    assert turns("fear") > 3 * turns("love")


def test_no_step_and_the_same_at_every_frame_rate() -> None:
    fine = course(only("excitement"), only("grief"), 240)
    assert np.abs(np.diff(fine, axis=0)).max() < 0.03
    coarse = course(only("excitement"), only("grief"), 30)
    assert np.abs(fine[::8] - coarse).max() < 0.06


def test_eyes_that_began_shut_open_again_and_blink_then() -> None:
    for name in ("pride", "disapproval", "approval"):
        animator = Animator(parse({"idle": {"sway": 0.0, "gaze": 0.0}}), NoFaces(), lambda now: None)
        animator.emotion.show(name)
        poses = np.array([animator.mixer.pose(tick / 60) for tick in range(60 * 40)])
        animator.close()
        for side in ("left", "right"):
            shut = poses[:, [INDEX[f"eye_wink_{side}"], INDEX[f"eye_happy_wink_{side}"]]].sum(axis=1)
            assert shut.max() <= 1.0 + 1e-6
            assert shut[60 * 3 :].min() == 0.0
            assert shut[60 * 3 :].max() > 0.91


def test_blends_move_by_their_shares() -> None:
    alone, blended = course(only("sadness")), course(({"sadness": 0.5, "joy": 0.5}, 1.0))
    nod = INDEX["head_x"]
    assert blended[290, nod] == pytest.approx(alone[290, nod] / 2, abs=0.02)


def test_motion_zero_is_off_and_strength_scales() -> None:
    assert np.ptp(course(only("anger"), motion=0.0), axis=0).max() == 0
    weak, strong = (course(({"sadness": 1.0}, strength))[290, INDEX["head_x"]] for strength in (0.5, 1.0))
    assert weak == pytest.approx(strong / 2, abs=0.01)


def test_values_stay_finite_and_small() -> None:
    for name in load_movements():
        poses = course(only(name), seconds=5.0, fps=20)
        assert np.isfinite(poses).all()
        assert np.abs(poses).max() <= 1.0
        assert len(NAMES) == poses.shape[1]


@pytest.mark.parametrize(
    "values",
    [{"onset": {"hed_x": 1.0}}, {"waves": [{"parameter": "head_x", "size": 1.0, "hz": 99}]}, {"wobble": 1}],
)
def test_a_wrong_movement_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Movement.model_validate(values)
