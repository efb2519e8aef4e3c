"""The conversion of the original THA3 demo, value for value.

Source of every constant: `tha3/mocap/ifacialmocap_pose_converter_25` of pkhungurn/talking-head-anime-3-demo
(MIT), default arguments. No smoothing, no calibration of its own, the original's hard limits and its step where
the mouth begins to open; `natural` mends these.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vtube.motion.easing import Array
from vtube.motion.facevector import FIELDS, Vector
from vtube.motion.retarget.filters import clamp, ramp
from vtube.pose import INDEX as P
from vtube.pose import Pose

SIDES = (("left", "Left"), ("right", "Right"))
GAZE_GAIN = 4.0 / 3.0
PITCH_DEG = 15.0
YAW_DEG = 10.0
ROLL_DEG = 15.0

Brow = Literal["angry", "troubled", "lowered", "serious"]


@dataclass(slots=True)
class Classic:
    """The original's default converter; `brow` is what a lowered brow becomes."""

    brow: Brow = "angry"

    def map(self, face: Vector, pose: Pose, _dt: float) -> None:
        """See `Mapper.map`."""
        f = dict(zip(FIELDS, face.tolist(), strict=True))
        smile = (f["mouthSmileLeft"] + f["mouthSmileRight"]) / 2 + f["mouthShrugUpper"]
        smiling = ramp(smile, 0.4, 0.6)
        self._brows(f, smile, smiling, pose)
        _eyes(f, smiling, pose)
        _mouth(f, smile, pose)
        _head(f, pose)

    def reset(self) -> None:
        """Nothing is kept between faces."""

    def _brows(self, f: dict[str, float], smile: float, smiling: float, pose: Pose) -> None:
        for side, arkit in SIDES:
            pose[P[f"eyebrow_raised_{side}"]] = clamp(f["browInnerUp"] + f[f"browOuterUp{arkit}"])
            pose[P[f"eyebrow_{self.brow}_{side}"]] = (1 - smiling) * clamp(f[f"browDown{arkit}"] / 0.4)
            pose[P[f"eyebrow_happy_{side}"]] = clamp(smile) * smiling


def _eyes(f: dict[str, float], smiling: float, pose: Pose) -> None:
    for side, arkit in SIDES:
        closed = clamp(f[f"eyeBlink{arkit}"] / 0.8)
        pose[P[f"eye_wink_{side}"]] = (1 - smiling) * closed
        pose[P[f"eye_happy_wink_{side}"]] = smiling * closed
        pose[P[f"eye_surprised_{side}"]] = clamp(f[f"eyeWide{arkit}"] / 0.5)
        pose[P[f"eye_raised_lower_eyelid_{side}"]] = ramp(f[f"cheekSquint{arkit}"], 0.1, 0.7)
    up = (f["eyeLookUpLeft"] + f["eyeLookUpRight"] - f["eyeLookDownLeft"] - f["eyeLookDownRight"]) / 2
    right = (f["eyeLookInLeft"] - f["eyeLookOutLeft"] - f["eyeLookInRight"] + f["eyeLookOutRight"]) / 2
    pose[P["iris_rotation_x"]] = clamp(up * GAZE_GAIN, -1)
    pose[P["iris_rotation_y"]] = clamp(right * GAZE_GAIN, -1)


def _mouth(f: dict[str, float], smile: float, pose: Pose) -> None:
    pose[P["mouth_raised_corner_left"]] = pose[P["mouth_raised_corner_right"]] = clamp(smile)
    opened = ramp(f["jawOpen"], 0.1, 0.4)
    if opened <= 0:
        corner = clamp((f["mouthFrownLeft"] + f["mouthFrownRight"]) / 0.6)
        pose[P["mouth_lowered_corner_left"]] = pose[P["mouth_lowered_corner_right"]] = corner
        return
    lip_down = clamp(f["mouthLowerDownLeft"] + f["mouthLowerDownRight"])
    aaa, iii, uuu, ooo = fit_mouth(np.array([opened, lip_down, f["mouthFunnel"], f["mouthPucker"]]))
    rounded, funnelled = clamp(uuu + ooo), ramp(f["mouthFunnel"], 0.25, 0.5)
    pose[P["mouth_aaa"]], pose[P["mouth_iii"]] = aaa, iii
    pose[P["mouth_uuu"]], pose[P["mouth_ooo"]] = rounded * (1 - funnelled), rounded * funnelled


def _head(f: dict[str, float], pose: Pose) -> None:
    pose[P["head_x"]] = clamp(-f["head_x"] / PITCH_DEG, -1)
    pose[P["head_y"]] = pose[P["body_y"]] = clamp(-f["head_y"] / YAW_DEG, -1)
    pose[P["neck_z"]] = pose[P["body_z"]] = clamp(f["head_z"] / ROLL_DEG, -1)


MOUTH_ROWS: Array = np.array(
    [
        [1.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [0.5, 0.3, 0.25, 0.75],
        [1.0, 0.5, 0.5, 0.4],
    ]
)
"""Rows: aaa, iii, uuu, ooo; columns: openness, lower lip down, funnel, pucker. Source: the THA3 demo (MIT)."""

L1_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class _Choices:
    """Closed forms for every choice of held coordinates, stacked.

    With the free columns A and the rest b of the target, the minimiser of ||A x - b|| + w 1'x is the least
    squares solution less w * r * (A'A)^-1 1, where r = ||b's part outside A|| / sqrt(1 - w^2 1'(A'A)^-1 1).
    """

    held: Array
    held_image: Array
    pinv: Array
    outside: Array
    shrink: Array


def _choices() -> _Choices:
    columns = MOUTH_ROWS.T
    rows: list[tuple[Array, Array, Array, Array, Array]] = []
    for choice in itertools.product((0.0, 1.0, None), repeat=4):
        held = np.array([0.0 if value is None else value for value in choice])
        free = [index for index, value in enumerate(choice) if value is None]
        pinv, outside, shrink = np.zeros((4, 4)), np.eye(4), np.zeros(4)
        if free:
            a = columns[:, free]
            gram = np.linalg.inv(a.T @ a)
            pinv[free] = gram @ a.T
            ones = gram.sum(axis=1)
            outside = (np.eye(4) - a @ pinv[free]) / np.sqrt(1.0 - L1_WEIGHT**2 * ones.sum())
            shrink[free] = L1_WEIGHT * ones
        rows.append((held, columns @ held, pinv, outside, shrink))
    return _Choices(*(np.array(part) for part in zip(*rows, strict=True)))


_CHOICES = _choices()


def fit_mouth(target: Array) -> Array:
    """The weights of aaa, iii, uuu and ooo, each 0..1, that come nearest to `target`.

    The demo minimises ||d M - m||_2 + 0.01 ||d||_1 over d in [0, 1]^4 with a general optimiser. The problem is
    convex, and for every choice of coordinates held at a bound its minimum over the free ones has a closed form,
    so that the best of all 3^4 choices is the exact answer.

    Args:
        target: shape (4,): openness, lower lip down, funnel, pucker, each 0..1.
    """
    rest = target - _CHOICES.held_image
    radius = np.linalg.norm(np.einsum("nij,nj->ni", _CHOICES.outside, rest), axis=1)
    free = np.einsum("nij,nj->ni", _CHOICES.pinv, rest) - radius[:, None] * _CHOICES.shrink
    candidates = np.clip(_CHOICES.held + free, 0.0, 1.0)
    loss = np.linalg.norm(candidates @ MOUTH_ROWS - target, axis=1) + L1_WEIGHT * candidates.sum(axis=1)
    best: Array = candidates[int(np.argmin(loss))]
    return best
