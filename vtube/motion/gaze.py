"""Gaze: eyes that rest and jump, a head that follows, eyes that drift back as it arrives.

The gaze holds a point in the world and jumps to the next (a saccade, 2.2 ms per degree + 21 ms: Carpenter,
Movements of the Eyes, 1988). Towards a far point the head sets out 50 to 200 ms after the eyes and takes about
half a second; the eyes turn back by as much as the head turns, so that the gaze stays where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vtube.motion.easing import minimum_jerk
from vtube.motion.noise import between, uniform

_WHEN, _KIND, _ANGLE, _REACH, _DRIFT_X, _DRIFT_Y, _DELAY, _PACE = range(200, 208)

SLOT_S = 0.95
"""In each slot of time the eyes move once, by little or by much."""
_STAY, _VIEWER, _NEAR = 0.48, 0.76, 0.92
"""Shares, added up, of slots in which the eyes stay, look at the viewer, look beside them; else they look away."""
_REST_DEG = 0.7
"""Eyes that stay still make jumps of about this size."""
_HEAD_FREE_DEG, _HEAD_SHARE = 3.0, 0.75
"""The head leaves this much of a gaze to the eyes alone, and takes this share of what is beyond."""
_LONGEST_TURN_S = 1.2

Direction = tuple[float, float]
"""Degrees (up, to the own right)."""


@dataclass(frozen=True, slots=True)
class Look:
    """Where eyes and head point, degrees (up, to the own right); the eyes' are relative to the head."""

    eyes: Direction
    head: Direction


@dataclass(frozen=True, slots=True)
class Jump:
    """The eyes jump at `time` (seconds) by `size` degrees, the head turns `delay` later for `turn` seconds."""

    time: float
    size: float
    delay: float
    turn: float


def look(seed: int, now: float) -> Look:
    """Eyes and head at `now`."""
    first = math.floor((now - _LONGEST_TURN_S) / SLOT_S) - 1
    gaze = _target(seed, first - 1)
    head = _head(gaze)
    for index in range(first, math.floor(now / SLOT_S) + 1):
        jump, before, after = jump_of(seed, index), _target(seed, index - 1), _target(seed, index)
        gaze = _step(gaze, before, after, minimum_jerk((now - jump.time) / (0.021 + 0.0022 * jump.size)))
        turned = minimum_jerk((now - jump.time - jump.delay) / jump.turn)
        head = _step(head, _head(before), _head(after), turned)
    return Look(eyes=(gaze[0] - head[0], gaze[1] - head[1]), head=head)


def jumps(seed: int, since: float, until: float) -> Iterator[tuple[int, Jump]]:
    """The jumps between two moments, each with its number."""
    for index in range(math.floor(since / SLOT_S), math.floor(until / SLOT_S) + 1):
        jump = jump_of(seed, index)
        if since <= jump.time <= until:
            yield index, jump


@lru_cache(maxsize=256)
def jump_of(seed: int, index: int) -> Jump:
    """Jump number `index`."""
    size = math.dist(_target(seed, index - 1), _target(seed, index))
    turn = min(0.4 + 0.02 * size, 0.75) * between(0.85, 1.25, uniform(seed, _PACE, index))
    return Jump(
        time=(index + 0.8 * uniform(seed, _WHEN, index)) * SLOT_S,
        size=size,
        delay=between(0.05, 0.2, uniform(seed, _DELAY, index)),
        turn=turn,
    )


@lru_cache(maxsize=256)
def _target(seed: int, index: int) -> Direction:
    """Where the gaze rests after jump `index`."""
    at, reach = index, 0.0
    for at in range(index, index - 16, -1):
        kind = uniform(seed, _KIND, at)
        if kind >= _STAY:
            reach = _reach(seed, at, kind)
            break
    angle = 2 * math.pi * uniform(seed, _ANGLE, at)
    drift = [_REST_DEG * 2 * (uniform(seed, stream, index) - 0.5) for stream in (_DRIFT_X, _DRIFT_Y)]
    return 0.5 * reach * math.sin(angle) + drift[0], reach * math.cos(angle) + drift[1]


def _reach(seed: int, index: int, kind: float) -> float:
    """How far from the viewer, degrees."""
    chance = uniform(seed, _REACH, index)
    if kind < _VIEWER:
        return between(0.0, 1.5, chance)
    return between(4.5, 9.0, chance) if kind < _NEAR else between(11.0, 17.0, chance)


def _head(gaze: Direction) -> Direction:
    """Where the head goes for a gaze."""
    reach = math.hypot(*gaze)
    share = _HEAD_SHARE * max(reach - _HEAD_FREE_DEG, 0.0) / reach if reach else 0.0
    return share * gaze[0], share * gaze[1]


def _step(place: Direction, before: Direction, after: Direction, done: float) -> Direction:
    return place[0] + (after[0] - before[0]) * done, place[1] + (after[1] - before[1]) * done
