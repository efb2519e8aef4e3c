"""How long this computer takes for a frame of a size, before anything is on air."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.character import Character
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import Box, Shape, body_shape, face_shape
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.poses import whole_poses
from vtube.clock import Clock, monotonic
from vtube.frame import SIZE, View

WARM_UP, FRAMES = 3, 10
SHARE, SHARE_OF_STAND_IN = 0.6, 0.5
"""Of a frame's period, that a frame may take; the rest is for all else. A stand-in's face covers nothing."""
FACE = Box(48, 48, 96, 96)
STEP = 8
"""Sides of a figure's box are multiples of this."""


def largest_in_time(
    views: Sequence[View],
    seconds: float,
    character: Character,
    puppet: Puppet | None,
    threads: int,
    clock: Clock = monotonic,
) -> tuple[View, float, bool]:
    """The largest of `views`, the smallest first, that a puppet draws in its share of `seconds`; else the first.

    With it come the seconds that a frame of it took, and whether that is in time.

    Args:
        views: what may be shown.
        seconds: from one frame to the next.
        character: who is shown.
        puppet: hers; None takes one that rests and costs as much to decode.
        threads: that draw.
        clock: monotonic seconds.
    """
    player = Player(puppet or stand_in(character), character.frame, drawing=character.source, threads=threads)
    limit = seconds * (SHARE if puppet is not None else SHARE_OF_STAND_IN)
    try:
        fit = views[0], _frame_seconds(player, views[0], clock)
        if fit[1] > limit:
            return *fit, False
        for view in views[1:]:
            taken = _frame_seconds(player, view, clock)
            if taken > limit:
                break
            fit = view, taken
        return *fit, True
    finally:
        player.close()


def stand_in(character: Character) -> Puppet:
    """A puppet that shows its picture, whatever the pose, at the cost of a baked one's decoders."""
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(character.frame[..., 3]))
    left, top = left // STEP * STEP, top // STEP * STEP
    right, bottom = (min(SIZE, -(-end // STEP) * STEP) for end in (left + width + STEP, top + height + STEP))
    neutral = np.zeros((FACE.height, FACE.width, 3), np.uint8)
    body = _resting(body_shape())
    face = _resting(face_shape(FACE.height, FACE.width))
    box = Box(left, top, max(STEP, right - left), max(STEP, bottom - top))
    return Puppet(character.digest, "", box, FACE, neutral, body, face)


def _resting(shape: Shape) -> dict[str, NDArray[np.float32]]:
    return {name: np.zeros(size, np.float32) for name, size in shape.tensors().items()}


def _frame_seconds(player: Player, view: View, clock: Clock) -> float:
    """The median of `FRAMES`, in which all parameters change."""
    taken = []
    for pose in whole_poses(WARM_UP + FRAMES, 1):
        start = clock()
        player.begin_body(pose)
        player.face(pose)
        player.finish_body()
        player.frame(view)
        taken.append(clock() - start)
    return float(np.median(taken[WARM_UP:]))
