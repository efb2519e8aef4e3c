"""What moves along with the head: the body with its own lag, and the lean of the whole figure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vtube.motion.easing import Array, Follower
from vtube.motion.retarget.filters import saturate


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


SECONDS_PER_LAG = 3.0
"""A follower trails a steady motion by a third of its easing time."""


class Body:
    """Turn and tilt of the body: the head's, later and smaller.

    Args:
        share: part of the head's movement.
        lag_s: how far behind a steady movement the body is, in seconds.
    """

    def __init__(self, share: float, lag_s: float) -> None:
        self._share = share
        self._follower = Follower(np.zeros(2), SECONDS_PER_LAG * lag_s)
        self._begun = False

    def reset(self) -> None:
        """Be where the head is at the next call."""
        self._begun = False

    def follow(self, turn: float, tilt: float, now: float) -> Array:
        """(body_y, body_z) for (head_y, neck_z) at `now` seconds."""
        head = np.array([turn, tilt])
        value = self._follower.toward(head, now)
        if not self._begun:
            self._follower.jump(head)
            self._begun, value = True, head
        return self._share * value


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
