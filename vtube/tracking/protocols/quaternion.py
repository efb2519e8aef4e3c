"""Rotations as Unity sends them: quaternions x, y, z, w, left-handed, Y up, Z forward."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vtube.signals import Angles

Quaternion = tuple[float, float, float, float]
IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


def normalised(values: Sequence[float]) -> Quaternion | None:
    """The unit quaternion of four finite numbers; None when they are (nearly) all zero."""
    length = math.hypot(*values)
    if not 1e-6 < length < math.inf:
        return None
    x, y, z, w = (value / length for value in values)
    return x, y, z, w


def multiply(outer: Quaternion, inner: Quaternion) -> Quaternion:
    """Hamilton's product: `inner` in the frame that `outer` has turned."""
    ax, ay, az, aw = outer
    bx, by, bz, bw = inner
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def rotate(rotation: Quaternion, vector: Sequence[float]) -> tuple[float, float, float]:
    """The vector x, y, z turned by a unit quaternion."""
    x, y, z, w = rotation
    turned = multiply(multiply(rotation, (vector[0], vector[1], vector[2], 0.0)), (-x, -y, -z, w))
    return turned[0], turned[1], turned[2]


def unity_angles(rotation: Quaternion) -> Angles:
    """Degrees in our axes (x down, y own left, z tilt to the own right) of a unit quaternion, Euler order YXZ.

    Unity's pitch looks down, its yaw turns to the own right and its roll tilts to the own left.
    """
    x, y, z, w = rotation
    pitch = math.asin(min(max(2 * (x * w - y * z), -1.0), 1.0))
    yaw = math.atan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y))
    roll = math.atan2(2 * (x * y + z * w), 1 - 2 * (x * x + z * z))
    return math.degrees(pitch), -math.degrees(yaw), -math.degrees(roll)
