from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.errors import SettingsError
from vtube.motion.blinking import Blink, LidDriver
from vtube.motion.emotion import EmotionDriver, laid_over
from vtube.motion.templates import load_templates
from vtube.pose import INDEX, NAMES, Pose, from_mapping, neutral
from vtube.settings import EmotionSettings

TEMPLATES = load_templates()
LEFT_LIDS = [INDEX["eye_wink_left"], INDEX["eye_happy_wink_left"]]


def play(driver: EmotionDriver, since: float, until: float, below: Pose | None = None) -> list[Pose]:
    poses = []
    for tick in range(round((until - since) * 60)):
        pose = neutral() if below is None else below.copy()
        driver.drive(pose, since + tick / 60)
        poses.append(pose)
    return poses


def over(below: dict[str, float], emotion: dict[str, float]) -> dict[str, float]:
    result = laid_over(from_mapping(below), from_mapping(emotion).astype(np.float64))
    return {name: round(float(value), 4) for name, value in zip(NAMES, result, strict=True) if value}


def test_neutral_changes_nothing() -> None:
    below = from_mapping({"head_x": 0.3, "mouth_aaa": 0.5})
    assert (play(EmotionDriver(TEMPLATES, EmotionSettings()), 0.0, 1.0, below)[-1] == below).all()


def test_eases_in_over_and_out_without_a_step() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings())
    play(driver, 0.0, 0.5)
    driver.show("joy")
    joy = play(driver, 0.5, 2.5)
    assert joy[-1] == pytest.approx(TEMPLATES["joy"], abs=1e-3)
    driver.show("anger")
    anger = play(driver, 2.5, 4.5)
    assert anger[-1] == pytest.approx(TEMPLATES["anger"], abs=0.02)
    driver.show("neutral")
    away = play(driver, 4.5, 6.5)
    assert not away[-1].any()
    assert np.abs(np.diff([*joy, *anger, *away], axis=0)).max() < 0.12


def test_strength_scales_the_template() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings(strength=0.5))
    driver.show("anger", 0.5)
    play(driver, 0.0, 0.1)
    assert play(driver, 0.1, 3.0)[-1] == pytest.approx(0.25 * TEMPLATES["anger"])


def test_an_unknown_emotion_changes_nothing() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings())
    driver.show("joy")
    with pytest.raises(SettingsError, match="did you mean 'anger'"):
        driver.show("angr")
    assert driver.current == "joy"


def test_replaced_templates_show_at_once() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings(ease_s=0.0))
    driver.show("joy")
    driver.overlay({"joy": {"mouth_smirk": 1.0}})
    assert play(driver, 0.0, 0.1)[-1].sum() == 1.0
    driver.overlay({"smug": {"mouth_smirk": 1.0}})
    driver.show("smug")
    driver.overlay({})
    assert driver.current == "neutral"
    assert not play(driver, 0.1, 0.2)[-1].any()
    assert driver.names() == sorted(TEMPLATES)


def test_a_sad_mouth_loses_its_tracked_smile() -> None:
    assert over({"mouth_raised_corner_left": 0.8}, {"mouth_lowered_corner_left": 1.0}) == {
        "mouth_lowered_corner_left": 1.0
    }
    assert over({"mouth_raised_corner_left": 0.8}, {"mouth_lowered_corner_left": 0.5}) == {
        "mouth_lowered_corner_left": 0.5,
        "mouth_raised_corner_left": 0.4,
    }


def test_the_same_twice_does_not_pass_one() -> None:
    assert over({"eyebrow_raised_left": 0.8}, {"eyebrow_raised_left": 0.6}) == {"eyebrow_raised_left": 0.92}


def test_what_the_emotion_leaves_alone_is_untouched() -> None:
    below = {"eyebrow_raised_right": 0.8, "mouth_aaa": 0.4, "mouth_raised_corner_left": 0.3, "breathing": 0.5}
    assert over(below, {"eyebrow_angry_left": 1.0}) == {**below, "eyebrow_angry_left": 1.0}


def test_a_blink_comes_first() -> None:
    assert over({"eye_wink_left": 1.0}, {"eye_surprised_left": 0.8}) == {"eye_wink_left": 1.0}
    assert over({"eye_wink_left": 0.5}, {"eye_unimpressed_left": 0.8}) == {
        "eye_wink_left": 0.5,
        "eye_unimpressed_left": 0.4,
    }


def test_laughing_eyes_do_not_blink() -> None:
    assert over({"eye_wink_left": 1.0}, {"eye_happy_wink_left": 1.0}) == {"eye_happy_wink_left": 1.0}
    assert over({"eye_wink_left": 0.5}, {"eye_happy_wink_left": 0.6}) == {
        "eye_wink_left": 0.2,
        "eye_happy_wink_left": 0.6,
    }


def test_angles_are_added() -> None:
    assert over({"head_x": 0.2, "iris_rotation_y": -0.1}, {"head_x": -0.3, "iris_rotation_y": -0.1}) == {
        "head_x": -0.1,
        "iris_rotation_y": -0.2,
    }


SHARES = st.floats(0, 1)


@given(st.dictionaries(st.sampled_from(NAMES), SHARES), st.sampled_from(sorted(TEMPLATES)), SHARES)
def test_shared_parameters_stay_in_range(below: dict[str, float], name: str, strength: float) -> None:
    pose = from_mapping(below)
    result = laid_over(pose, strength * TEMPLATES[name].astype(np.float64))
    for index, parameter in enumerate(NAMES):
        if index < INDEX["iris_rotation_x"] or parameter == "breathing":
            assert -1e-6 <= result[index] <= 1 + 1e-6


