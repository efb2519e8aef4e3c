"""SillyTavern's animator settings: each of its 19 keys as what does the same here, or refused by its name.

Names, defaults and meanings: SillyTavern-Extras, `talkinghead` (2024-02). A wrong value drops its own key and no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from vtube import pose
from vtube.errors import PoseError
from vtube.frame import Frame
from vtube.server.filters import Chain, effects_of
from vtube.text import first_line

FEED_FPS = 25.0
"""The client's default frame rate, and the one its speeds are meant for."""
USUAL = {
    "pose_interpolator_step": 0.1,
    "blink_interval_min": 2.0,
    "blink_interval_max": 5.0,
    "blink_probability": 0.03,
    "talking_fps": 12.0,
    "sway_interval_min": 5.0,
    "sway_interval_max": 10.0,
    "sway_macro_strength": 0.6,
}
"""The client's own defaults: what they do there is what our defaults do here."""
SWAYING = ("head_x", "head_y", "neck_z", "body_y", "body_z")
VOWELS = ("aaa", "iii", "uuu", "eee", "ooo")

Share = Annotated[float, Field(ge=0, le=1)]
Side = Annotated[float, Field(ge=0, lt=1)]
Seconds = Annotated[float, Field(ge=0.1, le=120)]


class AnimatorMessage(BaseModel):
    """The client's animator settings."""

    model_config = {"strict": True, "allow_inf_nan": False}

    target_fps: Annotated[float, Field(ge=1, le=60)] | None = None
    crop_left: Side | None = None
    crop_right: Side | None = None
    crop_top: Side | None = None
    crop_bottom: Side | None = None
    pose_interpolator_step: Annotated[float, Field(gt=0, le=1)] | None = None
    blink_interval_min: Seconds | None = None
    blink_interval_max: Seconds | None = None
    blink_probability: Share | None = None
    blink_confusion_duration: Annotated[float, Field(ge=0)] | None = None
    talking_fps: Annotated[float, Field(ge=1, le=60)] | None = None
    talking_morph: str | None = None
    sway_morphs: list[str] | None = None
    sway_interval_min: Seconds | None = None
    sway_interval_max: Seconds | None = None
    sway_macro_strength: Annotated[float, Field(ge=0, le=10)] | None = None
    sway_micro_strength: Share | None = None
    breathing_cycle_duration: Annotated[float, Field(ge=1, le=60)] | None = None
    postprocessor_chain: Chain | None = None


@dataclass(frozen=True, slots=True)
class Crop:
    """What is cut off the feed's picture, shares of its width and height."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def of(self, frame: Frame) -> Frame:
        """The rest of a picture, one pixel at least; a view."""
        height, width = frame.shape[:2]
        left, top = min(int(self.left * width), width - 1), min(int(self.top * height), height - 1)
        right, bottom = width - int(self.right * width), height - int(self.bottom * height)
        return frame[top : max(bottom, top + 1), left : max(right, left + 1)]


@dataclass(slots=True)
class Animation:
    """The client's settings in our terms.

    Attributes:
        settings: changes of ours, section to name to value.
        fps: pictures a second of the feed.
        crop: of the feed.
        flaps: how quick the pretended speech is, 1 as ever; and its only vowel, None for all.
        dropped: what is not taken: the key, and why.
        wrong: those keys of it of which nothing is left.
    """

    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    fps: float = FEED_FPS
    crop: Crop = field(default_factory=Crop)
    flaps: tuple[float, str | None] = (1.0, None)
    dropped: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    def drop(self, name: str, reason: str) -> None:
        """Leave a key out as a whole."""
        self.wrong.add(name)
        self.dropped.append(f"{name[:100]} ({reason})")


def read_animator(values: Mapping[str, Any]) -> Animation:
    """What the client's settings come to; keys that are unknown or wrong are told in `dropped`."""
    animation = Animation()
    known: dict[str, Any] = {}
    for name, value in values.items():
        if name not in AnimatorMessage.model_fields:
            animation.drop(name, "unknown")
            continue
        try:
            known[name] = getattr(AnimatorMessage.model_validate({name: value}), name)
        except ValidationError as error:
            animation.drop(name, _reason(error))
    given = {name: value for name, value in known.items() if value is not None}
    for part in (_feed, _talking, _easing, _blinking, _swaying, _breathing, _effects):
        part(animation, given)
    return animation


def _reason(error: ValidationError) -> str:
    return first_line(error.errors()[0]["msg"]).replace("Input should be", "should be")


def _feed(animation: Animation, given: Mapping[str, Any]) -> None:
    """The picture's sides count as 2."""
    animation.fps = float(given.get("target_fps", FEED_FPS))
    sides = {side: given.get(f"crop_{side}", 0.0) / 2 for side in Crop.__slots__}
    animation.crop = Crop(**sides)


