"""The few curves that turn measured weights into parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
