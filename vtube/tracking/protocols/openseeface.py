"""OpenSeeFace: 1785 little-endian bytes a face on UDP port 11573, with 14 features instead of ARKit shapes.

Layout and order: the project's facetracker.py and OpenSee.cs (BSD-2-Clause). Signs of the angles: found by putting
known head poses through the same solvePnP and RQDecomp3x3 calls; a face that looks at the camera has (180, 0, 90).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import NamedTuple

from vtube.signals import Angles, FaceFrame
from vtube.tracking.network.listening import listening
from vtube.tracking.protocols.limits import angles
from vtube.tracking.protocols.names import look_shapes
from vtube.tracking.protocols.wire import WireProtocol, stateless

PORT = 11573
FACE_BYTES = 1785
MAX_FACES = 36
FULL_GAZE = 45.0
_HEAD = struct.Struct("<di2f2fBf4f3f3f")
_POINTS = struct.Struct("<12f")
_POINTS_AT = 889 + 66 * 12
_FEATURES = struct.Struct("<14f")
_FEATURES_AT = 1729


class Features(NamedTuple):
    """The 14 features, about -1..1 around the person's own neutral. Corners are positive when they go down."""

    eye_left: float
    eye_right: float
    brow_steepness_left: float
    brow_updown_left: float
    brow_quirk_left: float
    brow_steepness_right: float
    brow_updown_right: float
    brow_quirk_right: float
    corner_updown_left: float
    corner_inout_left: float
    corner_updown_right: float
    corner_inout_right: float
    mouth_open: float
    mouth_wide: float


def recognise(data: bytes) -> bool:
    """Whether `data` has the length of whole faces and a plausible first one."""
    if not data or len(data) % FACE_BYTES or len(data) > MAX_FACES * FACE_BYTES:
        return False
    width, height = struct.unpack_from("<2f", data, 12)
    return data[28] <= 1 and 1.0 <= width <= 65_536.0 and 1.0 <= height <= 65_536.0


def parse(data: bytes, time: float) -> FaceFrame | None:
    """The face with the lowest number in one datagram; None for anything else. Never raises.

    A face whose 3-D fit failed counts as not found.
    """
    if not recognise(data):
        return None
    face = min(range(0, len(data), FACE_BYTES), key=lambda at: struct.unpack_from("<i", data, at + 8)[0])
    return _read_face(data[face : face + FACE_BYTES], time)


def shapes_of(features: Features, open_left: float, open_right: float) -> dict[str, float]:
    """ARKit shapes that look like the features; eye openness is 1 (open) to 0.

    Features wander around 0 at rest, so wide eyes, smiles and frowns begin a little above it. The lower lip
    goes down with the jaw, as it does for a person who says "ah".
    """
    open_mouth = _above(features.mouth_open, 0.05)
    shapes = {
        "eyeBlinkLeft": 1.0 - _unit(open_left),
        "eyeBlinkRight": 1.0 - _unit(open_right),
        "eyeWideLeft": _above(features.eye_left, 0.3),
        "eyeWideRight": _above(features.eye_right, 0.3),
        "jawOpen": 0.7 * open_mouth,
        "mouthPucker": _above(-features.mouth_wide, 0.2),
    }
    for side, corner, brow in (
        ("Left", features.corner_updown_left, features.brow_updown_left),
        ("Right", features.corner_updown_right, features.brow_updown_right),
    ):
        shapes[f"mouthSmile{side}"] = _above(-corner, 0.15)
        shapes[f"mouthFrown{side}"] = _above(corner, 0.15)
        shapes[f"mouthLowerDown{side}"] = 0.5 * open_mouth
        shapes[f"mouthStretch{side}"] = 0.5 * _above(features.mouth_wide, 0.2)
        shapes[f"browOuterUp{side}"] = 0.5 * _above(brow, 0.1)
        shapes[f"browDown{side}"] = _above(-brow, 0.1)
    shapes["browInnerUp"] = 0.5 * (shapes["browOuterUpLeft"] + shapes["browOuterUpRight"])
    return shapes


def head_of(euler: Sequence[float]) -> Angles | None:
    """Head rotation in our axes from the wire's Euler degrees, whose neutral is (180, 0, 90)."""
    return angles((euler[0] - 180.0, euler[1], euler[2] - 90.0))


def _read_face(data: bytes, time: float) -> FaceFrame | None:
    head = _HEAD.unpack_from(data)
    open_right, open_left, success = head[4], head[5], head[6]
    features = Features(*_FEATURES.unpack_from(data, _FEATURES_AT))
    turned = head_of(head[12:15])
    if not success:
        return FaceFrame(time, found=False)
    if turned is None or not all(map(math.isfinite, (*features, open_left, open_right))):
        return None
    points = _POINTS.unpack_from(data, _POINTS_AT)
    right, left = _gaze(points[0:3], points[6:9]), _gaze(points[3:6], points[9:12])
    shapes = shapes_of(features, open_left, open_right) | look_shapes(left, right)
    return FaceFrame(time, shapes=shapes, head=turned, eye_left=left, eye_right=right)


def _gaze(pupil: Sequence[float], centre: Sequence[float]) -> tuple[float, float] | None:
    """From the eyeball's centre to the pupil; on the wire x is own right, y down, z away from the camera."""
    x, y, z = (of - at for of, at in zip(pupil, centre, strict=True))
    if not all(map(math.isfinite, (x, y, z))) or z >= 0.0:
        return None
    down, left = math.degrees(math.atan2(y, -z)), math.degrees(math.atan2(-x, -z))
    return max(-FULL_GAZE, min(FULL_GAZE, down)), max(-FULL_GAZE, min(FULL_GAZE, left))


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _above(value: float, rest: float) -> float:
    """How far `value` is above its resting noise, 0..1."""
    return _unit((value - rest) / (1.0 - rest))


OPENSEEFACE = WireProtocol("openseeface", "OpenSeeFace", (PORT,), recognise, lambda: stateless(parse), camera=True)

create = listening(OPENSEEFACE)
"""The registry's factory."""
