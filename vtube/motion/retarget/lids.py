"""Lids and gaze of a drawn face: eyes that close fully, winks that are meant, a gaze that survives a blink."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vtube.motion.facevector import GAZE_DOWN_DEG
from vtube.motion.retarget.curves import Hysteresis, clamp, ease, mix, onset, ramp, saturate
from vtube.pose import INDEX as P
from vtube.pose import Pose

SIDES = (("left", "Left"), ("right", "Right"))

LID_FOLLOWS_GAZE = 0.6
"""Part of eyeBlink that only says that the eye looks down: 0.67 per eyeLookDown on recordings."""
CLOSED_FROM, CLOSED_AT = 0.08, 0.62
"""eyeBlink at which a lid starts to come down and at which a drawn eye is shut; quick blinks peak at 0.65 when
a 30 fps tracker samples them."""
HAPPY_TURN_S = 0.25
"""How fast eyes that are already shut turn into smiling ones."""


class Lids:
    """Both lids; `closed` holds the last (left, right) closure, 0 open to 1 shut."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget winks and smiles."""
        self.closed = (0.0, 0.0)
        self._wink = Hysteresis(rise=0.5, fall=0.2)
        self._happy = 0.0

    def map(self, f: Mapping[str, float], smile: float, pose: Pose, dt: float) -> None:
        """Write the lids for the face `f` with the smile 0..1."""
        self.closed = self._close(f)
        self._turn_happy(ease(smile, 0.3, 0.5), dt)
        for (side, arkit), closed in zip(SIDES, self.closed, strict=True):
            squint = max(f[f"cheekSquint{arkit}"], f[f"eyeSquint{arkit}"])
            smiling_eye = max(closed, 0.5 * ramp(squint, 0.35, 0.8))
            pose[P[f"eye_wink_{side}"]] = closed * (1 - self._happy)
            pose[P[f"eye_happy_wink_{side}"]] = smiling_eye * self._happy
            pose[P[f"eye_surprised_{side}"]] = onset(f[f"eyeWide{arkit}"], 0.1, 0.6) * (1 - closed)
            pose[P[f"eye_raised_lower_eyelid_{side}"]] = onset(squint, 0.08, 0.65) * (1 - closed)

    def _close(self, f: Mapping[str, float]) -> tuple[float, float]:
        left, right = (_closure(f[f"eyeBlink{arkit}"], f[f"gaze_x_{side}"]) for side, arkit in SIDES)
        difference = abs(left - right)
        if self._wink.update(difference):
            return (left, ramp(right, 0.5, 1.0)) if left > right else (ramp(left, 0.5, 1.0), right)
        together = 1.0 - ease(difference, 0.3, self._wink.rise)
        both = max(left, right)
        return mix(left, both, together), mix(right, both, together)

    def _turn_happy(self, wanted: float, dt: float) -> None:
        """Choose the kind of eye while it is open; once it closes, change only slowly."""
        shut = ease(max(self.closed), 0.15, 0.4)
        share = 1.0 - shut * math.exp(-dt / HAPPY_TURN_S)
        self._happy += (wanted - self._happy) * share


def _closure(blink: float, gaze_down_deg: float) -> float:
    down = clamp(gaze_down_deg / GAZE_DOWN_DEG)
    lowered = LID_FOLLOWS_GAZE * down
    return ramp((blink - lowered) / (1.0 - lowered), CLOSED_FROM, CLOSED_AT)


class Gaze:
    """Where both irises look; held while the lids are down, when trackers guess.

    Args:
        range_deg: eye rotation that turns the iris fully (softly approached).
    """

    HOLD_FROM, HOLD_AT = 0.3, 0.7
    CATCH_UP_HZ = 40.0

    def __init__(self, range_deg: float) -> None:
        self._range_deg = range_deg
        self.reset()

    def reset(self) -> None:
        """Look ahead."""
        self._held = (0.0, 0.0)

    def map(self, f: Mapping[str, float], closed: tuple[float, float], pose: Pose, dt: float) -> None:
        """Write the irises: the mean of the eyes as far as they are open."""
        left, right = 1.0 - closed[0] + 1e-3, 1.0 - closed[1] + 1e-3
        trust = 1.0 - ease(min(closed), self.HOLD_FROM, self.HOLD_AT)
        share = 1.0 - math.exp(-self.CATCH_UP_HZ * dt * trust / (1.0 - trust)) if trust < 1.0 else 1.0
        to_right = right / (left + right)
        down, aside = (mix(f[f"gaze_{axis}_left"], f[f"gaze_{axis}_right"], to_right) for axis in "xy")
        self._held = (mix(self._held[0], down, share), mix(self._held[1], aside, share))
        pose[P["iris_rotation_x"]] = saturate(-self._held[0] / self._range_deg)
        pose[P["iris_rotation_y"]] = saturate(-self._held[1] / self._range_deg)