def test_two_emotions_blend_in_their_shares() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings())
    driver.show("joy:3+surprise")
    play(driver, 0.0, 0.1)
    expected = 0.75 * TEMPLATES["joy"] + 0.25 * TEMPLATES["surprise"]
    assert play(driver, 0.1, 3.0)[-1] == pytest.approx(expected, abs=1e-6)
    assert driver.current == "joy:3+surprise"
    assert driver.shown[0] == {"joy": 0.75, "surprise": 0.25}


@pytest.mark.parametrize(
    "name", ["joy+jooy", "joy:x+anger", "joy:0+anger", "joy:-1+anger", "+", "a+b+c+d+e", "joy:nan+love"]
)
def test_a_blend_that_makes_no_sense_changes_nothing(name: str) -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings())
    driver.show("joy")
    with pytest.raises(SettingsError):
        driver.show(name)
    assert driver.current == "joy"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_more_strength_is_never_less_of_any_parameter(name: str) -> None:
    steps = []
    for strength in np.linspace(0, 1, 6):
        driver = EmotionDriver(TEMPLATES, EmotionSettings(ease_s=0.0))
        driver.show(name, float(strength))
        steps.append(np.abs(play(driver, 0.0, 0.05)[-1]))
    assert (np.diff(steps, axis=0) >= -1e-6).all()


def test_weak_laughter_keeps_its_eyes_open_and_strong_laughter_shuts_them() -> None:
    lids, mouth = INDEX["eye_happy_wink_left"], INDEX["mouth_raised_corner_left"]

    def shown(strength: float) -> Pose:
        driver = EmotionDriver(TEMPLATES, EmotionSettings(ease_s=0.0))
        driver.show("gratitude", strength)
        return play(driver, 0.0, 0.1)[-1]

    assert shown(0.3)[lids] == 0.0
    assert shown(0.3)[mouth] == pytest.approx(0.3 * TEMPLATES["gratitude"][mouth])
    assert shown(0.7)[lids] == shown(1.0)[lids] == 1.0
    rising = [shown(strength)[lids] for strength in np.linspace(0.0, 1.0, 21)]
    assert rising == sorted(rising)


@pytest.mark.parametrize("emotion", ["amusement", "love", "relief", "grief", "pride", "amusement+joy", "grief+love"])
@pytest.mark.parametrize("strength", [0.5, 0.6, 0.8, 1.0])
def test_eyes_that_are_shut_show_no_sliver_of_the_iris(emotion: str, strength: float) -> None:
    driver, lids = EmotionDriver(TEMPLATES, EmotionSettings()), LidDriver()
    driver.show(emotion, strength)
    pose = play(driver, 0.0, 2.0)[-1]
    lids.drive(pose, 2.0)
    wink, laughing = (pose[INDEX[f"eye_{name}_right"]] for name in ("wink", "happy_wink"))
    assert (0.97 if laughing > wink else 0.92 - 1e-3) <= wink + laughing <= 1.0 + 1e-6


def test_two_that_laugh_laugh_with_the_eyes_of_both() -> None:
    driver = EmotionDriver(TEMPLATES, EmotionSettings(ease_s=0.0))
    driver.show("amusement:0.6+gratitude:0.4")
    assert play(driver, 0.0, 0.1)[-1][INDEX["eye_happy_wink_left"]] == pytest.approx(1.0)


def test_what_a_movement_adds_to_the_face_gives_way_to_a_blink() -> None:
    lids = INDEX["eye_happy_wink_left"]
    course = np.zeros(len(NAMES))
    course[lids] = 0.6
    driver = EmotionDriver(TEMPLATES, EmotionSettings(ease_s=0.0), course=lambda now: course)
    blink = from_mapping({"eye_wink_left": 1.0})
    shut = play(driver, 0.0, 0.1, blink)[-1]
    assert shut[lids] + shut[INDEX["eye_wink_left"]] == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["relief", "gratitude"])
@pytest.mark.parametrize("fps", [24, 30, 60])
def test_a_blink_as_the_eyes_begin_to_shut_does_not_open_again(name: str, fps: int) -> None:
    driver, blink = EmotionDriver(TEMPLATES, EmotionSettings()), Blink(0.05, 0.2, 0.0)
    driver.show("neutral")
    shut = []
    for tick in range(fps):
        now = tick / fps
        if tick == 1:
            driver.show(name)
        pose = from_mapping({"eye_wink_left": blink.closed(now), "eye_wink_right": blink.closed(now)})
        driver.drive(pose, now)
        shut.append(float(pose[LEFT_LIDS].sum()))
    down = int(np.argmax(np.array(shut) > 0.95))
    assert 0 < down <= 0.2 * fps
    assert min(shut[down:]) > 0.9
    assert max(shut) <= 1.0 + 1e-6


def test_lids_that_were_held_down_open_without_a_step_when_another_emotion_comes() -> None:
    driver, blink, shut = EmotionDriver(TEMPLATES, EmotionSettings()), Blink(0.05, 0.2, 0.0), []
    driver.show("relief")
    for tick in range(120):
        now = tick / 60
        if tick == 16:
            driver.show("curiosity")
        pose = from_mapping({"eye_wink_left": blink.closed(now)})
        driver.drive(pose, now)
        shut.append(float(pose[LEFT_LIDS].sum()))
    assert shut[15] > 0.9
    assert np.abs(np.diff(shut[14:])).max() < 0.16
    assert shut[-1] == 0.0
