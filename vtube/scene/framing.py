"""Where the character stands in the picture and how large; and how the figure moves with the person."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from vtube.frame import SIZE, Frame, View
from vtube.scene.shot import CROWN, FramingValues


class AxisSpan(NamedTuple):
    """Along one axis: the source pixels that can be seen, and the target pixels they cover (may stand out)."""

    first: int
    last: int
    begin: int
    end: int


class Placement(NamedTuple):
    """Which part of the picture goes where."""

    columns: AxisSpan
    rows: AxisSpan


class Framing:
    """Fits the picture into width x height, larger or smaller by `zoom`, moved by `x` and `y`.

    With zoom 1 the whole picture fits and stands on the lower edge. Zooming in keeps the top of the head where it
    is; zooming out keeps the lower edge, so that the cut through the body stays hidden.

    Used from one thread: intermediate pictures live in memory that the next frame uses again.
    """

    def __init__(
        self,
        width: int,
        height: int,
        zoom: float = 1.0,
        x: float = 0.0,
        y: float = 0.0,
        turn: float = 0.0,
        values: Callable[[float], FramingValues] | None = None,
    ) -> None:
        """`x` and `y` are parts of the width and height of the result, + to the right and + up; `turn`: degrees.

        `values` gives others for every moment, in monotonic seconds.
        """
        self._size = width, height
        self._zoom = zoom
        self._offset = x, y
        self._turn = turn
        self._values = values
        self._placements: dict[tuple[int, int], Placement | None] = {}
        self._buffers: dict[str, Frame] = {}

    def process(self, frame: Frame, now: float) -> Frame:
        """The placed picture, shape (height, width, 4); the same frame when nothing is to be done."""
        self._look(now)
        height, width = frame.shape[:2]
        if (width, height) == self._size and (self._zoom, *self._offset, self._turn) == (1, 0, 0, 0):
            return frame
        if self._turn:
            return self._turned(frame)
        result = np.zeros((self._size[1], self._size[0], 4), np.uint8)
        placement = self._placement(width, height)
        if placement is not None:
            self._draw(frame, result, placement)
        return result

    def _look(self, now: float) -> None:
        present = FramingValues(self._zoom, *self._offset, self._turn)
        values = present if self._values is None else self._values(now)
        if values != present:
            self._zoom, *offset, self._turn = values
            self._offset = offset[0], offset[1]
            self._placements.clear()

    def _placement(self, width: int, height: int) -> Placement | None:
        if (width, height) not in self._placements:
            self._placements[width, height] = self._place(width, height)
        return self._placements[width, height]

    def view(self, now: float) -> View:
        """The same for a renderer that draws what is shown, and nothing else, itself."""
        self._look(now)
        return self._view()

    def _view(self) -> View:
        scale, left, top = self._fit(SIZE, SIZE)
        return View(*self._size, scale, scale, left, top, math.radians(self._turn % 360))

    def _turned(self, frame: Frame) -> Frame:
        """A square picture, turned; between its pixels all is bilinear."""
        front = cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA)
        turned = cv2.warpAffine(front, self._view().pixels(len(frame)), self._size, flags=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(turned, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def _place(self, width: int, height: int) -> Placement | None:
        """Where a picture of width x height goes; None when nothing of it can be seen."""
        scale, left, top = self._fit(width, height)
        columns = _visible(left, scale, width, self._size[0])
        rows = _visible(top, scale, height, self._size[1])
        return Placement(columns, rows) if columns and rows else None

    def _fit(self, width: int, height: int) -> tuple[float, float, float]:
        """The scale of a picture of width x height, and where its left and upper edges come to lie."""
        out_width, out_height = self._size
        fit = min(out_width / width, out_height / height)
        scale = fit * self._zoom
        fixed = CROWN if self._zoom > 1 else 1.0
        left = (out_width - width * scale) / 2 + self._offset[0] * out_width
        top = out_height - height * fit * (1 - fixed) - height * scale * fixed - self._offset[1] * out_height
        return scale, left, top

    def _draw(self, frame: Frame, result: Frame, placement: Placement) -> None:
        """Resample with premultiplied colours: straight ones would smear what is hidden under transparency."""
        columns, rows = placement
        part = self._buffer("part", columns.last - columns.first, rows.last - rows.first)
        np.copyto(part, frame[rows.first : rows.last, columns.first : columns.last])
        cv2.cvtColor(part, cv2.COLOR_RGBA2mRGBA, dst=part)
        size = columns.end - columns.begin, rows.end - rows.begin
        if size != (part.shape[1], part.shape[0]):
            method = cv2.INTER_AREA if size[0] < part.shape[1] else cv2.INTER_CUBIC
            part = cv2.resize(part, size, dst=self._buffer("resized", *size), interpolation=method)
        cv2.cvtColor(part, cv2.COLOR_mRGBA2RGBA, dst=part)
        height, width = result.shape[:2]
        result[max(0, rows.begin) : rows.end, max(0, columns.begin) : columns.end] = part[
            max(0, -rows.begin) : height - rows.begin, max(0, -columns.begin) : width - columns.begin
        ]

    def _buffer(self, name: str, width: int, height: int) -> Frame:
        """Memory that the next frame uses again."""
        if name not in self._buffers or self._buffers[name].shape != (height, width, 4):
            self._buffers[name] = np.empty((height, width, 4), np.uint8)
        return self._buffers[name]


def _visible(start: float, scale: float, length: int, out_length: int) -> AxisSpan | None:
    first = max(0, math.floor(-start / scale))
    last = min(length, math.ceil((out_length - start) / scale))
    begin, end = round(start + first * scale), round(start + last * scale)
    if first >= last or begin >= end or end <= 0 or begin >= out_length:
        return None
    return AxisSpan(first, last, begin, end)


IMPERCEPTIBLE_PX = 0.1
"""A lean that moves no pixel further than this is not drawn."""

LeanValues = tuple[float, float, float]
"""x: to the viewer's right, y: up, both in parts of the picture's height; scale: 1 unchanged."""


class LeanSource(Protocol):
    """Knows where the person leans."""

    def lean(self) -> LeanValues:
        """The values of this moment."""


class LeanEffect:
    """Moves and scales the picture about the middle of its lower edge, between pixels."""

    def __init__(self, source: LeanSource) -> None:
        self._source = source

    def process(self, frame: Frame, _now: float) -> Frame:
        """The moved picture; the same frame when nobody would see a difference."""
        height, width = frame.shape[:2]
        lean = self._values(height)
        if lean is None:
            return frame
        wide, high, right, down = _moves(lean)
        # From the middles of pixels to their corners and back: the lowest row stays where it is.
        matrix = np.array(
            [
                [wide, 0, (1 - wide) * (width - 1) / 2 + right * height],
                [0, high, (1 - high) * (height - 1) + down * height],
            ]
        )
        moved = cv2.warpAffine(
            cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), matrix, (width, height), flags=cv2.INTER_LINEAR
        )
        result: Frame = cv2.cvtColor(moved, cv2.COLOR_mRGBA2RGBA)
        return result

    def move(self, view: View) -> View:
        """The view of the moved picture; the same one when nobody would see a difference."""
        lean = self._values(SIZE * view.scale)
        if lean is None:
            return view
        wide, high, right, down = _moves(lean)
        left = (1 - wide) * SIZE / 2 + right * SIZE
        top = (1 - high) * (SIZE - 0.5) + down * SIZE
        moved = replace(
            view,
            scale_x=view.scale_x * wide,
            scale_y=view.scale_y * high,
            left=view.left + view.scale_x * left,
            top=view.top + view.scale_y * top,
        )
        return _about(view, moved) if view.turn else moved

    def _values(self, height: float) -> LeanValues | None:
        """Where the person leans; None when that moves no pixel of a picture of this height far enough."""
        x, y, scale = self._source.lean()
        return None if height * max(abs(x), abs(y), abs(scale - 1)) < IMPERCEPTIBLE_PX else (x, y, scale)


def _about(view: View, moved: View) -> View:
    """`moved`, but turned about the middle of `view`."""
    cos, sin = math.cos(view.turn), math.sin(view.turn)
    x, y = view.middle[0] - moved.middle[0], view.middle[1] - moved.middle[1]
    right, down = x - (cos * x - sin * y), y - (sin * x + cos * y)
    return replace(moved, left=moved.left + right, top=moved.top + down)


def _moves(lean: LeanValues) -> tuple[float, float, float, float]:
    """Scale across and down, and the way right and down in parts of the height.

    A picture that rises would show where it is cut off below: it is stretched about its lower edge instead.
    """
    x, y, scale = lean
    rise = max(y, 0.0)
    return scale, scale + rise, x, rise - y
