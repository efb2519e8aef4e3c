"""VTube Studio's tracking parameters, and what each does to a pose and reads from one.

Directions are the screen's, as Live2D's standard parameters have them: FaceAngleX and FaceAngleZ go to the right of
the screen, the character's own left, FaceAngleY and the eyes' Y go up. Left and right eyes and brows are the
character's own. EyeOpen is open from 0.53 on, as VTube Studio sets models up (0..1 becomes 0..1.9 of an eye that is
open at 1), and VBridger's calm eye is 0.5. Smile and brows are calm at 0.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from vtube.pose import HIGH, INDEX, LOW, Pose

Write = Callable[[Pose, float], None]
Read = Callable[[Pose], float]

ANGLE_DEG = 30.0
EYE_OPEN = 0.53
BODY_FOLLOWS = 0.6
"""How far the body goes with the head."""
MOUTH = slice(INDEX["mouth_aaa"], INDEX["mouth_delta"] + 1)
SILENT = 0.05
"""A mouth that is less open has no shape of its own."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One parameter: its usual range, and what it does.

    Attributes:
        low, high, default: as VTube Studio lists them.
        write: puts a value into a pose, in place.
        read: the value that a pose shows.
    """

    low: float
    high: float
    default: float
    write: Write
    read: Read


def _scaled(name: str, scale: float) -> tuple[Write, Read]:
    at = INDEX[name]
    low, high = float(LOW[at]), float(HIGH[at])

    def write(pose: Pose, value: float) -> None:
        pose[at] = min(max(value * scale, low), high)

    return write, lambda pose: float(pose[at]) / scale


def _angle(head: str, body: str | None, sign: float) -> Channel:
    write_head, read = _scaled(head, sign / ANGLE_DEG)
    write_body = _scaled(body, sign * BODY_FOLLOWS / ANGLE_DEG)[0] if body else None

    def write(pose: Pose, value: float) -> None:
        write_head(pose, value)
        if write_body:
            write_body(pose, value)

    return Channel(-ANGLE_DEG, ANGLE_DEG, 0.0, write, read)


def _plain(name: str, low: float = 0.0, high: float = 1.0, scale: float = 1.0) -> Channel:
    return Channel(low, high, 0.0, *_scaled(name, scale))


def _eye_open(side: str) -> Channel:
    wink, happy, wide = (INDEX[f"eye_{name}_{side}"] for name in ("wink", "happy_wink", "surprised"))
    corner = INDEX[f"mouth_raised_corner_{side}"]

    def write(pose: Pose, value: float) -> None:
        closed = min(max(1.0 - value / EYE_OPEN, 0.0), 1.0)
        shut = float(pose[wink] + pose[happy])
        smiles = float(pose[happy]) / shut if shut > SILENT else float(pose[corner] > 0.6)
        pose[wink], pose[happy] = closed * (1 - smiles), closed * smiles
        pose[wide] *= 1 - closed

    return Channel(0.0, 1.0, 1.0, write, lambda pose: 1.0 - min(float(pose[wink] + pose[happy]), 1.0))


def _brow(*sides: str) -> Channel:
    places = [tuple(INDEX[f"eyebrow_{name}_{side}"] for name in ("raised", "lowered", "angry")) for side in sides]

    def write(pose: Pose, value: float) -> None:
        up = min(max(2.0 * value - 1.0, -1.0), 1.0)
        for raised, lowered, angry in places:
            pose[raised], pose[lowered], pose[angry] = max(up, 0.0), max(-up, 0.0), 0.0

    def read(pose: Pose) -> float:
        ups = [float(pose[raised] - pose[lowered] - pose[angry]) for raised, lowered, angry in places]
        return 0.5 + 0.5 * min(max(sum(ups) / len(ups), -1.0), 1.0)

    return Channel(0.0, 1.0, 0.5, write, read)


def _both(name: str) -> Channel:
    at = [INDEX[f"{name}_left"], INDEX[f"{name}_right"]]

    def write(pose: Pose, value: float) -> None:
        pose[at] = min(max(value, 0.0), 1.0)

    return Channel(0.0, 1.0, 0.0, write, lambda pose: float(pose[at].mean()))


def _open_mouth(pose: Pose, value: float) -> None:
    """Open the mouth that far, in the shape that it has."""
    opened, total = min(max(value, 0.0), 1.0), float(pose[MOUTH].sum())
    if total > SILENT:
        pose[MOUTH] *= opened / total
    else:
        pose[MOUTH] = 0.0
        pose[MOUTH.start] = opened


def _mouth_open() -> Channel:
    return Channel(0.0, 1.0, 0.0, _open_mouth, lambda pose: min(float(pose[MOUTH].sum()), 1.0))


def _smile() -> Channel:
    up = [INDEX["mouth_raised_corner_left"], INDEX["mouth_raised_corner_right"]]
    down = [INDEX["mouth_lowered_corner_left"], INDEX["mouth_lowered_corner_right"]]

    def write(pose: Pose, value: float) -> None:
        smile = min(max(2.0 * value - 1.0, -1.0), 1.0)
        pose[up], pose[down] = max(smile, 0.0), max(-smile, 0.0)

    def read(pose: Pose) -> float:
        return 0.5 + 0.5 * float(np.clip((pose[up] - pose[down]).mean(), -1, 1))

    return Channel(0.0, 1.0, 0.5, write, read)


def _nothing(low: float = 0.0, high: float = 1.0) -> Channel:
    """A parameter that is known and moves nothing here."""
    return Channel(low, high, 0.0, lambda pose, value: None, lambda pose: 0.0)


def _gaze(name: str, sign: float) -> Channel:
    return _plain(name, -1.0, 1.0, sign)


_HAND = ("Found", "PositionX", "PositionY", "PositionZ", "AngleX", "AngleZ", "Open")
_FINGERS = ("Finger_1_Thumb", "Finger_2_Index", "Finger_3_Middle", "Finger_4_Ring", "Finger_5_Pinky")

DEFAULTS: Mapping[str, Channel] = {
    "FacePositionX": _nothing(-15, 15),
    "FacePositionY": _nothing(-15, 15),
    "FacePositionZ": _nothing(-10, 10),
    "FaceAngleX": _angle("head_y", "body_y", -1.0),
    "FaceAngleY": _angle("head_x", None, 1.0),
    "FaceAngleZ": _angle("neck_z", "body_z", -1.0),
    "MouthSmile": _smile(),
    "MouthOpen": _mouth_open(),
    "Brows": _brow("left", "right"),
    "MousePositionX": _nothing(-1, 1),
    "MousePositionY": _nothing(-1, 1),
    "TongueOut": _nothing(),
    "EyeOpenLeft": _eye_open("left"),
    "EyeOpenRight": _eye_open("right"),
    "EyeLeftX": _gaze("iris_rotation_y", -1.0),
    "EyeLeftY": _gaze("iris_rotation_x", 1.0),
    "EyeRightX": _gaze("iris_rotation_y", -1.0),
    "EyeRightY": _gaze("iris_rotation_x", 1.0),
    "CheekPuff": _nothing(),
    "BrowLeftY": _brow("left"),
    "BrowRightY": _brow("right"),
    "VoiceFrequency": _nothing(),
    "VoiceVolume": _nothing(),
    "VoiceVolumePlusMouthOpen": _mouth_open(),
    "VoiceFrequencyPlusMouthSmile": _smile(),
    "MouthX": _nothing(-1, 1),
    "FaceAngry": _both("eyebrow_angry"),
    "VoiceA": _plain("mouth_aaa"),
    "VoiceI": _plain("mouth_iii"),
    "VoiceU": _plain("mouth_uuu"),
    "VoiceE": _plain("mouth_eee"),
    "VoiceO": _plain("mouth_ooo"),
    "VoiceSilence": _nothing(),
    **{f"Hand{side}{part}": _nothing(-10, 10) for side in ("Left", "Right") for part in (*_HAND, *_FINGERS)},
    "BothHandsFound": _nothing(),
    "HandDistance": _nothing(0, 10),
}
"""What every plug-in may send without creating it, in VTube Studio's order; a later one wins where two say the same."""


