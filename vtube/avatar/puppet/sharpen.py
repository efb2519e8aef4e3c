"""How much a puppet's picture is sharpened, so that warping leaves it as sharp as it was drawn.

Reading between pixels softens. Crispness gives back what that costs in head and shoulders, and no more: each puppet
gets its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vtube.avatar.puppet.evaluate import gradient_energy
from vtube.avatar.puppet.file import MAX_CRISPNESS, Puppet
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.poses import Poses, whole_poses
from vtube.frame import Frame

SHARPNESS = 0.915
"""What is aimed at: gradient energy of head and shoulders over the picture's own."""
TRIAL = 0.05
COUNT, SEED = 24, 2_000_000


def crisped(puppet: Puppet, picture: Frame) -> Puppet:
    """`puppet` with the crispness that gives SHARPNESS, as far as MAX_CRISPNESS allows.

    Sharpness grows nearly in proportion to crispness, so that two trials say how much is needed.
    """
    poses = whole_poses(COUNT, SEED)
    plain = sharpness(replace(puppet, crispness=0.0), picture, poses)
    gained = sharpness(replace(puppet, crispness=TRIAL), picture, poses) - plain
    needed = TRIAL * (SHARPNESS - plain) / max(gained, 1e-6)
    return replace(puppet, crispness=round(min(max(needed, 0.0), MAX_CRISPNESS), 4))


def sharpness(puppet: Puppet, picture: Frame, poses: Poses) -> float:
    """Mean over `poses` (n, 45)."""
    player = Player(puppet, picture)
    energies = []
    for pose in poses:
        player.face(pose)
        player.body(pose)
        energies.append(gradient_energy(player.frame()))
    return float(np.mean(energies)) / max(gradient_energy(picture), 1e-9)
