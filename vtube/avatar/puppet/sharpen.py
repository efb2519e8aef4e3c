"""How much a puppet's picture is sharpened, so that warping leaves it as sharp as it was drawn.

Reading between pixels softens. Crispness gives back what that costs in head and shoulders, and no more: each puppet
gets its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vtube.avatar.puppet.canvas import Doubled
from vtube.avatar.puppet.evaluate import gradient_energy
from vtube.avatar.puppet.file import MAX_CRISPNESS, Puppet
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.poses import Poses, whole_poses
from vtube.avatar.puppet.warp import Warp
from vtube.frame import WHOLE, Frame

SHARPNESS = 0.915
"""What is aimed at: gradient energy of head and shoulders over the picture's own."""
TRIAL = 0.05
COUNT, SEED = 24, 2_000_000


def crisped(puppet: Puppet, picture: Frame) -> Puppet:
    """`puppet` with the crispness that gives SHARPNESS, as far as MAX_CRISPNESS allows.

    Sharpness grows nearly in proportion to crispness, so that two trials say how much is needed.
    """
    poses = whole_poses(COUNT, SEED)
    plain, tried = sharpness(puppet, picture, poses, (0.0, TRIAL))
    needed = TRIAL * (SHARPNESS - plain) / max(tried - plain, 1e-6)
    return replace(puppet, crispness=round(min(max(needed, 0.0), MAX_CRISPNESS), 4))


def sharpness(puppet: Puppet, picture: Frame, poses: Poses, crispnesses: Sequence[float]) -> list[float]:
    """Of each of `crispnesses`, the mean over `poses` (n, 45); each pose is decoded once."""
    player, warp = Player(puppet, picture), Warp(picture, puppet.figure_box)
    canvases = [Doubled(picture, puppet.face_box, crispness) for crispness in crispnesses]
    energies = np.empty((len(poses), len(canvases)))
    frame = np.empty_like(picture)
    for number, pose in enumerate(poses):
        player.face(pose)
        player.body(pose)
        for which, canvas in enumerate(canvases):
            if player.decoded_face is not None:
                canvas.show(player.decoded_face)
            warp.draw(canvas, player.shifts, WHOLE, frame)
            energies[number, which] = gradient_energy(frame)
    sharp: list[float] = (energies.mean(0) / max(gradient_energy(picture), 1e-9)).tolist()
    return sharp
