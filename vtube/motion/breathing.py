"""Breathing: in quicker than out, a rest, and no breath quite like the last.

At rest a person takes 12 to 18 breaths a minute, the in-breath taking some 40 % of the time. Here breath k begins
near k times the usual length, so that any moment can be computed without those before it.
"""

from __future__ import annotations

import math

from vtube.motion.easing import smoothstep
from vtube.motion.noise import between, uniform

_START, _DEPTH, _REST, _SIGH = 100, 101, 102, 103
_WANDER = 0.2
"""Breaths are this share of the usual length longer or shorter at most."""
_IN, _OUT = 0.38, 0.52
"""Shares of a breath spent breathing in and out; the remainder is rest."""


def breathing(seed: int, now: float, breaths_per_minute: float) -> float:
    """How full the lungs are at `now`, 0..1; continuous in value and speed."""
    usual = 60.0 / breaths_per_minute
    index = _index(seed, now, usual)
    start, end = _start(seed, index) * usual, _start(seed, index + 1) * usual
    share = (now - start) / (end - start)
    before, full, after = _rest(seed, index), _depth(seed, index), _rest(seed, index + 1)
    rise, fall = smoothstep(share / _IN), smoothstep((share - _IN) / _OUT)
    return before + (full - before) * rise + (after - full) * fall


def _index(seed: int, now: float, usual: float) -> int:
    """The breath that `now` lies in."""
    index = math.floor(now / usual)
    if now < _start(seed, index) * usual:
        return index - 1
    return index + 1 if now >= _start(seed, index + 1) * usual else index


def _start(seed: int, index: int) -> float:
    """When breath `index` begins, in usual lengths."""
    return index + _WANDER * (uniform(seed, _START, index) - 0.5)


def _depth(seed: int, index: int) -> float:
    """How deep it is; one in twenty is a sigh."""
    if uniform(seed, _SIGH, index) < 0.05:
        return 1.0
    return between(0.68, 0.88, uniform(seed, _DEPTH, index))


def _rest(seed: int, index: int) -> float:
    """What is left in the lungs when it begins."""
    return between(0.0, 0.08, uniform(seed, _REST, index))
