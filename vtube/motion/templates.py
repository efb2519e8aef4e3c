"""Emotion templates: what a face does for each emotion, from `config/emotions.yaml` and the user's own file.

A file maps the emotion's name to parameters and values:

    joy:
      eye_happy_wink: 0.5          # both sides
      eyebrow_raised_left: 0.3     # the own left side alone
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vtube.errors import PoseError, SettingsError
from vtube.paths import shipped
from vtube.pose import INDEX, Pose, from_mapping, neutral, to_mapping
from vtube.settings.yaml_file import read_yaml

Templates = dict[str, Pose]
"""Emotion name to the pose that is laid over the face; an absent parameter is 0 and does nothing."""

NEUTRAL = "neutral"
MAX_EMOTIONS = 1000
_SIDES = ("_left", "_right")


def load_templates(own: Path | None = None) -> Templates:
    """The built-in emotions, over them those of the user's file `own`.

    `neutral` is always among them.

    Raises:
        SettingsError: a file is missing or no valid YAML, or names a parameter that does not exist (the message
            offers the nearest one).
    """
    templates = {NEUTRAL: neutral(), **parse_templates(read_built_in("emotions.yaml"), "config/emotions.yaml")}
    if own is not None:
        templates |= parse_templates(read_yaml(own), str(own))
    return templates


def parse_templates(values: Any, where: str = "the emotions") -> Templates:
    """Templates from a nested mapping, emotion to parameter to number.

    Raises:
        SettingsError: one line that names `where`, the emotion and what is wrong with it.
    """
    if not isinstance(values, Mapping) or len(values) > MAX_EMOTIONS:
        raise SettingsError(f"{where} should map the names of emotions to parameters and values")
    return {str(name): _template(f"{where}: {name}", parameters) for name, parameters in values.items()}


def said(pose: Pose) -> dict[str, float]:
    """{parameter: value} of what is not 0."""
    return {name: round(value, 5) for name, value in to_mapping(pose).items() if value}


def find(templates: Templates, name: str) -> Pose:
    """The template of the emotion `name`.

    Raises:
        SettingsError: there is none; the message offers the nearest name.
    """
    if name not in templates and name == NEUTRAL:
        return neutral()
    if name not in templates:
        near = difflib.get_close_matches(name, templates, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(templates))}"
        raise SettingsError(f"there is no emotion {name!r}{hint}")
    return templates[name]


def read_built_in(name: str) -> Any:
    """What the program's own file `config/name` holds.

    Raises:
        SettingsError: it is missing or spoilt.
    """
    path = shipped(Path("config") / name)
    if path is None:
        raise SettingsError(f"config/{name} is missing from this installation; install vtube again")
    return read_yaml(path)


def _template(where: str, parameters: Any) -> Pose:
    if parameters is None:
        parameters = {}
    if not isinstance(parameters, Mapping):
        raise SettingsError(f"{where} should hold `parameter: value` lines, not {parameters!r}")
    values: dict[str, float] = {}
    for name, value in parameters.items():
        values |= dict.fromkeys(_sides(where, str(name)), _number(f"{where}.{name}", value))
    try:
        return from_mapping(values)
    except PoseError as error:
        raise SettingsError(f"{where}: {error}") from None


def _sides(where: str, name: str) -> list[str]:
    """The parameters that `name` stands for: itself, or its two sides."""
    if name in INDEX:
        return [name]
    both = [name + side for side in _SIDES]
    if both[0] in INDEX:
        return both
    known = [*INDEX, *dict.fromkeys(full.removesuffix("_left") for full in INDEX if full.endswith("_left"))]
    near = difflib.get_close_matches(name, known, n=1)
    raise SettingsError(f"{where}: there is no parameter {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SettingsError(f"{where} needs a number, not {value!r}")
    return float(value)
