"""SillyTavern's animator settings in our terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vtube.server.animator import (
    SWAYING,
    AnimatorMessage,
    Crop,
    OwnSettings,
    read_animator,
    read_templates,
)
from vtube.settings import Settings, parse

DEFAULTS: dict[str, Any] = {
    "target_fps": 25,
    "crop_left": 0.0,
    "crop_right": 0.0,
    "crop_top": 0.0,
    "crop_bottom": 0.0,
    "pose_interpolator_step": 0.1,
    "blink_interval_min": 2.0,
    "blink_interval_max": 5.0,
    "blink_probability": 0.03,
    "blink_confusion_duration": 10.0,
    "talking_fps": 12,
    "talking_morph": "mouth_aaa_index",
    "sway_morphs": [f"{name}_index" for name in SWAYING],
    "sway_interval_min": 5.0,
    "sway_interval_max": 10.0,
    "sway_macro_strength": 0.6,
    "sway_micro_strength": 0.02,
    "breathing_cycle_duration": 4.0,
    "postprocessor_chain": [],
}
ACTING = [
    ("target_fps", 12, lambda one: one.fps, 12.0),
    ("crop_left", 0.5, lambda one: one.crop.left, 0.25),
    ("crop_right", 0.5, lambda one: one.crop.right, 0.25),
    ("crop_top", 0.5, lambda one: one.crop.top, 0.25),
    ("crop_bottom", 0.5, lambda one: one.crop.bottom, 0.25),
    ("pose_interpolator_step", 0.5, lambda one: one.settings["emotion"]["ease_s"], 0.08),
    ("blink_interval_min", 4.0, lambda one: one.settings["idle"]["seconds_between_blinks"], 4.5),
    ("blink_interval_max", 10.0, lambda one: one.settings["idle"]["seconds_between_blinks"], 6.0),
    ("blink_probability", 0.01, lambda one: one.settings["idle"]["seconds_between_blinks"], 6.167),
    ("blink_probability", 0, lambda one: one.settings["idle"]["blinking"], 0.0),
    ("talking_fps", 6, lambda one: one.flaps, (0.5, None)),
    ("talking_morph", "mouth_ooo_index", lambda one: one.flaps, (1.0, "ooo")),
    ("sway_morphs", ["neck_z"], lambda one: one.settings["idle"]["sway_parts"], ["neck_z"]),
    ("sway_interval_min", 10.0, lambda one: one.settings["idle"]["seconds_between_shifts"], 12.0),
    ("sway_interval_max", 25.0, lambda one: one.settings["idle"]["seconds_between_shifts"], 18.0),
    ("sway_macro_strength", 0.3, lambda one: one.settings["idle"]["sway"], 0.5),
    ("sway_micro_strength", 0.05, lambda one: one.settings["idle"]["tremble"], 0.05),
    ("breathing_cycle_duration", 3.0, lambda one: one.settings["idle"]["breaths_per_minute"], 20.0),
    ("postprocessor_chain", [["translucency", {}]], lambda one: one.settings["scene"]["effects"], ["translucency:0.9"]),
]


def test_there_are_nineteen_keys() -> None:
    assert list(AnimatorMessage.model_fields) == list(DEFAULTS)
    assert {*DEFAULTS} == {key for key, *_ in ACTING} | {"blink_confusion_duration"}


@pytest.mark.parametrize(("key", "value", "read", "expected"), ACTING)
def test_every_key_acts(key: str, value: Any, read: Any, expected: Any) -> None:
    animation = read_animator({key: value})
    got = read(animation)
    if key == "postprocessor_chain":
        got = [one.replace("opacity=", "") for one in got]
    assert got == (pytest.approx(expected, abs=2e-3) if isinstance(expected, float) else expected)
    assert animation.dropped == []


def test_the_one_that_does_not_is_named() -> None:
    assert read_animator(DEFAULTS).dropped == ["blink_confusion_duration (confusion blinks as ever here)"]


def test_their_defaults_are_ours() -> None:
    own = Settings().model_dump()
    for section, changes in read_animator(DEFAULTS).settings.items():
        for name, value in changes.items():
            ours = own[section][name]
            if name == "seconds_between_blinks":
                assert value == pytest.approx(ours, abs=0.6)
            elif name == "tremble":
                assert value == 0.02
            else:
                assert value == (pytest.approx(ours, rel=0.1) if isinstance(ours, float) else ours), name


@pytest.mark.parametrize("key", list(DEFAULTS))
@pytest.mark.parametrize("bad", ["x", [1], {"a": 1}, True, -5])
def test_a_bad_key_drops_itself_alone(key: str, bad: Any) -> None:
    other = "breathing_cycle_duration" if key != "breathing_cycle_duration" else "sway_macro_strength"
    animation = read_animator({key: bad, other: DEFAULTS[other]})
    assert any(told.startswith(key) for told in animation.dropped)
    assert read_animator({other: DEFAULTS[other]}).settings["idle"].items() <= animation.settings["idle"].items()


def test_an_unknown_key_is_named() -> None:
    animation = read_animator({"wink_fps": 3, "target_fps": 10})
    assert (animation.fps, animation.dropped) == (10.0, ["wink_fps (unknown)"])


def test_what_comes_out_is_taken_by_the_settings() -> None:
    extremes = {name: 1 for name in DEFAULTS if not isinstance(DEFAULTS[name], str | list)} | {"sway_macro_strength": 9}
    for values in (DEFAULTS, extremes, {"pose_interpolator_step": 1e-9, "blink_probability": 1e-9}):
        parse(read_animator(values).settings)


def test_a_crop_leaves_a_part_and_a_pixel_at_least() -> None:
    frame = np.arange(40 * 60 * 4, dtype=np.uint8).reshape(40, 60, 4)
    assert np.array_equal(Crop(left=0.25, bottom=0.5).of(frame), frame[:20, 15:])
    assert Crop(0.49, 0.49, 0.49, 0.49).of(frame[:1, :1]).shape == (1, 1, 4)


def test_templates_in_both_spellings_without_what_is_wrong() -> None:
    templates, dropped = read_templates(
        {
            "joy": {"eye_happy_wink_left_index": 1, "mouth_aaa": 0.5, "nose": 1, "mouth_iii": "wide"},
            "sad": 3,
            "calm": {},
        }
    )
    assert templates == {"joy": {"eye_happy_wink_left": 1.0, "mouth_aaa": 0.5}, "calm": {}}
    assert dropped == ["joy: nose", "joy: mouth_iii", "sad (not a template)"]


def test_the_users_own_settings_come_back() -> None:
    own = OwnSettings()
    in_force: dict[str, dict[str, Any]] = {"idle": {"sway": 1.5, "tremble": 0.0}, "scene": {"effects": ["bloom"]}}
    assert own.changes({"idle": {"sway": 0.5}, "scene": {"effects": []}}, in_force) == {
        "idle": {"sway": 0.5},
        "scene": {"effects": []},
    }
    in_force = {"idle": {"sway": 0.5, "tremble": 0.0}, "scene": {"effects": []}}
    assert own.changes({"idle": {"sway": 0.7}}, in_force) == {"idle": {"sway": 0.7}, "scene": {"effects": ["bloom"]}}
    in_force = {"idle": {"sway": 0.7, "tremble": 0.0}, "scene": {"effects": ["bloom"]}}
    assert own.changes({}, in_force) == {"idle": {"sway": 1.5}}
    assert own.changes({}, in_force) == {}


def test_what_the_user_has_changed_meanwhile_stays() -> None:
    own = OwnSettings()
    own.changes({"idle": {"sway": 0.5}}, {"idle": {"sway": 1.0}})
    assert own.changes({}, {"idle": {"sway": 0.9}}) == {}
