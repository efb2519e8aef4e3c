"""The 45 parameters of Talking Head Anime 3, in the order its networks take them.

Left and right are the character's own. Source of names, order and ranges: the THA3 demo's pose parameters
(`tha3/poser/modes/pose_parameters.py`, MIT).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vtube.errors import PoseError
from vtube.text import nearest, shown

Pose = NDArray[np.float32]
"""Shape (45,), float32, each value inside its parameter's range."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the 45: its index in the vector and its range."""

    index: int
    name: str
    low: float
    high: float


def _sided(*names: str) -> list[tuple[str, float, float]]:
    return [(f"{name}_{side}", 0.0, 1.0) for name in names for side in ("left", "right")]


def _plain(low: float, *names: str) -> list[tuple[str, float, float]]:
    return [(name, low, 1.0) for name in names]


_ROWS = [
    *_sided(
        "eyebrow_troubled", "eyebrow_angry", "eyebrow_lowered", "eyebrow_raised", "eyebrow_happy", "eyebrow_serious"
    ),
    *_sided("eye_wink", "eye_happy_wink", "eye_surprised", "eye_relaxed", "eye_unimpressed", "eye_raised_lower_eyelid"),
    *_sided("iris_small"),
    *_plain(0.0, "mouth_aaa", "mouth_iii", "mouth_uuu", "mouth_eee", "mouth_ooo", "mouth_delta"),
    *_sided("mouth_lowered_corner", "mouth_raised_corner"),
    *_plain(0.0, "mouth_smirk"),
    *_plain(-1.0, "iris_rotation_x", "iris_rotation_y", "head_x", "head_y", "neck_z", "body_y", "body_z"),
    *_plain(0.0, "breathing"),
]

PARAMETERS: tuple[Parameter, ...] = tuple(
    Parameter(index, name, low, high) for index, (name, low, high) in enumerate(_ROWS)
)
NAMES: tuple[str, ...] = tuple(parameter.name for parameter in PARAMETERS)
COUNT = len(PARAMETERS)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
LOW: Pose = np.array([parameter.low for parameter in PARAMETERS], np.float32)
HIGH: Pose = np.array([parameter.high for parameter in PARAMETERS], np.float32)
LOW.setflags(write=False)
HIGH.setflags(write=False)

EYEBROWS = slice(0, 12)
"""Indices the eyebrow combiner takes."""
FACE = slice(12, 39)
"""Indices the face morpher takes: lids, mouth, irises."""
BODY = slice(39, 45)
"""Indices the rotator and the editor take: head, neck, body, breathing."""


def neutral() -> Pose:
    """A new pose of zeros: the picture as it was drawn."""
    return np.zeros(COUNT, np.float32)


def index_of(name: str) -> int:
    """Index of the parameter `name`.

    Raises:
        PoseError: no parameter has that name; the message offers the nearest one.
    """
    try:
        return INDEX[name]
    except (KeyError, TypeError):
        near = nearest(str(name), NAMES)
        hint = f"; did you mean {near}?" if near else ""
        raise PoseError(f"there is no pose parameter {shown(name)}{hint}") from None


def limit(pose: Pose) -> Pose:
    """Bring `pose` into range, in place; NaN becomes 0. Returns the same array."""
    np.copyto(pose, 0.0, where=np.isnan(pose))
    np.clip(pose, LOW, HIGH, out=pose)
    return pose


def from_mapping(values: Mapping[str, float]) -> Pose:
    """A pose with the named parameters set, limited to their ranges, the others 0.

    Raises:
        PoseError: an unknown name, or a value that is not a finite number.
    """
    pose = neutral()
    for name, value in values.items():
        pose[index_of(name)] = _finite(name, value)
    return limit(pose)


def from_sequence(values: Sequence[float]) -> Pose:
    """A pose from 45 numbers in parameter order, limited to their ranges.

    Raises:
        PoseError: not 45 values, or one that is not a finite number.
    """
    if len(values) != COUNT:
        raise PoseError(f"a pose has {COUNT} numbers, this one {len(values)}")
    return limit(np.array([_finite(name, value) for name, value in zip(NAMES, values, strict=True)], np.float32))


def to_mapping(pose: Pose) -> dict[str, float]:
    """Parameter name to value, rounded to 6 digits, for JSON."""
    return {name: round(float(value), 6) for name, value in zip(NAMES, pose, strict=True)}


def _finite(name: str, value: object) -> float:
    if not isinstance(value, bool) and isinstance(value, int | float | np.number):
        with contextlib.suppress(OverflowError):  # a whole number of more than 308 digits
            if math.isfinite(number := float(value)):
                return number
    raise PoseError(f"{name} needs a number, not {shown(value)}")
