"""Sway: head, neck and body never quite still, never in a hurry.

Band-limited noise, so nothing moves by a step and nothing repeats. Real heads keep 90 % of their motion below
0.9 Hz (docs/notes/motion.md); at rest they are slower still.
"""

from __future__ import annotations

from dataclasses import dataclass

from vtube.motion.noise import smooth

_HEAD_X, _HEAD_Y, _NECK_Z, _BODY_Y, _BODY_Z = range(400, 450, 10)
_OCTAVES = ((5.0, 0.75), (2.0, 0.62), (0.9, 0.2))
"""Seconds between knots, and the standard deviation each contributes."""
_SLOW = _OCTAVES[:1]


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


def _noise(seed: int, stream: int, now: float, octaves: tuple[tuple[float, float], ...] = _OCTAVES) -> float:
    return sum(size * smooth(seed, stream + octave, now, knot_s) for octave, (knot_s, size) in enumerate(octaves))
