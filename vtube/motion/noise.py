"""Chance that remembers: random numbers and smooth noise as pure functions of (seed, stream, time).

Nothing is drawn in sequence, so any moment can be asked for at any time and always gives the same answer.
"""

from __future__ import annotations

import math
from functools import lru_cache

_MASK = (1 << 64) - 1


@lru_cache(maxsize=4096)
def uniform(seed: int, stream: int, index: int) -> float:
    """A number in [0, 1) for event `index` of `stream` (SplitMix64's finaliser, Steele et al. 2014)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + index * 0x8CB92BA72F3D8DD7) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)


def between(low: float, high: float, chance: float) -> float:
    """`chance` in 0..1 spread over low..high."""
    return low + (high - low) * chance


def smooth(seed: int, stream: int, now: float, knot_s: float) -> float:
    """Band-limited noise, mean 0, standard deviation 1, continuous in value, speed and acceleration.

    A uniform cubic B-spline over independent random numbers, one every `knot_s` seconds; 90 % of its power lies
    below 0.4 / knot_s Hz. Always within +-2.6.
    """
    place = now / knot_s
    index = math.floor(place)
    t = place - index
    weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * t * (1 + t - t**2) + 1, t**3)
    return _SCALE * sum(
        weight * (uniform(seed, stream, index + offset) - 0.5) for offset, weight in enumerate(weights, -1)
    )


_SCALE = math.sqrt(12 / (151 / 315)) / 6
"""A B-spline keeps on average 151/315 of the variance of its knots; uniform numbers have 1/12."""
