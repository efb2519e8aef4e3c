"""The seam of a way to turn a face into a pose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from vtube.motion.facevector import INDEX, Vector
from vtube.pose import INDEX as PARAMETER
from vtube.pose import Pose

_HEAD = ("head_x", "head_y", "neck_z", "body_y", "body_z")
_GAZE = ("iris_rotation_x", "iris_rotation_y")


def _named(*starts: str) -> tuple[str, ...]:
    return tuple(name for name in PARAMETER if name.startswith(starts) and name not in _GAZE)


GROUPS: Mapping[str, tuple[str, ...]] = {
    "brows": _named("eyebrow_"),
    "lids": _named("eye_"),
    "gaze": _GAZE,
    "mouth": _named("mouth_"),
    "head": _HEAD,
}
"""Parameters that come and go together, by what a tracker can see."""

_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "brows": ("browInnerUp", "browDownLeft", "browDownRight", "browOuterUpLeft", "browOuterUpRight"),
    "lids": ("eyeBlinkLeft", "eyeBlinkRight"),
    "gaze": ("gaze_x_left", "gaze_x_right"),
    "mouth": ("jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight"),
    "head": ("head_x", "head_y", "head_z"),
}
_EVIDENCE_AT = {group: [INDEX[name] for name in names] for group, names in _EVIDENCE.items()}


class Mapper(Protocol):
    """Turns one calibrated face into parameter values."""

    def map(self, face: Vector, pose: Pose, dt: float, /) -> None:
        """Write what the face makes of the parameters into `pose`, in place.

        Args:
            face: numbers of the face, never NaN: what the tracker does not say is 0 (see `filled`).
            pose: zeros on entry; only the groups that the face shows are used afterwards.
            dt: seconds since the previous face, at most a second.
        """

    def reset(self) -> None:
        """Forget what earlier faces did."""


def seen_groups(vector: Vector) -> list[str]:
    """The GROUPS that this face says something about."""
    known = ~np.isnan(vector)
    return [group for group, at in _EVIDENCE_AT.items() if known[at].any()]


def filled(vector: Vector) -> Vector:
    """The vector without NaN: absent shapes, angles and positions are 0, with stand-ins where a neighbour tells.

    A missing cheekSquint is taken from eyeSquint, a missing side of the gaze from the other.
    """
    for absent, stand_in in _STAND_INS:
        if np.isnan(vector[absent]):
            vector[absent] = vector[stand_in]
    vector[np.isnan(vector)] = 0.0
    return vector


_STAND_INS = [
    (INDEX[absent], INDEX[stand_in])
    for absent, stand_in in (
        ("cheekSquintLeft", "eyeSquintLeft"),
        ("cheekSquintRight", "eyeSquintRight"),
        ("gaze_x_left", "gaze_x_right"),
        ("gaze_y_left", "gaze_y_right"),
        ("gaze_x_right", "gaze_x_left"),
        ("gaze_y_right", "gaze_y_left"),
    )
]
