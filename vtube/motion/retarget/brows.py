"""Brows of a drawn face: raised, happy, and the choice between a sad and an angry frown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vtube.motion.retarget.curves import ease, onset, ramp
from vtube.pose import INDEX as P
from vtube.pose import Pose

SIDES = (("left", "Left"), ("right", "Right"))

Brow = Literal["auto", "angry", "troubled", "lowered", "serious"]


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
