"""Idle motion, the bottom layer: what makes a character that nobody drives look alive.

Every part is a pure function of time and the seed, so that 24, 30 and 60 frames a second show the same motion.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from vtube.motion.blinking import lids
from vtube.motion.breathing import breathing
from vtube.motion.easing import minimum_jerk
from vtube.motion.gaze import Direction, look
from vtube.motion.noise import between, smooth, uniform
from vtube.motion.sway import Sway, posture, sway, trembling
from vtube.pose import INDEX, Pose
from vtube.settings import IdleSettings

HEAD_DEG, EYE_DEG = 15.0, 30.0
"""What a whole head or iris parameter amounts to, degrees of a person."""
_STEADY = 0.9
"""Share of the head's sway that the eyes make up for, to keep looking where they look."""
_BROW, _LID, _CORNER = 500, 510, 540
ENERGY = {"calm": 0.55, "natural": 1.0, "lively": 1.6}
"""How far head and body move in each preset. Natural spreads over 0.46 of what a lively person's head does
(docs/notes/motion.md)."""
_HAPPENS, _WHEN, _SIZE, _LENGTH, _SIDED = range(520, 525)
_SWALLOWS, _SWALLOW_WHEN = 530, 531
SMILE_SLOT_S, SMILE_CHANCE = 19.0, 0.6
SMILING_LIDS = 1.2
"""A smile that is felt raises the lower lids, too (Ekman, Davidson and Friesen, J. Pers. Soc. Psychol. 58, 1990)."""
UNLIKE = 0.35
"""The corners of a mouth rise unlike each other: the weaker one by up to so much less."""
CHIN, LIPS, LID = 0.3, 0.35, 0.3
"""How far a swallow lowers the head, the corners of the mouth and the lids."""
SWALLOW_SLOT_S, SWALLOW_CHANCE = 60.0, 0.8
"""A resting person swallows about once a minute (Lear et al., Archives of Oral Biology 10, 1965)."""
_STILL = Sway(0.0, 0.0, 0.0, 0.0, 0.0)

_BREATHING = INDEX["breathing"]
_WINK = INDEX["eye_wink_left"], INDEX["eye_wink_right"]
_RELAXED = INDEX["eye_relaxed_left"], INDEX["eye_relaxed_right"]
_BROWS = INDEX["eyebrow_raised_left"], INDEX["eyebrow_raised_right"]
_LOWER_LIDS = INDEX["eye_raised_lower_eyelid_left"], INDEX["eye_raised_lower_eyelid_right"]
_CORNERS = INDEX["mouth_raised_corner_left"], INDEX["mouth_raised_corner_right"]
_CORNERS_DOWN = INDEX["mouth_lowered_corner_left"], INDEX["mouth_lowered_corner_right"]
_IRIS_X, _IRIS_Y = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]
_HEAD_X, _HEAD_Y, _NECK_Z = INDEX["head_x"], INDEX["head_y"], INDEX["neck_z"]
_BODY_Y, _BODY_Z = INDEX["body_y"], INDEX["body_z"]


