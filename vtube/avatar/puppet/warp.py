"""From a canvas to a frame: each pixel is read from where the body's decoder says, in strips that stay in the cache."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet.canvas import Canvas
from vtube.avatar.puppet.layout import CELLS, Box
from vtube.frame import Frame, Recipe, View

STRIP = 64
"""Rows of a strip, about."""
Strip = tuple[int, int, int, int]
"""First and last cell, down and across; the last ones not included."""
NEAR = 17
"""Pixels of the picture in which the figure must lie for a cell to be drawn: more than neighbouring cells differ by."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The rectangle of the frame in which the figure is, in cells of whole pixels, with one more cell on each side."""

    left: int
    top: int
    right: int
    bottom: int
    cell_x: int
    cell_y: int
    columns: int
    rows: int

    @classmethod
    def of(cls, box: Box, view: View) -> Grid:
        """The grid of the figure's box as it is viewed."""
        corners = np.array([(x, y, 1) for x in (box.left, box.right) for y in (box.top, box.bottom)])
        places = view.places() @ corners.T
        (first_x, first_y), (last_x, last_y) = np.floor(places.min(axis=1)), np.ceil(places.max(axis=1))
        left, right = max(0, int(first_x)), min(view.width, int(last_x))
        top, bottom = max(0, int(first_y)), min(view.height, int(last_y))
        right, bottom = max(left, right), max(top, bottom)
        cell_x = max(1, int(box.width * view.scale_x / CELLS))
        cell_y = max(1, int(box.height * view.scale_y / CELLS))
        columns, rows = -(-(right - left) // cell_x) + 2, -(-(bottom - top) // cell_y) + 2
        return cls(left, top, right, bottom, cell_x, cell_y, columns, rows)

    def sources(self, view: View) -> NDArray[np.float64]:
        """(2, 3): from the column and row of a cell to the point of the picture that is shown in its middle."""
        matrix = view.sources()
        matrix[:, 2] += matrix[:, :2] @ (self.left - 0.5 * self.cell_x, self.top - 0.5 * self.cell_y)
        matrix[:, :2] *= (self.cell_x, self.cell_y)
        return matrix


class Warp:
    """Draws frames of one figure."""

    def __init__(self, picture: Frame, box: Box, threads: int = 1) -> None:
        """`box`: where the figure ever is; with two threads each draws every other strip."""
        self._box = box
        self._near = cv2.dilate((picture[..., 3] > 0).astype(np.uint8), np.ones((NEAR, NEAR), np.uint8))
        self._threads = threads
        self._helper: ThreadPoolExecutor | None = None
        self._scratch = _Scratch(), _Scratch()

    def draw(self, canvas: Canvas, shift: NDArray[np.float32], view: View, frame: Frame) -> Recipe | None:
        """Fill `frame`, of the view's size, with straight colours; returns how, where others can do the same.

        `shift`: (CELLS, CELLS, 2), what the body's decoder says of its cells; see `decoder.body_model`.
        """
        grid = Grid.of(self._box, view)
        if grid.right <= grid.left or grid.bottom <= grid.top:
            frame[:] = 0
            return None
        drawing = _Drawing(self._box, grid, self._near, canvas, shift, view)
        drawing.read()
        if self._threads < 2:
            drawing.draw_whole(frame, self._scratch[0])
            return drawing.recipe()
        drawing.clear_around(frame)
        strips = drawing.strips()
        self._helper = self._helper or ThreadPoolExecutor(1, thread_name_prefix="strips")
        helped = self._helper.submit(drawing.draw_all, strips[1::2], frame, self._scratch[1])
        drawing.draw_all(strips[::2], frame, self._scratch[0])
        helped.result()
        return drawing.recipe()

    def later(
        self, canvas: Canvas, shift: NDArray[np.float32], view: View
    ) -> tuple[Recipe, Callable[[Frame], object]] | None:
        """How a frame is made, and what makes it at any time and from any thread; None where that cannot be said."""
        grid = Grid.of(self._box, view)
        if canvas.source is None or grid.right <= grid.left or grid.bottom <= grid.top:
            return None
        drawing = _Drawing(self._box, grid, self._near, canvas, shift, view)
        recipe = drawing.recipe()
        return None if recipe is None else (recipe, partial(drawing.draw_later, recipe.face))

    def close(self) -> None:
        """End the second thread."""
        if self._helper is not None:
            self._helper.shutdown(wait=False)


class _Scratch:
    """One thread's memory for a strip, used again and again."""

    def __init__(self) -> None:
        self._memory: dict[str, NDArray[np.uint8]] = {}

    def pixels(self, name: str, rows: int, columns: int) -> Frame:
        return self._bytes(name, rows * columns * 4).reshape(rows, columns, 4)

    def places(self, rows: int, columns: int) -> NDArray[np.float32]:
        return self._bytes("places", rows * columns * 8).view(np.float32).reshape(rows, columns, 2)

    def _bytes(self, name: str, count: int) -> NDArray[np.uint8]:
        memory = self._memory.get(name)
        if memory is None or memory.size < count:
            memory = self._memory[name] = np.empty(count, np.uint8)
        return memory[:count]


class _Drawing:
    """One frame: the decoder's cells brought to the grid's."""

    def __init__(
        self, box: Box, grid: Grid, near: Frame, canvas: Canvas, shift: NDArray[np.float32], view: View
    ) -> None:
        self._grid, self._canvas, self._view = grid, canvas, view
        self._pixels: Frame | None = None
        seen_at = grid.sources(view)
        to_cells = CELLS / np.array([box.width, box.height])
        self._matrix = seen_at * to_cells[:, None]
        self._matrix[:, 2] -= np.array([box.left, box.top]) * to_cells + 0.5
        self._shift = self._at_grid(shift)
        places = self._shift + _linear(seen_at, grid.rows, grid.columns)
        seen = cv2.remap(near, places, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        self._seen = cv2.dilate(seen, np.ones((3, 3), np.uint8))
        self._places = places * np.float32(canvas.scale) + np.float32(canvas.origin)

    def recipe(self) -> Recipe | None:
        """For those who draw the same themselves; None from a canvas that is only the frame's own."""
        grid, source = self._grid, self._canvas.source
        if source is None:
            return None
        bounds, cell = (grid.left, grid.top, grid.right, grid.bottom), (grid.cell_x, grid.cell_y)
        return Recipe(source, self._canvas.layer, self._view, bounds, cell, self._shift)

    def strips(self) -> list[Strip]:
        """What is to be drawn, from top to bottom."""
        grid = self._grid
        height = max(1, STRIP // grid.cell_y)
        strips = []
        for first in range(0, grid.rows - 2, height):
            last = min(first + height, grid.rows - 2)
            columns = np.flatnonzero(self._seen[first : last + 2].any(0))
            left = max(0, int(columns[0]) - 1) if len(columns) else 0
            right = min(int(columns[-1]), grid.columns - 2) if len(columns) else 0
            strips.append((first, last, left, max(left, right)))
        return strips

    def read(self) -> None:
        """Draw from what the canvas shows now."""
        self._pixels = self._canvas.pixels

    def draw_whole(self, frame: Frame, scratch: _Scratch) -> None:
        """Draw a frame on one thread."""
        self.clear_around(frame)
        self.draw_all(self.strips(), frame, scratch)

    def draw_later(self, face: Frame | None, frame: Frame) -> None:
        """Draw a frame with `face`, whatever the canvas shows by now."""
        self._pixels = self._canvas.showing(face)
        self.draw_whole(frame, _Scratch())
        self._pixels = None

    def clear_around(self, frame: Frame) -> None:
        """Empty the rows above and below the figure's box."""
        frame[: self._grid.top], frame[self._grid.bottom :] = 0, 0

    def draw_all(self, strips: list[Strip], frame: Frame, scratch: _Scratch) -> None:
        """Draw some strips."""
        for strip in strips:
            self.draw(strip, frame, scratch)

    def draw(self, strip: Strip, frame: Frame, scratch: _Scratch) -> None:
        """Draw the cells of a strip, and nothing beside them."""
        grid, (first, last, left, right) = self._grid, strip
        top, bottom = grid.top + first * grid.cell_y, min(grid.top + last * grid.cell_y, grid.bottom)
        begin, end = grid.left + left * grid.cell_x, min(grid.left + right * grid.cell_x, grid.right)
        frame[top:bottom, :begin], frame[top:bottom, end:] = 0, 0
        if end <= begin:
            return
        rows, columns = bottom - top, end - begin
        inner = slice(grid.cell_y, grid.cell_y + rows), slice(grid.cell_x, grid.cell_x + columns)
        cells = slice(first, last + 2), slice(left, right + 2)
        size = (right - left + 2) * grid.cell_x, (last - first + 2) * grid.cell_y
        places = cv2.resize(self._places[cells], size, scratch.places(size[1], size[0]))[inner]
        shown = cv2.remap(
            self._pixels,
            places,
            None,
            cv2.INTER_LINEAR,
            scratch.pixels("shown", rows, columns),
            borderMode=cv2.BORDER_CONSTANT if self._view.turn else cv2.BORDER_REPLICATE,
        )
        cv2.cvtColor(shown, cv2.COLOR_mRGBA2RGBA, frame[top:bottom, begin:end])

    def _at_grid(self, shift: NDArray[np.float32]) -> NDArray[np.float32]:
        size = self._grid.columns, self._grid.rows
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        at_grid = cv2.warpAffine(shift, self._matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(at_grid, np.float32)


def _linear(matrix: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float32]:
    """(rows, columns, 2): what the (2, 3) matrix makes of each column and row."""
    across = np.arange(columns)[None, :, None] * matrix[:, 0] + matrix[:, 2]
    down = np.arange(rows)[:, None, None] * matrix[:, 1]
    return np.asarray(across + down, np.float32)
