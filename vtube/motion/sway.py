"""Sway: head, neck and body never quite still, never in a hurry.

Band-limited noise, so nothing moves by a step and nothing repeats. Real heads keep 90 % of their motion below
0.9 Hz (docs/notes/motion.md); at rest they are slower still, and drift: that takes the head far at hardly any speed,
so that speech, which is quick, still stands out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vtube.motion.easing import minimum_jerk
from vtube.motion.noise import between, smooth, uniform

_HEAD_X, _HEAD_Y, _NECK_Z, _BODY_Y, _BODY_Z = range(400, 450, 10)
_OCTAVES = ((20.0, 0.65), (5.0, 0.75), (2.0, 0.55), (0.9, 0.2))
"""Seconds between knots, and the standard deviation each contributes; the first is the drift."""
_SLOW = _OCTAVES[:2]
_WHEN, _PACE, _WHERE = 460, 461, 462
_TREMBLE, _TREMBLE_S = 470, 0.08
POSTURE_S = 9.0
"""In each slot of time the weight is shifted once: people at rest do so several times a minute."""
_POSTURE = (0.34, 0.36, 0.25, 0.30, 0.28)
"""The furthest of each, in the order of `Sway`."""


@dataclass(frozen=True, slots=True)
class Sway:
    """Parameter values around 0, not limited."""

    head_x: float
    head_y: float
    neck_z: float
    body_y: float
    body_z: float


def sway(seed: int, now: float) -> Sway:
    """Head, neck and body at `now`; the body goes part of the way with the head, as shoulders do."""
    turn, tilt = _noise(seed, _HEAD_Y, now), _noise(seed, _NECK_Z, now)
    body_turn = 0.6 * _noise(seed, _HEAD_Y, now, _SLOW) + 0.8 * _noise(seed, _BODY_Y, now)
    body_tilt = 0.6 * _noise(seed, _NECK_Z, now, _SLOW) + 0.8 * _noise(seed, _BODY_Z, now)
    return Sway(
        head_x=0.13 * _noise(seed, _HEAD_X, now),
        head_y=0.20 * turn,
        neck_z=0.16 * tilt,
        body_y=0.15 * body_turn,
        body_z=0.14 * body_tilt,
    )


def posture(seed: int, now: float, slot_s: float = POSTURE_S) -> Sway:
    """Where the figure has settled at `now`: it shifts its weight once in `slot_s` seconds, and stays so."""
    index = math.floor(now / slot_s)
    start = (index + 0.6 * uniform(seed, _WHEN, index)) * slot_s
    done = minimum_jerk((now - start) / between(1.1, 2.4, uniform(seed, _PACE, index)))
    before, after = _settled(seed, index - 1), _settled(seed, index)
    return Sway(*(old + (new - old) * done for old, new in zip(before, after, strict=True)))


def trembling(seed: int, now: float) -> Sway:
    """A quick tremble of all five at `now`, standard deviation 1."""
    return Sway(*(smooth(seed, _TREMBLE + part, now, _TREMBLE_S) for part in range(len(_POSTURE))))


def _settled(seed: int, index: int) -> list[float]:
    return [size * (2 * uniform(seed, _WHERE + part, index) - 1) for part, size in enumerate(_POSTURE)]


def _noise(seed: int, stream: int, now: float, octaves: tuple[tuple[float, float], ...] = _OCTAVES) -> float:
    return sum(size * smooth(seed, stream + octave, now, knot_s) for octave, (knot_s, size) in enumerate(octaves))
