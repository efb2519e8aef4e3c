"""Idle motion, the bottom layer: what makes a character that nobody drives look alive.

Every part is a pure function of time and the seed, so that 24, 30 and 60 frames a second show the same motion.
"""

from __future__ import annotations

from vtube.motion.blinking import lids
from vtube.motion.breathing import breathing
from vtube.motion.gaze import Direction, look
from vtube.motion.noise import smooth
from vtube.motion.sway import Sway, sway
from vtube.pose import INDEX, Pose
from vtube.settings import IdleSettings

HEAD_DEG, EYE_DEG = 15.0, 30.0
"""What a whole head or iris parameter amounts to, degrees of a person."""
_STEADY = 0.9
"""Share of the head's sway that the eyes make up for, to keep looking where they look."""
_BROW, _LID = 500, 510
_STILL = Sway(0.0, 0.0, 0.0, 0.0, 0.0)

_BREATHING = INDEX["breathing"]
_WINK = INDEX["eye_wink_left"], INDEX["eye_wink_right"]
_RELAXED = INDEX["eye_relaxed_left"], INDEX["eye_relaxed_right"]
_BROWS = INDEX["eyebrow_raised_left"], INDEX["eyebrow_raised_right"]
_IRIS_X, _IRIS_Y = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]
_HEAD_X, _HEAD_Y, _NECK_Z = INDEX["head_x"], INDEX["head_y"], INDEX["neck_z"]
_BODY_Y, _BODY_Z = INDEX["body_y"], INDEX["body_z"]


class IdleMotion:
    """Breathes, blinks, looks about and sways. Leaves the mouth alone.

    Attributes:
        settings: the strength of each part; may be replaced while running.
    """

    def __init__(self, settings: IdleSettings) -> None:
        self.settings = settings

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        settings = self.settings
        self._breathe(pose, now)
        self._move(pose, now)
        shut = lids(settings.seed, now, settings.seconds_between_blinks, settings.asymmetry)
        for index, closed in zip(_WINK, shut, strict=True):
            pose[index] = settings.blinking * closed
        self._vary(pose, now)

    def _breathe(self, pose: Pose, now: float) -> None:
        settings = self.settings
        pose[_BREATHING] = settings.breathing * breathing(settings.seed, now, settings.breaths_per_minute)

    def _move(self, pose: Pose, now: float) -> None:
        """Head, neck, body and irises: the sway, and over it where the character looks."""
        settings = self.settings
        swaying = sway(settings.seed, now) if settings.sway else _STILL
        looking = look(settings.seed, now)
        head: Direction = (settings.sway * swaying.head_x, settings.sway * swaying.head_y)
        pose[_HEAD_X] = head[0] + settings.gaze * looking.head[0] / HEAD_DEG + 0.03 * pose[_BREATHING]
        pose[_HEAD_Y] = head[1] + settings.gaze * looking.head[1] / HEAD_DEG
        pose[_NECK_Z] = settings.sway * swaying.neck_z
        pose[_BODY_Y] = settings.sway * swaying.body_y + 0.25 * settings.gaze * looking.head[1] / HEAD_DEG
        pose[_BODY_Z] = settings.sway * swaying.body_z
        steady = min(settings.gaze, 1.0) * _STEADY * HEAD_DEG / EYE_DEG
        pose[_IRIS_X] = settings.gaze * looking.eyes[0] / EYE_DEG - steady * head[0]
        pose[_IRIS_Y] = settings.gaze * looking.eyes[1] / EYE_DEG - steady * head[1]

    def _vary(self, pose: Pose, now: float) -> None:
        """Brows that never rest quite level, and lids that go a little with the gaze and with each other."""
        settings = self.settings
        lowered = 0.3 * max(-float(pose[_IRIS_X]), 0.0)
        for side in (0, 1):
            brow = smooth(settings.seed, _BROW, now, 4.0) + 0.5 * smooth(settings.seed, _BROW + 1 + side, now, 3.0)
            pose[_BROWS[side]] = settings.asymmetry * max(0.06 + 0.06 * brow, 0.0)
            lid = max(0.04 * smooth(settings.seed, _LID + side, now, 5.0), 0.0)
            pose[_RELAXED[side]] = (lowered + settings.asymmetry * lid) * (1 - pose[_WINK[side]])
