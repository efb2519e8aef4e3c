"""The mouth of a drawn face from ARKit's lips and jaw, without a threshold anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from vtube.motion.retarget.curves import clamp, ease, onset, ramp
from vtube.pose import INDEX as P
from vtube.pose import Pose

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
