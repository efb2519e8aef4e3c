"""What a parser lets through: finite numbers of a plausible size."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vtube.signals import Angles

SHAPE_LOW, SHAPE_HIGH = -1.0, 2.0
"""ARKit weights are 0..1; devices overshoot to 1.05 and iFacialMocap v2 goes down to -1."""
FARTHEST_M = 10.0


def shape_weight(value: float) -> float | None:
    """A shape's weight inside -1..2, None when it is not finite."""
    return min(max(value, SHAPE_LOW), SHAPE_HIGH) if math.isfinite(value) else None


def angles(values: Sequence[float]) -> Angles | None:
    """Three angles in degrees wrapped to -180..180, None unless there are three finite ones."""
    if len(values) < 3 or not all(map(math.isfinite, values[:3])):
        return None
    return wrap(values[0]), wrap(values[1]), wrap(values[2])


def gaze(values: Sequence[float]) -> tuple[float, float] | None:
    """Two angles in degrees wrapped to -180..180, None unless there are two finite ones."""
    if len(values) < 2 or not (math.isfinite(values[0]) and math.isfinite(values[1])):
        return None
    return wrap(values[0]), wrap(values[1])


def position(values: Sequence[float]) -> Angles | None:
    """Three lengths in metres inside -10..10, None unless there are three finite ones."""
    if len(values) < 3 or not all(map(math.isfinite, values[:3])):
        return None
    x, y, z = (min(max(value, -FARTHEST_M), FARTHEST_M) for value in values[:3])
    return x, y, z


def wrap(degrees: float) -> float:
    """The same direction inside -180..180 degrees."""
    return degrees if -180.0 <= degrees <= 180.0 else (degrees + 180.0) % 360.0 - 180.0
