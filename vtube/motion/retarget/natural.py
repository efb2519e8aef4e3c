"""The conversion that looks right on a drawn face: lids, gaze, brows, mouth and head, without a threshold anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from vtube.motion.facevector import FIELDS, GAZE_DOWN_DEG, Vector
from vtube.motion.retarget.filters import Hysteresis, clamp, ease, mix, onset, ramp, saturate
from vtube.pose import INDEX as P
from vtube.pose import Pose
from vtube.settings import RetargetSettings

SIDES = (("left", "Left"), ("right", "Right"))

Brow = Literal["auto", "angry", "troubled", "lowered", "serious"]


class Natural:
    """Lids, gaze, brows, mouth and head of one person; keeps what hysteresis needs between faces."""

    def __init__(self, settings: RetargetSettings) -> None:
        self._settings = settings
        self._lids = Lids()
        self._gaze = Gaze(settings.gaze_range_deg)

    def map(self, face: Vector, pose: Pose, dt: float) -> None:
        """See `Mapper.map`."""
        f = dict(zip(FIELDS, face.tolist(), strict=True))
        smile = (f["mouthSmileLeft"] + f["mouthSmileRight"]) / 2
        frown = (f["mouthFrownLeft"] + f["mouthFrownRight"]) / 2
        self._lids.map(f, smile, pose, dt)
        self._gaze.map(f, self._lids.closed, pose, dt)
        map_brows(f, smile, clamp(frown), self._settings.brow, pose)
        map_mouth(f, pose)
        self._head(f, pose)

    def reset(self) -> None:
        """See `Mapper.reset`."""
        self._lids.reset()
        self._gaze.reset()

    def _head(self, f: dict[str, float], pose: Pose) -> None:
        s = self._settings
        pose[P["head_x"]] = saturate(-f["head_x"] / s.pitch_range_deg)
        pose[P["head_y"]] = saturate(-f["head_y"] / s.yaw_range_deg)
        pose[P["neck_z"]] = saturate(f["head_z"] / s.roll_range_deg)


def map_brows(f: Mapping[str, float], smile: float, frown: float, brow: Brow, pose: Pose) -> None:
    """Write the brows.

    Inner ends that rise alone, without the outer ones, are grief; brows that come down are anger. Where both
    happen at once the stronger takes its share of the brow, so that nothing jumps between the two.

    Args:
        f: the face's numbers by name.
        smile, frown: of the mouth, 0..1.
        brow: what a lowered brow becomes; `auto` chooses as above.
        pose: written in place.
    """
    friendly = ease(smile, 0.25, 0.6)
    inner = f["browInnerUp"]
    for side, arkit in SIDES:
        outer, down = f[f"browOuterUp{arkit}"], f[f"browDown{arkit}"]
        grief = onset(inner - outer, 0.12, 0.55) * (1 - friendly)
        anger = onset(down, 0.1, 0.5) * (1 - friendly)
        kind = brow if brow != "auto" else "angry"
        grief_share = grief / (grief + anger) if brow == "auto" and grief > 0 else 0.0
        pose[P[f"eyebrow_{kind}_{side}"]] = anger * (1 - grief_share)
        if brow == "auto":
            pose[P[f"eyebrow_troubled_{side}"]] = min(max(grief, anger) * grief_share * (1 + 0.5 * frown), 1.0)
        pose[P[f"eyebrow_raised_{side}"]] = ramp((inner + outer) / 2, 0.08, 0.65) * (1 - grief) * (1 - anger)
        pose[P[f"eyebrow_happy_{side}"]] = friendly * (1 - onset(down, 0.3, 0.8))


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


LIPS_FOLLOW_JAW = 0.85
"""Part of mouthClose that keeps the lips together while the jaw is open."""
GRIN = 0.65
"""How far bared teeth open the mouth although the jaw is shut."""
KISS = 0.75
"""The same for lips that are puckered or pushed out."""


def map_mouth(f: Mapping[str, float], pose: Pose) -> None:
    """Write vowels, corners, delta and smirk.

    The opening is shared out over the vowels by what the lips do: round (uuu, ooo with the jaw down), spread
    (iii, eee with the jaw down), else aaa; an open mouth that frowns is the triangle. The shares add up to 1
    and change smoothly, so that a jaw that trembles around shut moves the mouth by as little as itself.
    """
    opened = onset(f["jawOpen"] - LIPS_FOLLOW_JAW * f["mouthClose"], 0.03, 0.5)
    low = (f["mouthLowerDownLeft"] + f["mouthLowerDownRight"]) / 2
    high = (f["mouthUpperUpLeft"] + f["mouthUpperUpRight"]) / 2
    teeth = onset((low + high) / 2, 0.1, 0.5)
    stretch = (f["mouthStretchLeft"] + f["mouthStretchRight"]) / 2
    smile = (f["mouthSmileLeft"] + f["mouthSmileRight"]) / 2
    pucker, funnel = ramp(f["mouthPucker"], 0.15, 0.65), ramp(f["mouthFunnel"], 0.12, 0.55)
    round_share = clamp(max(pucker, funnel) * (1 - ramp(smile, 0.2, 0.7)))
    spread = clamp(0.6 * teeth + 0.6 * ramp(stretch, 0.15, 0.6) + 0.4 * ramp(smile, 0.2, 0.8))
    amount = max(opened, GRIN * teeth * (1 - round_share), KISS * max(pucker, 0.8 * funnel) * round_share)
    _vowels(opened, amount, round_share, spread, pose)
    _corners(f, amount, pose)
    _triangle(f, smile, pose)


def _vowels(opened: float, amount: float, round_share: float, spread: float, pose: Pose) -> None:
    wide = (1 - round_share) * spread * (1 - ease(opened, 0.45, 0.95))
    jaw = ease(opened, 0.15, 0.55)
    pose[P["mouth_aaa"]] = amount * (1 - round_share - wide)
    pose[P["mouth_iii"]] = amount * wide * (1 - jaw)
    pose[P["mouth_eee"]] = amount * wide * jaw
    pose[P["mouth_uuu"]] = amount * round_share * (1 - jaw)
    pose[P["mouth_ooo"]] = amount * round_share * jaw


def _corners(f: Mapping[str, float], amount: float, pose: Pose) -> None:
    shut = 1 - 0.7 * ease(amount, 0.05, 0.4)
    smiles = [f[f"mouthSmile{side}"] - 0.5 * f[f"mouthFrown{side}"] for side in ("Left", "Right")]
    for side, arkit, smile in zip(("left", "right"), ("Left", "Right"), smiles, strict=True):
        pose[P[f"mouth_raised_corner_{side}"]] = onset(smile, 0.04, 0.6)
        frown = f[f"mouthFrown{arkit}"] - f[f"mouthSmile{arkit}"]
        pose[P[f"mouth_lowered_corner_{side}"]] = onset(frown, 0.05, 0.45) * shut
    one_sided = ease(abs(smiles[0] - smiles[1]), 0.2, 0.5) * (1 - ease(amount, 0.1, 0.4))
    pose[P["mouth_smirk"]] = one_sided * max(ramp(smile, 0.1, 0.6) for smile in smiles)


def _triangle(f: Mapping[str, float], smile: float, pose: Pose) -> None:
    frown = (f["mouthFrownLeft"] + f["mouthFrownRight"]) / 2
    share = ease(frown - smile, 0.25, 0.6)
    pose[P["mouth_delta"]] = share * pose[P["mouth_aaa"]]
    pose[P["mouth_aaa"]] *= 1 - share
