"""What the senses tell the motion mixer: the vocabulary shared by tracking, audio, speech and motion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

Angles = tuple[float, float, float]
"""Degrees (x, y, z): x + looks down, y + turns to the person's own left, z + tilts to the own right."""

ARKIT_SHAPES: tuple[str, ...] = (
    "eyeBlinkLeft",
    "eyeLookDownLeft",
    "eyeLookInLeft",
    "eyeLookOutLeft",
    "eyeLookUpLeft",
    "eyeSquintLeft",
    "eyeWideLeft",
    "eyeBlinkRight",
    "eyeLookDownRight",
    "eyeLookInRight",
    "eyeLookOutRight",
    "eyeLookUpRight",
    "eyeSquintRight",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
)
"""Apple's 52 blend shapes, camelCase, in the wire order of Live Link Face."""


@dataclass(frozen=True, slots=True)
class FaceFrame:
    """One moment of a tracked face.

    Attributes:
        time: when the datagram arrived, monotonic seconds.
        found: the tracker sees a face; when False the other fields are meaningless.
        shapes: canonical ARKit name to weight, about 0..1; an absent name was not sent (distinct from 0).
        head: head rotation in degrees, or None when the tracker does not say.
        head_position: (right, up, towards the camera) offset in metres in the person's own sense, or None.
        eye_left, eye_right: gaze (x, y) in degrees, x + down, y + own left, or None.
        parameters: THA3 parameters that a sender drives directly (generic OSC); they win over retargeting.
        source: the kind of tracker that saw it, such as `livelink`; each has a neutral face of its own.
    """

    time: float
    found: bool = True
    shapes: Mapping[str, float] = field(default_factory=dict)
    head: Angles | None = None
    head_position: Angles | None = None
    eye_left: tuple[float, float] | None = None
    eye_right: tuple[float, float] | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class MouthShape:
    """What the mouth should do: vowel weights 0..1 (their sum is at most 1) and openness 0..1.

    `time` is the moment, in monotonic seconds, at which the sound it belongs to is heard. `own` is true of the
    character's own speech, and false of a person's whom she follows.
    """

    time: float
    aaa: float = 0.0
    iii: float = 0.0
    uuu: float = 0.0
    eee: float = 0.0
    ooo: float = 0.0
    open: float = 0.0
    speaking: bool = False
    own: bool = False


class CueKind(StrEnum):
    """What a voice does that a body answers."""

    PHRASE = "phrase"
    ACCENT = "accent"
    QUESTION = "question"
    LAUGH = "laugh"
    SIGH = "sigh"


@dataclass(frozen=True, slots=True)
class SpeechCue:
    """One moment of a voice that the body goes along with.

    Attributes:
        kind: a phrase (from `time` on, between two pauses), a stressed syllable (its loudest moment), the end of a
            question, laughter, a sigh.
        time: seconds: monotonic of what is heard live, from its start within an utterance.
        length: seconds; 0 of a moment.
        strength: 0..1, how marked it is.
        number: the same each time the same cue is told, and of no other cue of that source.
        known_at: the moment at which it was heard, on the clock of `time`; minus infinity where it is known ahead.
    """

    kind: CueKind
    time: float
    length: float = 0.0
    strength: float = 1.0
    number: int = 0
    known_at: float = -math.inf


@dataclass(frozen=True, slots=True)
class HeadTurn:
    """How head and body are turned: the pose's parameters of these names, each -1..1."""

    head_x: float = 0.0
    head_y: float = 0.0
    neck_z: float = 0.0
    body_y: float = 0.0
    body_z: float = 0.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn over a figure at one moment, as comics do: blush, sweat, tears and the like.

    Attributes:
        shown: kind to its strength (0..1) and the seconds since it came.
        head: where the head is turned meanwhile.
    """

    shown: Mapping[str, tuple[float, float]]
    head: HeadTurn = HeadTurn()


class InputState(StrEnum):
    """Where an input stands."""

    WAITING = "waiting"
    LIVE = "live"
    LOST = "lost"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InputStatus:
    """One input's line in the status line and in `/api/state`.

    Attributes:
        name: the SPEC's kind, such as `ifacialmocap`.
        state: waiting (nothing yet), live, lost (was live), failed (cannot work; see detail).
        rate_hz: good frames a second over the last second or so.
        age_s: seconds since the last good frame, None before the first.
        detail: one line for the user: the sender's address, the port, the reason of a failure.
        level_db: of a sound, its recent peak in dB of full scale, -80 at least; None of anything else.
    """

    name: str
    state: InputState
    rate_hz: float = 0.0
    age_s: float | None = None
    detail: str = ""
    level_db: float | None = None


class Colouring(NamedTuple):
    """Red, green, blue and alpha that the whole figure is multiplied by, 0..1; or all hues in turn, with that alpha."""

    red: float = 1.0
    green: float = 1.0
    blue: float = 1.0
    alpha: float = 1.0
    is_rainbow: bool = False


PLAIN = Colouring()
"""Changes nothing."""