def _negative(name: str) -> Channel:
    """VBridger's pucker: -1 is puckered, 1 is wide."""
    write, read = _scaled(name, -1.0)
    return Channel(-1.0, 1.0, 0.0, write, read)


def _form() -> Channel:
    """Live2D's form of the mouth, which programs that follow VBridger send: -1 is sad, 1 smiles."""
    smile = _smile()
    return Channel(
        -1.0,
        1.0,
        0.0,
        lambda pose, value: smile.write(pose, 0.5 + 0.5 * value),
        lambda pose: 2.0 * smile.read(pose) - 1.0,
    )


_SIDES = (("left", "Left", "L"), ("right", "Right", "R"))

KNOWN: Mapping[str, Channel] = {
    **{
        f"{word}{end}": _plain(f"{name}_{side}")
        for side, long, short in _SIDES
        for end in (long, short)
        for word, name in (
            ("EyeBlink", "eye_wink"),
            ("EyeWide", "eye_surprised"),
            ("EyeSquint", "eye_raised_lower_eyelid"),
            ("BrowDown", "eyebrow_angry"),
            ("BrowOuterUp", "eyebrow_raised"),
            ("MouthSmile", "mouth_raised_corner"),
            ("MouthFrown", "mouth_lowered_corner"),
        )
    },
    "BrowInnerUp": _both("eyebrow_troubled"),
    "JawOpen": _mouth_open(),
    "MouthFunnel": _plain("mouth_ooo"),
    "MouthPucker": _negative("mouth_uuu"),
    "MouthPuckerWiden": _negative("mouth_uuu"),
    "MouthOpenY": _mouth_open(),
    "MouthForm": _form(),
    "BodyAngleX": _plain("body_y", -ANGLE_DEG, ANGLE_DEG, -1.0 / ANGLE_DEG),
    "BodyAngleZ": _plain("body_z", -ANGLE_DEG, ANGLE_DEG, -1.0 / ANGLE_DEG),
    "Breath": _plain("breathing"),
    "Breathing": _plain("breathing"),
}
"""Custom parameters that move the character by their names: Apple's shapes, and those that VBridger makes."""

