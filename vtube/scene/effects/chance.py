"""Chance that remembers, for effects: a generator for each step of time, the same whenever it is asked."""

from __future__ import annotations

import math

import numpy as np


def step_of(now: float, rate: float) -> int:
    """The number of the step that the moment `now` (seconds) lies in, at `rate` steps a second."""
    return math.floor(now * rate)


def generator(seed: int, step: int) -> np.random.Generator:
    """The chance of one step."""
    return np.random.Generator(np.random.PCG64([seed, step & 0xFFFF_FFFF]))
