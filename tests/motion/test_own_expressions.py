"""Expressions of the user's own: kept, laid over the program's, taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vtube.errors import SettingsError
from vtube.motion.emotion import EmotionDriver
from vtube.motion.own_expressions import MAX_EXPRESSIONS, OwnExpressions
from vtube.motion.templates import load_templates, parse_templates
from vtube.settings import EmotionSettings


def driver() -> EmotionDriver:
    return EmotionDriver(load_templates(), EmotionSettings())


def test_what_is_put_is_shown_and_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "expressions.json"
    OwnExpressions(path, driver().keep).put({"sly": {"mouth_smirk": 0.5, "eye_relaxed": 0.25}})
    emotion = driver()
    own = OwnExpressions(path, emotion.keep)
    assert own.values() == {"sly": {"eye_relaxed_left": 0.25, "eye_relaxed_right": 0.25, "mouth_smirk": 0.5}}
    emotion.show("sly")
    assert emotion.current == "sly"


def test_an_own_joy_covers_the_programs_until_it_is_taken_away(tmp_path: Path) -> None:
    emotion = driver()
    own = OwnExpressions(tmp_path / "expressions.json", emotion.keep)
    before = emotion.everyone()["joy"]
    own.put({"joy": {"mouth_smirk": 1.0}})
    assert emotion.everyone()["joy"] == {"mouth_smirk": 1.0}
    assert own.remove("joy")
    assert emotion.everyone()["joy"] == before
    assert not own.remove("joy")


def test_one_that_is_shown_when_it_is_taken_away_gives_place_to_neutral(tmp_path: Path) -> None:
    emotion = driver()
    own = OwnExpressions(tmp_path / "expressions.json", emotion.keep)
    own.put({"sly": {"mouth_smirk": 0.5}})
    emotion.show("sly")
    own.remove("sly")
    assert emotion.current == "neutral"
    assert "sly" not in emotion.names()


@pytest.mark.parametrize(
    "values",
    [
        {"": {}},
        {" sly": {}},
        {"a/b": {}},
        {"a+b": {}},
        {"x" * 61: {}},
        {"a\nb": {}},
        {"good": {"mouth_smirk": 1.0}, "bad": {"mouth_smrk": 1.0}},
        {f"e{number}": {} for number in range(MAX_EXPRESSIONS + 1)},
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(tmp_path: Path, values: dict[str, dict[str, float]]) -> None:
    path = tmp_path / "expressions.json"
    own = OwnExpressions(path, driver().keep)
    with pytest.raises(SettingsError):
        own.put(values)
    assert own.names() == []
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{", '{"a": {"nothing": 1}}'])
def test_a_damaged_file_is_left_out_and_left_alone(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "expressions.json"
    path.write_text(text, encoding="utf-8")
    assert OwnExpressions(path, driver().keep).names() == []
    assert path.read_text(encoding="utf-8") == text
    assert "are left out" in caplog.text


def test_the_file_is_what_sillytavern_and_the_setting_templates_read(tmp_path: Path) -> None:
    path = tmp_path / "expressions.json"
    OwnExpressions(path, driver().keep).put({"sly": {"mouth_smirk": 0.5}})
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values == {"sly": {"mouth_smirk": 0.5}}
    assert parse_templates(values).keys() == {"sly"}


def test_two_programs_at_once_lose_none_of_each_others(tmp_path: Path) -> None:
    path = tmp_path / "expressions.json"
    one, other = OwnExpressions(path, lambda _: None), OwnExpressions(path, lambda _: None)
    one.put({"wink": {"eye_wink_left": 1.0}})
    other.put({"smug": {"mouth_smirk": 1.0}})
    assert other.names() == ["smug", "wink"]
    assert one.remove("smug")
    other.put({"sad": {"mouth_lowered_corner": 1.0}})
    assert other.names() == OwnExpressions(path, lambda _: None).names() == ["sad", "wink"]