def _talking(animation: Animation, given: Mapping[str, Any]) -> None:
    quickness, vowel = given.get("talking_fps", USUAL["talking_fps"]) / USUAL["talking_fps"], None
    morph = given.get("talking_morph")
    if morph is not None:
        vowel = morph.removesuffix("_index").removeprefix("mouth_")
        if vowel not in VOWELS:
            animation.drop("talking_morph", f"only mouth_{', mouth_'.join(VOWELS)}")
            vowel = None
    animation.flaps = (quickness, vowel)


def _easing(animation: Animation, given: Mapping[str, Any]) -> None:
    """A share of the way for each frame: half of it is done when half of our time has passed."""
    step = given.get("pose_interpolator_step")
    if step is not None:
        halfway_s = 0.0 if step == 1 else math.log(0.5) / math.log(1 - step) / FEED_FPS
        animation.settings["emotion"] = {"ease_s": round(min(2 * halfway_s, 10.0), 3)}


def _blinking(animation: Animation, given: Mapping[str, Any]) -> None:
    """A time without blinks, then a chance for each frame; with the usual chance the time alone counts."""
    if "blink_confusion_duration" in given:
        animation.drop("blink_confusion_duration", "confusion blinks as ever here")
    chance = given.get("blink_probability")
    if chance == 0:
        _idle(animation)["blinking"] = 0.0
    elif chance is not None or "blink_interval_min" in given or "blink_interval_max" in given:
        more = 0.0 if chance is None else (1 / chance - 1 / USUAL["blink_probability"]) / FEED_FPS
        seconds = _middle("blink", given) + more
        _idle(animation)["seconds_between_blinks"] = round(min(max(seconds, 0.5), 60.0), 3)


def _swaying(animation: Animation, given: Mapping[str, Any]) -> None:
    idle: dict[str, Any] = {}
    if "sway_macro_strength" in given:
        idle["sway"] = min(2.0, given["sway_macro_strength"] / USUAL["sway_macro_strength"])
    if "sway_micro_strength" in given:
        idle["tremble"] = min(0.2, given["sway_micro_strength"])
    if "sway_interval_min" in given or "sway_interval_max" in given:
        idle["seconds_between_shifts"] = min(max(_middle("sway", given) * 1.2, 1.0), 120.0)
    if "sway_morphs" in given:
        morphs = [name.removesuffix("_index") for name in given["sway_morphs"]]
        idle["sway_parts"] = [name for name in SWAYING if name in morphs]
        animation.dropped += [f"sway_morphs: {name[:100]} (does not sway)" for name in morphs if name not in SWAYING]
    if idle:
        _idle(animation).update(idle)


def _breathing(animation: Animation, given: Mapping[str, Any]) -> None:
    if "breathing_cycle_duration" in given:
        _idle(animation)["breaths_per_minute"] = 60.0 / given["breathing_cycle_duration"]


def _effects(animation: Animation, given: Mapping[str, Any]) -> None:
    if "postprocessor_chain" in given:
        effects, dropped = effects_of(given["postprocessor_chain"])
        animation.settings["scene"] = {"effects": effects}
        animation.dropped += dropped


def _idle(animation: Animation) -> dict[str, Any]:
    return animation.settings.setdefault("idle", {})


def _middle(what: str, given: Mapping[str, Any]) -> float:
    """Between the client's two limits; its own where it names one alone."""
    low, high = (given.get(name, USUAL[name]) for name in (f"{what}_interval_min", f"{what}_interval_max"))
    return float(low + high) / 2


def read_templates(values: Mapping[str, Any]) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Emotion to parameter to value, without what is wrong, and the names of that."""
    templates: dict[str, dict[str, float]] = {}
    dropped: list[str] = []
    for emotion, template in values.items():
        if not isinstance(template, Mapping):
            dropped.append(f"{emotion} (not a template)")
            continue
        taken: dict[str, float] = {}
        for name, value in template.items():
            plain = name.removesuffix("_index")
            try:
                pose.from_mapping({plain: value})
            except PoseError:
                dropped.append(f"{emotion}: {name[:100]}")
            else:
                taken[plain] = float(value)
        if taken or not template:
            templates[emotion] = taken
    return templates, dropped


class OwnSettings:
    """What was in force before the client changed it, to be put back when it no longer does."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, str], Any] = {}
        self._put: dict[tuple[str, str], Any] = {}

    def changes(
        self, wanted: Mapping[str, Mapping[str, Any]], in_force: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """What is to be changed, so that just `wanted` of the client's counts.

        A setting that somebody else has changed since the client did is theirs.
        """
        flat = {(section, name): value for section, one in wanted.items() for name, value in one.items()}
        result: dict[tuple[str, str], Any] = {}
        for place, value in self._put.items():
            if place not in flat and _at(in_force, place) == value:
                result[place] = self._before[place]
        for place in flat:
            if place not in self._put or _at(in_force, place) != self._put[place]:
                self._before[place] = _at(in_force, place)
        self._put = flat
        nested: dict[str, dict[str, Any]] = {}
        for (section, name), value in (result | flat).items():
            nested.setdefault(section, {})[name] = value
        return nested


def _at(values: Mapping[str, Mapping[str, Any]], place: tuple[str, str]) -> Any:
    section, name = place
    return values.get(section, {}).get(name)
