"""A plain head in three dimensions whose features follow a tracked face.

Coordinates in half widths of the head: x to the person's own left (to the right of the picture), y up, z to the viewer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vtube.signals import FaceFrame

Line = NDArray[np.float64]
"""Shape (points, 3)."""

HALF = np.array((1.0, 1.32, 1.05))
"""Half axes of the ellipsoid that the features lie on."""
EYE = (0.40, 0.16)
EYE_HALF_WIDTH = 0.21
MOUTH_Y = -0.66
NECK = np.array((0.0, -1.0, 0.0))
"""The point that the head turns about."""
SHRINK_PER_DEPTH = 0.16
"""Perspective: a point one unit nearer is that much larger."""


@dataclass(frozen=True)
class Eye:
    """One eye: both lids from the outer to the inner corner, the middle of the iris, and where its gaze is cut off."""

    upper: Line
    lower: Line
    iris: Line


@dataclass(frozen=True)
class Features:
    """Everything that is drawn of a face, still without the head's rotation."""

    eyes: tuple[Eye, Eye]
    brows: tuple[Line, Line]
    upper_lip: Line
    lower_lip: Line
    nose: Line
    jaw: Line
    mesh: tuple[Line, ...]


def features(face: FaceFrame) -> Features:
    """The features of a face with its blend shapes applied."""
    shapes = face.shapes
    upper, lower = _lips(shapes)
    return Features(
        eyes=(_eye(shapes, "Left", 1.0), _eye(shapes, "Right", -1.0)),
        brows=(_brow(shapes, "Left", 1.0), _brow(shapes, "Right", -1.0)),
        upper_lip=upper,
        lower_lip=lower,
        nose=_on_head(((0.0, 0.12, 0.03), (0.0, -0.12, 0.14), (0.0, -0.27, 0.2), (-0.1, -0.33, 0.06))),
        jaw=_outline(shapes.get("jawOpen", 0.0)),
        mesh=_mesh(),
    )


def turned(points: Line, face: FaceFrame) -> Line:
    """The points as the viewer sees them: turned with the head, in perspective; z says how near they are."""
    pitch, yaw, roll = (math.radians(angle) for angle in face.head or (0.0, 0.0, 0.0))
    about_x = np.array(((1, 0, 0), (0, math.cos(pitch), -math.sin(pitch)), (0, math.sin(pitch), math.cos(pitch))))
    about_y = np.array(((math.cos(yaw), 0, math.sin(yaw)), (0, 1, 0), (-math.sin(yaw), 0, math.cos(yaw))))
    about_z = np.array(((math.cos(roll), -math.sin(roll), 0), (math.sin(roll), math.cos(roll), 0), (0, 0, 1)))
    seen: Line = (points - NECK) @ (about_z @ about_y @ about_x).T + NECK
    seen[:, :2] *= 1.0 + SHRINK_PER_DEPTH * seen[:, 2:]
    return seen


def _on_head(points: tuple[tuple[float, float, float], ...] | list[tuple[float, float, float]]) -> Line:
    """Points (x, y, height above the surface) on the front of the ellipsoid."""
    found = np.array(points, dtype=np.float64)
    inside = 1.0 - (found[:, 0] / HALF[0]) ** 2 - (found[:, 1] / HALF[1]) ** 2
    found[:, 2] += HALF[2] * np.sqrt(np.clip(inside, 0.0, 1.0))
    return found