class IdleMotion:
    """Breathes, blinks, looks about, sways and smiles a little. Leaves the mouth's vowels alone.

    Attributes:
        settings: the strength of each part; may be replaced while running.
    """

    def __init__(self, settings: IdleSettings, spoken: Callable[[], float] = lambda: 0.0) -> None:
        """`spoken`: how far a voice has the breath, 0..1; nobody swallows in the midst of a word."""
        self.settings = settings
        self._spoken = spoken

    @property
    def energy(self) -> float:
        """How far head and body move, 1 for the natural preset."""
        return ENERGY[self.settings.preset] * self.settings.energy

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
        swaying = self._swaying(now)
        looking = look(settings.seed, now)
        head: Direction = (swaying.head_x, swaying.head_y)
        turned = settings.gaze / HEAD_DEG
        pose[_HEAD_X] = _soft(head[0] + turned * looking.head[0] + 0.03 * pose[_BREATHING])
        pose[_HEAD_Y] = _soft(head[1] + turned * looking.head[1])
        pose[_NECK_Z] = _soft(swaying.neck_z)
        pose[_BODY_Y] = _soft(swaying.body_y + 0.25 * turned * looking.head[1])
        pose[_BODY_Z] = _soft(swaying.body_z)
        steady = min(settings.gaze, 1.0) * _STEADY * HEAD_DEG / EYE_DEG
        pose[_IRIS_X] = _soft(settings.gaze * looking.eyes[0] / EYE_DEG - steady * head[0])
        pose[_IRIS_Y] = _soft(settings.gaze * looking.eyes[1] / EYE_DEG - steady * head[1])

    def _swaying(self, now: float) -> Sway:
        settings = self.settings
        strength = settings.sway * self.energy
        if not strength and not settings.tremble:
            return _STILL
        moving, settled = sway(settings.seed, now), posture(settings.seed, now, settings.seconds_between_shifts)
        tremble = trembling(settings.seed, now) if settings.tremble else _STILL
        return Sway(
            *(
                strength * (getattr(moving, part) + getattr(settled, part)) + settings.tremble * getattr(tremble, part)
                if part in settings.sway_parts
                else 0.0
                for part in Sway.__slots__
            )
        )

    def _vary(self, pose: Pose, now: float) -> None:
        """Brows that never rest quite level, and lids that go a little with the gaze and with each other."""
        settings = self.settings
        lowered = 0.3 * max(-float(pose[_IRIS_X]), 0.0)
        swallowing = settings.face * swallow(settings.seed, now) * (1.0 - self._spoken())
        pose[_HEAD_X] = max(float(pose[_HEAD_X]) - CHIN * swallowing, -1.0)
        pose[_IRIS_X] = min(float(pose[_IRIS_X]) + _STEADY * HEAD_DEG / EYE_DEG * CHIN * swallowing, 1.0)
        resting = 0.03 * (1.0 + smooth(settings.seed, _CORNER, now, 6.0))
        smiling, weaker = smile(settings.seed, now), sided(settings.seed, now)
        for side in (0, 1):
            share = 1.0 - settings.asymmetry * UNLIKE * weaker[side]
            pose[_CORNERS[side]] = settings.face * (share * smiling + max(resting, 0.0) * (1.0 - min(swallowing, 1.0)))
            pose[_CORNERS_DOWN[side]] = LIPS * swallowing * max(1.0 - 2.0 * smiling, 0.0)
            pose[_LOWER_LIDS[side]] = settings.face * SMILING_LIDS * smiling * (1 - pose[_WINK[side]])
            brow = smooth(settings.seed, _BROW, now, 4.0) + 0.5 * smooth(settings.seed, _BROW + 1 + side, now, 3.0)
            pose[_BROWS[side]] = settings.asymmetry * max(0.06 + 0.06 * brow, 0.0)
            lid = max(0.04 * smooth(settings.seed, _LID + side, now, 5.0), 0.0)
            relaxed = lowered + LID * swallowing + settings.asymmetry * lid
            pose[_RELAXED[side]] = relaxed * (1 - pose[_WINK[side]])


def _soft(value: float) -> float:
    """`value`, bent so that it comes near 1 or -1 and never passes it; a tenth less at 0.8."""
    return float(value / (1.0 + value**4) ** 0.25)


def smile(seed: int, now: float) -> float:
    """How far the corners of the mouth are up at `now`, 0 to 0.5."""
    index = math.floor(now / SMILE_SLOT_S)
    if uniform(seed, _HAPPENS, index) >= SMILE_CHANCE:
        return 0.0
    start = (index + 0.6 * uniform(seed, _WHEN, index)) * SMILE_SLOT_S
    length = between(1.0, 3.0, uniform(seed, _LENGTH, index))
    size = between(0.25, 0.5, uniform(seed, _SIZE, index))
    return size * (minimum_jerk((now - start) / 0.95) - minimum_jerk((now - start - 0.95 - length) / 1.4))


def sided(seed: int, now: float) -> tuple[float, float]:
    """How much weaker the left and the right corner are in the smile at `now`, 0 to 1; one of them is 0."""
    lean = 2 * uniform(seed, _SIDED, math.floor(now / SMILE_SLOT_S)) - 1
    return max(lean, 0.0), max(-lean, 0.0)


def swallow(seed: int, now: float) -> float:
    """How far a swallow has come at `now`, 0 to 1: chin in, lips pressed, lids lower."""
    index = math.floor(now / SWALLOW_SLOT_S)
    if uniform(seed, _SWALLOWS, index) >= SWALLOW_CHANCE:
        return 0.0
    start = (index + 0.9 * uniform(seed, _SWALLOW_WHEN, index)) * SWALLOW_SLOT_S
    return minimum_jerk((now - start) / 0.3) - minimum_jerk((now - start - 0.4) / 0.5)
