"""What follows the head: the body with its own lag, and the lean of the whole figure."""

from __future__ import annotations

import math
from typing import NamedTuple

from vtube.motion.retarget.curves import saturate


class Lean(NamedTuple):
    """Where the picture is moved because the person moved.

    Attributes:
        x: to the viewer's right, as a fraction of the picture's height.
        y: up, as a fraction of the picture's height.
        scale: size of the figure, 1 unchanged.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0


REACH_M = 0.15
"""Movement of a head, sidewards and up, at which the lean begins to give way."""
DEPTH_M = 0.2
MAX_OFFSET = 0.12
MAX_ZOOM = 0.15


def lean_values(x: float, y: float, z: float, strength: float) -> tuple[float, float, float]:
    """Offset x, y and the change of scale for a head moved by (own right, up, towards the camera) metres."""
    return (
        -strength * MAX_OFFSET * saturate(x / REACH_M),
        strength * MAX_OFFSET * saturate(y / REACH_M),
        strength * MAX_ZOOM * saturate(z / DEPTH_M),
    )


class Follower:
    """A critically damped spring: it follows a moving target `lag_s` seconds behind and never overshoots a rest.

    Solved exactly between calls with the target at its mean, so that the frame rate does not show.
    """

    def __init__(self, lag_s: float) -> None:
        self._omega = 2.0 / lag_s if lag_s > 0 else math.inf
        self._time = math.nan
        self._last = 0.0
        self._value = 0.0
        self._speed = 0.0

    def follow(self, target: float, now: float) -> float:
        """The follower's value at `now` seconds; the first call starts on the target."""
        dt = now - self._time
        if math.isinf(self._omega) or not dt < 1.0:
            self._value, self._speed = target, 0.0
        elif dt > 0:
            self._step((target + self._last) / 2, dt)
        self._time, self._last = now, target
        return self._value

    def _step(self, target: float, dt: float) -> None:
        away = self._value - target
        slope = self._speed + self._omega * away
        decay = math.exp(-self._omega * dt)
        self._value = target + (away + slope * dt) * decay
        self._speed = (self._speed - self._omega * slope * dt) * decay