def _eye(shapes: Mapping[str, float], side: str, sign: float) -> Eye:
    shut = min(1.0, shapes.get(f"eyeBlink{side}", 0.0))
    height = (0.125 + 0.05 * shapes.get(f"eyeWide{side}", 0.0)) * (1.0 - shut) - 0.03 * shut
    floor = -0.075 + 0.04 * max(shapes.get(f"eyeSquint{side}", 0.0), shapes.get(f"cheekSquint{side}", 0.0)) * (1 - shut)
    across = np.linspace(1.0, -1.0, 9)
    x = sign * (EYE[0] + EYE_HALF_WIDTH * across)
    arch = 1.0 - across**2
    look = shapes.get(f"eyeLookOut{side}", 0.0) - shapes.get(f"eyeLookIn{side}", 0.0)
    rise = shapes.get(f"eyeLookUp{side}", 0.0) - shapes.get(f"eyeLookDown{side}", 0.0)
    return Eye(
        upper=_on_head(list(zip(x, EYE[1] + height * arch, np.zeros(9), strict=True))),
        lower=_on_head(list(zip(x, EYE[1] + floor * arch, np.zeros(9), strict=True))),
        iris=_on_head([(sign * (EYE[0] + 0.12 * look), EYE[1] + 0.02 + 0.07 * rise, 0.0)]),
    )


def _brow(shapes: Mapping[str, float], side: str, sign: float) -> Line:
    along = np.linspace(0.0, 1.0, 6)
    down, inner = shapes.get(f"browDown{side}", 0.0), shapes.get("browInnerUp", 0.0)
    outer = shapes.get(f"browOuterUp{side}", 0.0)
    y = 0.45 + 0.09 * np.sin(along * 2.6) - 0.13 * down + 0.13 * inner * (1 - along) + 0.12 * outer * along
    return _on_head(list(zip(sign * (0.17 + 0.5 * along), y, np.full(6, 0.04), strict=True)))


def _lips(shapes: Mapping[str, float]) -> tuple[Line, Line]:
    pucker = max(shapes.get("mouthPucker", 0.0), shapes.get("mouthFunnel", 0.0))
    corners = []
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        smile, frown = shapes.get(f"mouthSmile{side}", 0.0), shapes.get(f"mouthFrown{side}", 0.0)
        stretch = shapes.get(f"mouthStretch{side}", 0.0)
        width = (0.30 + 0.12 * smile + 0.08 * stretch) * (1.0 - 0.5 * pucker)
        corners.append((sign * width, MOUTH_Y + 0.14 * smile - 0.08 * frown))
    opened = max(0.0, shapes.get("jawOpen", 0.0) - shapes.get("mouthClose", 0.0))
    raised = (shapes.get("mouthUpperUpLeft", 0.0) + shapes.get("mouthUpperUpRight", 0.0)) / 2
    middle_up, middle_down = MOUTH_Y + 0.03 + 0.06 * raised, MOUTH_Y - 0.05 - 0.42 * opened
    return _bow(corners, middle_up), _bow(corners, middle_down)


def _bow(corners: list[tuple[float, float]], middle: float) -> Line:
    """A curve from corner to corner through the middle's height."""
    (x0, y0), (x1, y1) = corners
    t = np.linspace(0.0, 1.0, 11)
    arch = (1.0 - (2 * t - 1) ** 2) ** 0.8
    y = (y0 * (1 - t) + y1 * t) * (1 - arch) + middle * arch
    return _on_head(list(zip(x0 * (1 - t) + x1 * t, y, np.full(11, 0.06), strict=True)))


def _outline(jaw_open: float) -> Line:
    """The head's outline as the viewer sees it, chin lowered with the jaw."""
    angle = np.linspace(0.0, 2 * math.pi, 72)
    x, y = np.cos(angle), np.sin(angle) * HALF[1]
    below = np.clip(-y / HALF[1], 0.0, 1.0)
    return np.stack((x * (1.0 - 0.22 * below**1.5), y - 0.2 * jaw_open * below**2, np.zeros(72)), axis=1)


def _mesh() -> tuple[Line, ...]:
    """Thin lines over the head, along and across."""
    lines = []
    for share in (-0.66, -0.33, 0.0, 0.33, 0.66):
        y = np.linspace(-1.25, 1.25, 25)
        lines.append(_on_head([(share * math.sqrt(1 - (one / HALF[1]) ** 2) * 0.98, one, 0.0) for one in y]))
        x = np.linspace(-0.97, 0.97, 25) * math.sqrt(1 - share**2)
        lines.append(_on_head([(one, share * HALF[1], 0.0) for one in x]))
    return tuple(lines)