LIVE2D: Mapping[str, Channel] = {
    "ParamAngleX": DEFAULTS["FaceAngleX"],
    "ParamAngleY": DEFAULTS["FaceAngleY"],
    "ParamAngleZ": DEFAULTS["FaceAngleZ"],
    "ParamEyeLOpen": DEFAULTS["EyeOpenLeft"],
    "ParamEyeROpen": DEFAULTS["EyeOpenRight"],
    "ParamEyeLSmile": _plain("eye_happy_wink_left"),
    "ParamEyeRSmile": _plain("eye_happy_wink_right"),
    "ParamEyeBallX": DEFAULTS["EyeRightX"],
    "ParamEyeBallY": DEFAULTS["EyeRightY"],
    "ParamBrowLY": Channel(-1, 1, 0, lambda pose, value: None, lambda pose: 2 * DEFAULTS["BrowLeftY"].read(pose) - 1),
    "ParamBrowRY": Channel(-1, 1, 0, lambda pose, value: None, lambda pose: 2 * DEFAULTS["BrowRightY"].read(pose) - 1),
    "ParamMouthForm": Channel(
        -1, 1, 0, lambda pose, value: None, lambda pose: 2 * DEFAULTS["MouthSmile"].read(pose) - 1
    ),
    "ParamMouthOpenY": DEFAULTS["MouthOpen"],
    "ParamBodyAngleX": Channel(-10, 10, 0, lambda pose, value: None, lambda pose: -10 * float(pose[INDEX["body_y"]])),
    "ParamBodyAngleZ": Channel(-10, 10, 0, lambda pose, value: None, lambda pose: -10 * float(pose[INDEX["body_z"]])),
    "ParamBreath": KNOWN["Breath"],
}
"""Live2D's standard parameters, for plug-ins that look at the model."""

_THA3 = {name.replace("_", ""): _plain(name, float(LOW[at]), 1.0) for name, at in INDEX.items()}
_CUSTOM = {name.lower(): channel for name, channel in KNOWN.items()} | _THA3


def channel_of(name: str) -> Channel | None:
    """What a custom parameter of that name moves; None for nothing.

    Upper and lower case are the same, and so are the 45 parameters with and without their underscores.
    """
    return _CUSTOM.get(name.lower().replace("_", ""))
