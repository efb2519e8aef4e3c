"""How layers add to each other, so that a head between several of them is never stuck at its limit."""

from __future__ import annotations

import numpy as np

from vtube.motion.easing import Array
from vtube.pose import HIGH, INDEX, LOW, Pose

GIVES = 0.5
"""Share of the room left in a parameter's range that is taken whole; beyond it movements give way."""
_BENT = (LOW < 0) | (np.arange(len(LOW)) == INDEX["breathing"])
"""Parameters that several layers add to."""
REACH = 0.85
"""Layers together turn a head at most so far: beyond it pictures lose what stands out from the head."""
DOWN = 0.65
"""The same of a head that is lowered, whose tuft of hair crumbles sooner."""
_LEAST = 1e-6
_HEAD = [INDEX[name] for name in ("head_x", "head_y", "neck_z")]
_LOWEST, _HIGHEST = LOW.copy(), HIGH.copy()
_LOWEST[_HEAD], _HIGHEST[_HEAD] = (-DOWN, -REACH, -REACH), REACH


def added(below: Pose | Array, more: Array) -> Array:
    """`more` on top of `below`, both shape (45,); the result is a new array.

    Angles and breath take half of the room that is left as it is, of what is beyond ever less, and come near the end of
    the range (of a head, REACH or DOWN) without passing it. All others are summed.
    """
    up = more > 0
    room = np.maximum(np.where(up, _HIGHEST - below, below - _LOWEST), _LEAST)
    wanted = np.abs(more) / room
    taken = np.where(wanted <= GIVES, wanted, GIVES + (1 - GIVES) * np.tanh((wanted - GIVES) / (1 - GIVES)))
    bent = below + np.where(up, room, -room) * taken
    return np.where(_BENT, bent, below + more)
