"""Curves that turn measured weights into parameters, the user's own response, and how strongly each is smoothed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vtube.errors import PoseError, SettingsError
from vtube.motion.easing import Array
from vtube.motion.one_euro import OneEuro, Unfiltered
from vtube.motion.retarget.base import GROUPS
from vtube.pose import COUNT, INDEX, Pose, index_of
from vtube.settings import ParameterCurve


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """The value, kept between `low` and `high`."""
    return min(max(value, low), high)


def ramp(value: float, start: float, end: float) -> float:
    """0 up to `start`, 1 from `end`, straight between."""
    return clamp((value - start) / (end - start))


def ease(value: float, start: float, end: float) -> float:
    """As `ramp`, but without a corner at either end (smoothstep 3t^2 - 2t^3)."""
    t = ramp(value, start, end)
    return t * t * (3.0 - 2.0 * t)


def onset(value: float, start: float, end: float) -> float:
    """As `ramp`, but it leaves 0 without a corner: noise around `start` moves next to nothing.

    The first third is a parabola, the rest the straight line that meets it with the same slope.
    """
    t = ramp(value, start, end)
    knee = 1.0 / 3.0
    slope = 1.0 / (1.0 - knee / 2.0)
    return slope * (t - knee / 2.0) if t > knee else slope * t * t / (2.0 * knee)


def saturate(value: float) -> float:
    """Slope 1 around 0, towards +-1 without ever reaching it: x / (1 + |x|^3)^(1/3)."""
    if not math.isfinite(value):
        return 0.0
    size = min(abs(value), 1e6)
    return math.copysign(size / (1.0 + size**3) ** (1.0 / 3.0), value)


def mix(one: float, other: float, share: float) -> float:
    """`one` at a share of 0, `other` at 1."""
    return one + (other - one) * share


@dataclass(slots=True)
class Hysteresis:
    """A switch that goes on above `rise` and off again only below `fall`."""

    rise: float
    fall: float
    on: bool = False

    def update(self, value: float) -> bool:
        """The state after having seen `value`."""
        self.on = value > (self.fall if self.on else self.rise)
        return self.on


class Response:
    """value -> sign(value) * min(gain * |value|^curve, limit), for all parameters at once.

    Raises:
        SettingsError: an unknown parameter name.
    """

    def __init__(self, curves: Mapping[str, ParameterCurve]) -> None:
        self._neutral = not curves
        self._gain, self._curve, self._limit = np.ones(COUNT), np.ones(COUNT), np.ones(COUNT)
        for name, curve in curves.items():
            at = _index(name)
            self._gain[at], self._curve[at], self._limit[at] = curve.gain, curve.curve, curve.limit

    def shape(self, pose: Pose) -> Pose:
        """The shaped values."""
        if self._neutral:
            return pose
        size = np.minimum(self._gain * np.abs(pose) ** self._curve, self._limit)
        shaped: Pose = np.copysign(size, pose).astype(np.float32)
        return shaped


def _index(name: str) -> int:
    try:
        return index_of(name)
    except PoseError as error:
        raise SettingsError(f"the setting 'retarget.parameters': {error}") from None


LEAN = slice(COUNT, COUNT + 3)
VALUES = COUNT + 3
"""The 45 parameters and the three numbers of the lean go through one filter."""

CUTOFF_HZ: dict[str, float] = {"head": 3.0, "brows": 5.0, "mouth": 8.0, "lids": 8.0, "gaze": 8.0}
"""Cutoff at rest of the default smoothing. Heads live below 3 Hz and eyes below 8 Hz on real recordings."""
LEAN_CUTOFF_HZ = 1.5
BETA: dict[str, float] = {"head": 3.0, "brows": 2.0, "mouth": 1.5, "lids": 2.0, "gaze": 1.0}
"""Hz by which the cutoff rises for a speed of one full range a second."""
LEAN_BETA = 20.0
SPREAD = 9.0
"""The softest cutoff is the default's by the square root of this, the lightest as much above."""


class Smoother(Protocol):
    """Takes samples as they arrive and shows values whenever it is asked."""

    def reset(self) -> None:
        """Forget everything; the next sample is taken as it is."""

    def update(self, sample: Array, time: float, /) -> None:
        """Take a sample that arrived at `time` seconds."""

    def at(self, time: float, /) -> Array:
        """The values to show at `time` seconds, a new array."""


def build_filter(smoothing: float) -> Smoother:
    """A filter for the 45 parameters and the lean; 0 passes everything as it is, 0.5 is the default, 1 is soft."""
    if smoothing <= 0:
        return Unfiltered(VALUES)
    cutoff, beta = np.full(VALUES, 8.0), np.full(VALUES, 2.0)
    for group, names in GROUPS.items():
        at = [INDEX[name] for name in names]
        cutoff[at], beta[at] = CUTOFF_HZ[group], BETA[group]
    cutoff[LEAN], beta[LEAN] = LEAN_CUTOFF_HZ, LEAN_BETA
    factor = SPREAD ** (0.5 - smoothing)
    return OneEuro(cutoff * factor, beta * factor)
