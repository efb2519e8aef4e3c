"""A tracked face as one flat vector, so that calibration and mirroring are array operations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vtube.signals import ARKIT_SHAPES, FaceFrame

Vector = NDArray[np.float64]
"""Shape (62,): the 52 ARKit shapes (0..1), then the EXTRAS; NaN where the tracker does not say."""

EXTRAS: tuple[str, ...] = (
    "head_x",
    "head_y",
    "head_z",
    "gaze_x_left",
    "gaze_y_left",
    "gaze_x_right",
    "gaze_y_right",
    "position_x",
    "position_y",
    "position_z",
)
"""Head and gaze in degrees (x + down, y + own left, z + tilt to the own right), position in metres."""

FIELDS: tuple[str, ...] = ARKIT_SHAPES + EXTRAS
INDEX: dict[str, int] = {name: index for index, name in enumerate(FIELDS)}
SHAPES = slice(0, len(ARKIT_SHAPES))
HEAD = slice(INDEX["head_x"], INDEX["head_z"] + 1)
GAZE = slice(INDEX["gaze_x_left"], INDEX["gaze_y_right"] + 1)
POSITION = slice(INDEX["position_x"], INDEX["position_z"] + 1)

GAZE_DOWN_DEG = 35.0
GAZE_UP_DEG = 28.0
GAZE_SIDE_DEG = 35.0
"""Eye rotation at a weight of 1 of eyeLookDown, eyeLookUp, eyeLookIn and eyeLookOut, measured on recordings of
Live Link Face."""

MAX_ANGLE_DEG = 180.0
MAX_POSITION_M = 10.0

_LOOKS_UP = {"eyeLookUp": "eyeLookDown", "eyeLookDown": "eyeLookUp"}
_LOOKS_ASIDE = {"eyeLookIn": "eyeLookOut", "eyeLookOut": "eyeLookIn"}

INVERTIBLE: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "pitch": (("head_x",), {}),
    "yaw": (("head_y",), {}),
    "roll": (("head_z",), {}),
    "gaze_x": (("gaze_x_left", "gaze_x_right"), _LOOKS_UP),
    "gaze_y": (("gaze_y_left", "gaze_y_right"), _LOOKS_ASIDE),
    "position_x": (("position_x",), {}),
    "position_y": (("position_y",), {}),
    "position_z": (("position_z",), {}),
}
"""What a user can turn round when an app sends it with the other sign: fields to negate, shapes to swap."""


def indices(*names: str) -> list[int]:
    """Where the named fields lie in a Vector."""
    return [INDEX[name] for name in names]


def vector_of(frame: FaceFrame) -> Vector:
    """The frame's numbers; what is absent, infinite or no number is NaN, the rest is brought into bounds.

    Gaze comes from the eyeLook shapes, or from the eye angles where those shapes are not sent; then the shapes
    come from the angles.
    """
    shapes = frame.shapes
    vector = np.array([shapes.get(name, math.nan) for name in ARKIT_SHAPES] + [math.nan] * len(EXTRAS))
    _place(vector, HEAD, frame.head)
    _place(vector, POSITION, frame.head_position)
    _place_gaze(vector, "Left", frame.eye_left)
    _place_gaze(vector, "Right", frame.eye_right)
    vector[~np.isfinite(vector)] = math.nan
    np.clip(vector, _LOW, _HIGH, out=vector)
    return vector


@dataclass(frozen=True, slots=True)
class Flip:
    """Fields that change places, and then sign."""

    source: NDArray[np.intp]
    signs: Vector

    def flip(self, vector: Vector) -> Vector:
        """The flipped vector, a new array."""
        flipped: Vector = vector[self.source] * self.signs
        return flipped


def inversion(axes: Iterable[str]) -> Flip:
    """The flip of the named INVERTIBLE axes."""
    source, signs = np.arange(len(FIELDS)), np.ones(len(FIELDS))
    for axis in axes:
        negated, swapped = INVERTIBLE[axis]
        signs[indices(*negated)] *= -1.0
        for name, other in swapped.items():
            source[indices(name + "Left", name + "Right")] = indices(other + "Left", other + "Right")
    return Flip(source, signs)


def _mirror() -> Flip:
    signs = np.ones(len(FIELDS))
    signs[indices("head_y", "head_z", "gaze_y_left", "gaze_y_right", "position_x")] = -1.0
    return Flip(np.array(indices(*(_other_side(name) for name in FIELDS))), signs)


def _place(vector: Vector, where: slice, values: Sequence[float] | None) -> None:
    if values is not None:
        vector[where] = values


def _place_gaze(vector: Vector, side: str, angles: tuple[float, float] | None) -> None:
    look = indices(*(f"eyeLook{way}{side}" for way in ("Down", "Up", "Out", "In")))
    gaze = indices(f"gaze_x_{side.lower()}", f"gaze_y_{side.lower()}")
    to_left = 1.0 if side == "Left" else -1.0
    down, up, outward, inward = vector[look].tolist()
    if math.isfinite(down + up + outward + inward):
        left = to_left * (outward - inward)
        vector[gaze] = down * GAZE_DOWN_DEG - up * GAZE_UP_DEG, left * GAZE_SIDE_DEG
    elif angles is not None:
        pitch, outward = angles[0], to_left * angles[1]
        vector[gaze] = angles
        vector[look] = (
            max(pitch, 0.0) / GAZE_DOWN_DEG,
            max(-pitch, 0.0) / GAZE_UP_DEG,
            max(outward, 0.0) / GAZE_SIDE_DEG,
            max(-outward, 0.0) / GAZE_SIDE_DEG,
        )


def _other_side(name: str) -> str:
    for one, other in (("Left", "Right"), ("Right", "Left"), ("_left", "_right"), ("_right", "_left")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


MIRROR = _mirror()
"""The same face seen in a mirror: left and right swapped, turns, tilts and sidewards gaze negated."""

_LOW = np.zeros(len(FIELDS))
_HIGH = np.ones(len(FIELDS))
_HIGH[HEAD] = _HIGH[GAZE] = MAX_ANGLE_DEG
_HIGH[POSITION] = MAX_POSITION_M
_LOW[HEAD.start :] = -_HIGH[HEAD.start :]
