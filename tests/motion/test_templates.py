from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.motion.emotion_motion import load_movements
from vtube.motion.templates import find, load_templates, parse_templates
from vtube.pose import INDEX

GO_EMOTIONS = [
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "neutral",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
]


def test_there_is_one_for_each_of_the_28() -> None:
    templates = load_templates()
    assert sorted(templates) == GO_EMOTIONS
    assert not templates["neutral"].any()


def test_no_two_faces_are_alike() -> None:
    templates = load_templates()
    names = sorted(templates)
    nearest = min((float(np.abs(templates[a] - templates[b]).sum()), a, b) for a in names for b in names if a < b)
    assert nearest[0] > 0.6, nearest


@pytest.mark.parametrize(
    ("one", "other", "parameter"),
    [("disappointment", "sadness", "neck_z"), ("embarrassment", "desire", "head_y")],
)
def test_faces_that_were_taken_for_each_other_point_to_different_sides(one: str, other: str, parameter: str) -> None:
    faces = load_templates()

    a, b = (faces[name][INDEX[parameter]] for name in (one, other))

    assert a * b < -0.1


def test_eyes_that_an_emotion_shuts_open_again() -> None:
    """An emotion may stay for minutes; eyes that are shut so long look asleep."""
    winks = [INDEX["eye_wink_left"], INDEX["eye_wink_right"]]
    for name, template in load_templates().items():
        assert template[INDEX["mouth_aaa"] : INDEX["mouth_delta"] + 1].sum() <= 1.0 + 1e-6
        if template[winks].any():
            assert (template + load_movements()[name].at(10.0))[winks].max() <= 0.5


def test_an_eye_that_is_shut_beside_an_open_one_laughs_and_opens_again() -> None:
    """Otherwise its lash is pale and thin, as the networks draw it."""
    alone = []
    for name, template in load_templates().items():
        for side, other in (("left", "right"), ("right", "left")):
            wink, happy = INDEX[f"eye_wink_{side}"], INDEX[f"eye_happy_wink_{side}"]
            assert not template[wink] or template[INDEX[f"eye_wink_{other}"]], name
            if template[happy] and not template[INDEX[f"eye_happy_wink_{other}"]]:
                alone.append(name)
                assert (template + load_movements()[name].at(10.0))[happy] == 0.0
    assert alone == ["approval"]


def test_a_name_without_a_side_means_both() -> None:
    template = parse_templates({"joy": {"eyebrow_raised": 0.4, "eye_wink_left": 1}})["joy"]
    assert template[INDEX["eyebrow_raised_left"]] == template[INDEX["eyebrow_raised_right"]] == np.float32(0.4)
    assert (template[INDEX["eye_wink_left"]], template[INDEX["eye_wink_right"]]) == (1.0, 0.0)


def test_the_users_file_replaces_and_adds(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("joy: {mouth_smirk: 1}\nsmug:\n  mouth_smirk: 0.5\n", encoding="utf-8")
    templates = load_templates(own)
    assert templates["joy"].sum() == 1.0
    assert templates["smug"][INDEX["mouth_smirk"]] == 0.5
    assert len(templates) == 29


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"joy": {"eyebrow_rised": 1}}, "emotions: joy: there is no parameter 'eyebrow_rised'.*eyebrow_raised"),
        ({"joy": {"xyzzy": 1}}, "no parameter 'xyzzy'$"),
        ({"joy": {"head_x": "much"}}, "joy.head_x needs a number, not 'much'"),
        ({"joy": {"head_x": True}}, "needs a number"),
        ({"joy": {"head_x": float("nan")}}, "needs a number"),
        ({"joy": 3}, "should hold `parameter: value` lines"),
        ({"joy": {1: 2}}, "no parameter '1'"),
        ([1, 2], "should map"),
        ({str(number): {} for number in range(2000)}, "should map"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(values: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        parse_templates(values)
    assert "\n" not in str(caught.value)


def test_values_are_limited() -> None:
    assert parse_templates({"joy": {"head_x": 7}})["joy"][INDEX["head_x"]] == 1.0


@pytest.mark.parametrize("content", [b"joy: [", b"\xff\xfe\x00", b"- 1\n- 2\n", b"joy: !!python/name:os.x ''"])
def test_a_bad_file_is_named(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(content)
    with pytest.raises(SettingsError, match=r"own\.yaml") as caught:
        load_templates(own)
    assert "\n" not in str(caught.value)


def test_missing_huge_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        load_templates(tmp_path / "none.yaml")
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * 2_000_000)
    with pytest.raises(SettingsError, match="larger than"):
        load_templates(huge)
    empty = tmp_path / "empty.yaml"
    empty.write_bytes(b"")
    assert len(load_templates(empty)) == 28


def test_finding_one() -> None:
    templates = load_templates()
    assert find(templates, "joy") is templates["joy"]
    with pytest.raises(SettingsError, match="did you mean 'sadness'"):
        find(templates, "sadnes")
    with pytest.raises(SettingsError, match="there are admiration, "):
        find(templates, "xyzzy")
    assert not find({}, "neutral").any()


@pytest.mark.parametrize(
    ("one", "other", "parameter"),
    [
        ("relief", "gratitude", "eye_happy_wink_left"),
        ("disapproval", "annoyance", "eye_wink_left"),
        ("curiosity", "caring", "eye_surprised_left"),
        ("disgust", "anger", "iris_rotation_y"),
    ],
)
def test_feelings_that_are_near_each_other_differ_by_more_than_a_tilt(one: str, other: str, parameter: str) -> None:
    faces = load_templates()

    assert abs(faces[one][INDEX[parameter]] - faces[other][INDEX[parameter]]) >= 0.8
