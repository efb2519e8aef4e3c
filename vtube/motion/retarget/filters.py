"""Curves that turn measured weights into parameters, the user's own response, and how strongly each is smoothed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from vtube.errors import PoseError, SettingsError
from vtube.motion.easing import Array
from vtube.motion.one_euro import OneEuro, Unfiltered
from vtube.motion.retarget.base import GROUPS
from vtube.pose import COUNT, INDEX, index_of
from vtube.settings import ParameterCurve
from vtube.signals import ARKIT_SHAPES
from vtube.text import did_you_mean, shown


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


Number = TypeVar("Number", bound=np.floating)


class Response:
    """value -> offset + sign(value) * gain * ((|value| - deadzone) / (1 - deadzone))^curve, within the limit.

    What has no curve, and what is no number, passes as it is.
    """

    def __init__(self, curves: Mapping[int, ParameterCurve]) -> None:
        """`curves` by the place of the value that each shapes."""
        self._at = np.array(list(curves), np.intp)
        table = [(one.gain, one.curve, one.limit, one.deadzone, one.offset) for one in curves.values()]
        self._gain, self._curve, self._limit, self._zone, self._offset = np.array(table).reshape(-1, 5).T

    def shape(self, values: NDArray[Number]) -> NDArray[Number]:
        """The shaped values: a new array where anything has a curve."""
        if not self._at.size:
            return values
        found = values[self._at].astype(np.float64)
        beyond = np.maximum(np.abs(found) - self._zone, 0.0) / (1.0 - self._zone)
        shaped = self._offset + np.copysign(self._gain * beyond**self._curve, found)
        result = values.copy()
        result[self._at] = np.clip(shaped, -self._limit, self._limit)
        return result


def response_of_parameters(curves: Mapping[str, ParameterCurve]) -> Response:
    """The response of a pose.

    Raises:
        SettingsError: an unknown parameter name.
    """
    try:
        return Response({index_of(name): curve for name, curve in curves.items()})
    except PoseError as error:
        raise SettingsError(f"the setting 'retarget.parameters': {error}") from None


def response_of_shapes(curves: Mapping[str, ParameterCurve]) -> Response:
    """The response of a face's vector.

    Raises:
        SettingsError: an unknown blend shape, or one that only says where the eyes look.
    """
    for name in curves:
        if name.startswith("eyeLook") and name in ARKIT_SHAPES:
            line = "the gaze is not made of it alone; set gaze_range_deg, or iris_rotation_x and iris_rotation_y"
            raise SettingsError(f"the setting 'retarget.shapes': {name}: {line} of retarget.parameters")
        if name not in ARKIT_SHAPES:
            near = did_you_mean(name, ARKIT_SHAPES) or "they are called as Apple calls them, such as jawOpen"
            raise SettingsError(f"the setting 'retarget.shapes': there is no blend shape {shown(name)}; {near}")
    return Response({ARKIT_SHAPES.index(name): curve for name, curve in curves.items()})


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
