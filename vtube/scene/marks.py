"""Draws marks over a frame, wherever the head has turned, at any size.

How a THA3 head turns, measured on rendered pictures: see `_turned`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.frame import SIZE, Frame, View, drawn
from vtube.scene.mark_shapes import MARKS, Points, Shape
from vtube.scene.overlay import Layer, blended
from vtube.scene.shot import Subject
from vtube.signals import HeadTurn, Marks

YAW, PITCH = 0.085, 0.10
"""How far the middle of the face moves when head_y and head_x are 1, sizes of the head."""
HALF_WIDE, HALF_HIGH = 0.62, 0.75
"""Where it does not move any more, to the sides and up and down."""
ROLL, NECK = math.radians(9.9), 0.68
"""neck_z 1 turns the head by this, about a point so far below its middle."""
TILT, HIPS = math.radians(4.9), 1.75
"""The same of body_z."""
SWAY = 0.02
"""body_y 1 moves the head to the left by this."""

FINER = 4
"""Lines are drawn so many times larger: each pixel knows how much of it is covered."""
SOFT_PX = 2.5
"""A blur of so many pixels looks smooth when it is enlarged."""
MANY = 200_000
"""Pixels of a shape from which on twice as large has to do."""
FRACTION = 4
"""Binary digits of OpenCV's coordinates behind the point."""

Plane = NDArray[np.uint8]


def draw_marks(frame: Frame, marks: Marks, subject: Subject, view: View) -> Frame:
    """A new frame with the marks.

    Args:
        frame: what `view` shows of the figure.
        marks: what is drawn.
        subject: where the head lies in the picture when it looks straight ahead.
        view: where that picture lies in the frame.
    """
    frame = drawn(frame)
    size = SIZE * subject.head_size * view.scale
    layers: list[Layer] = []
    for kind, mark in MARKS.items():
        if kind in marks.shown:
            strength, seconds = marks.shown[kind]
            opacity = mark.opacity(strength)
            for shape in mark.shapes(seconds):
                points = _placed(_turned(shape.points, mark.depth, marks.head), subject, view)
                layers += _layers(frame, shape, points, size, opacity * shape.opacity, mark.on_figure)
    return blended(frame, layers) if layers else frame


def _placed(points: Points, subject: Subject, view: View) -> Points:
    """Pixels of the frame."""
    picture = SIZE * (np.array([subject.head_x, subject.head_y]) + subject.head_size * points)
    matrix = view.places()
    return np.asarray(picture @ matrix[:, :2].T + matrix[:, 2])


def _turned(points: Points, depth: float, head: HeadTurn) -> Points:
    """Where points of a head come to, in its sizes from its middle at rest; left is left in the picture.

    The face slides over the head as over a ball; neck and body turn it as a whole.
    """
    x, y = points[:, 0], points[:, 1]
    beside = np.sqrt(np.maximum(0.0, 1 - (x / HALF_WIDE) ** 2))
    above = np.sqrt(np.maximum(0.0, 1 - (y / HALF_HIGH) ** 2))
    moved = np.stack([x - depth * YAW * head.head_y * beside, y - depth * PITCH * head.head_x * above], axis=1)
    moved = _rolled(moved, ROLL * head.neck_z, NECK)
    moved = _rolled(moved, TILT * head.body_z, HIPS)
    return np.asarray(moved - (SWAY * head.body_y, 0.0))


def _rolled(points: Points, angle: float, pivot: float) -> Points:
    """Turned about (0, pivot), its top to the left where `angle` is positive."""
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = points[:, 0], points[:, 1] - pivot
    return np.stack([x * cos + y * sin, pivot + y * cos - x * sin], axis=1)


def _layers(
    frame: Frame, shape: Shape, points: Points, size: float, opacity: float, on_figure: bool
) -> Iterator[Layer]:
    """One shape; nothing where it lies outside. `size` is the head's, pixels."""
    blur, width = shape.soft * size, shape.width * size
    box = _box(points, math.ceil(width / 2 + 3 * blur) + 2, frame)
    if box is None:
        return
    columns, rows = box
    extent, corner = (columns.stop - columns.start, rows.stop - rows.start), (columns.start, rows.start)
    if blur > SOFT_PX:
        covered = _soft(points - corner, extent, blur)
    else:
        covered = _coverage(points - corner, extent, width, shape.is_closed)
    if on_figure:
        covered = cv2.multiply(covered, np.ascontiguousarray(frame[rows, columns, 3]), scale=1 / 255)
    picture = np.empty((extent[1], extent[0], 4), np.uint8)
    picture[...] = (*shape.colour, 0)
    picture[..., 3] = covered
    yield Layer.of(picture, corner, opacity)


def _box(points: Points, edge: int, frame: Frame) -> tuple[slice, slice] | None:
    """Columns and rows of the frame that a shape covers; None where it lies outside."""
    height, width = frame.shape[:2]
    left, top = np.floor(points.min(axis=0)).astype(int) - edge
    right, bottom = np.ceil(points.max(axis=0)).astype(int) + edge
    columns = slice(max(0, int(left)), min(width, int(right)))
    rows = slice(max(0, int(top)), min(height, int(bottom)))
    return (columns, rows) if columns.start < columns.stop and rows.start < rows.stop else None


def _coverage(points: Points, extent: tuple[int, int], width: float, is_closed: bool) -> Plane:
    """How much of each pixel is covered, 0..255; `width` 0 fills."""
    finer = FINER if extent[0] * extent[1] < MANY else 2
    fine = np.zeros((extent[1] * finer, extent[0] * finer), np.uint8)
    corners = [np.rint((points * finer - 0.5) * 2**FRACTION).astype(np.int32)[:, None]]
    if width > 0:
        thick = max(1, round(width * finer))
        cv2.polylines(fine, corners, is_closed, 255, thick, cv2.LINE_8, FRACTION)
    else:
        cv2.fillPoly(fine, corners, 255, cv2.LINE_8, FRACTION)
    return np.asarray(cv2.resize(fine, extent, interpolation=cv2.INTER_AREA), np.uint8)


def _soft(points: Points, extent: tuple[int, int], blur: float) -> Plane:
    """The same of an area with a blurred edge: so coarse that the blur is SOFT_PX, then enlarged."""
    coarse = math.ceil(extent[0] * SOFT_PX / blur), math.ceil(extent[1] * SOFT_PX / blur)
    margin = math.ceil(3 * SOFT_PX)
    small = _coverage(
        points * (coarse[0] / extent[0], coarse[1] / extent[1]) + margin,
        (coarse[0] + 2 * margin, coarse[1] + 2 * margin),
        0.0,
        is_closed=True,
    )
    blurred = cv2.GaussianBlur(small, (0, 0), SOFT_PX)[margin:-margin, margin:-margin]
    return np.asarray(cv2.resize(blurred, extent, interpolation=cv2.INTER_LINEAR), np.uint8)
