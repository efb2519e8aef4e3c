"""What a picture is on its way from the renderer to the outputs."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frame = NDArray[np.uint8]
"""Shape (height, width, 4), RGBA, straight alpha, sRGB, C-contiguous. Never written to once handed on.

Those that the render thread hands on may not be drawn yet: whoever looks at pixels takes `drawn(frame)`."""

Rgb = NDArray[np.uint8]
"""An opaque picture, shape (height, width, 3), sRGB, C-contiguous. Never written to once handed on."""

SIZE = 512
"""Width and height of a THA3 picture, pixels."""


def blank(width: int = SIZE, height: int = SIZE) -> Frame:
    """A fully transparent frame."""
    return np.zeros((height, width, 4), np.uint8)


def rgba(picture: Image.Image) -> Frame:
    """A picture of any colour mode as a frame."""
    if picture.mode.startswith(("I", "F")):  # grey that Pillow would cut off at 255; RGB of 16 bits it reduces itself
        picture = Image.fromarray(_grey(np.asarray(picture, np.float32)))
    return np.array(picture.convert("RGBA"), np.uint8, order="C")


_BRIGHT, _WHITES = 16.0, (255.0, 1023.0, 4095.0, 65535.0)


def _grey(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Grey of more than 8 bits, as 8.

    No file says what is white: 1 (above it lights of up to _BRIGHT), one of the largest values of 8, 10, 12 and 16
    bits, or else the brightest.
    """
    finite = np.nan_to_num(values, nan=0.0)
    most = float(finite.max(initial=0.0, where=np.isfinite(values)))
    white = 1.0 if most <= _BRIGHT else next((white for white in _WHITES if most <= white), most)
    return np.asarray((finite.clip(0, white) * (255 / white)).round(), np.uint8)


@dataclass(frozen=True, slots=True)
class View:
    """What of a character's 512 x 512 picture is shown, and how large.

    A point (x, y) of it, from its upper left corner, comes to (x * scale_x + left, y * scale_y + top), pixels from the
    upper left corner of a frame of width x height; then all is turned clockwise about the middle of the picture.

    Attributes:
        turn: radians.
    """

    width: int = SIZE
    height: int = SIZE
    scale_x: float = 1.0
    scale_y: float = 1.0
    left: float = 0.0
    top: float = 0.0
    turn: float = 0.0

    @property
    def middle(self) -> tuple[float, float]:
        """Where the middle of the picture comes to."""
        return self.left + SIZE / 2 * self.scale_x, self.top + SIZE / 2 * self.scale_y

    def places(self) -> NDArray[np.float64]:
        """(2, 3): the matrix that gives a point's place in the frame."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        x, y = self.middle
        turned = np.array([[cos, -sin], [sin, cos]])
        moved = turned @ (self.left - x, self.top - y) + (x, y)
        return np.column_stack([turned * (self.scale_x, self.scale_y), moved])

    def sources(self) -> NDArray[np.float64]:
        """(2, 3): the inverse, from a place in the frame to the point that is shown there."""
        matrix = self.places()
        back = np.linalg.inv(matrix[:, :2])
        return np.column_stack([back, -back @ matrix[:, 2]])

    def pixels(self, side: int) -> NDArray[np.float64]:
        """(2, 3): from pixels of the picture at side x side to pixels of the frame, by their numbers."""
        matrix = self.places()
        matrix[:, :2] *= SIZE / side
        matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
        return matrix

    @property
    def scale(self) -> float:
        """The larger of both."""
        return max(self.scale_x, self.scale_y)


WHOLE = View()
"""The picture as it is."""


class Source(Protocol):
    """A character's large drawing, from which frames are warped; the same object as long as the drawing is."""

    @property
    def face(self) -> tuple[int, int, int, int]:
        """Where its face is, pixels of the drawing: left, top, width, height."""

    @property
    def doubling(self) -> float | None:
        """How crisply it is doubled, with its present face, before frames are warped from it; None: it is not."""

    def pixels(self) -> Frame:
        """A copy with the face as it was drawn, square, premultiplied. From any thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture that a pass needs besides, opaque or RGBA premultiplied; another object is another picture."""

    pixels: Rgb | Frame


@dataclass(frozen=True, slots=True)
class Pass:
    """A change of the whole picture that a graphics card makes: a shader of the page and its numbers.

    Attributes:
        shader: its name in `static/effects`.
        values: its uniforms: a number, two to four of them, or many, in fours.
        still: what it shows besides.
    """

    shader: str
    values: Mapping[str, float | tuple[float, ...]]
    still: Still | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How a frame was made, for those who can draw it themselves from a hundredth of its bytes.

    Cell (row, column) of `shift` has its middle at (left + (column - 0.5) * cell_x, top + (row - 0.5) * cell_y) pixels
    of the frame; between middles it is bilinear. The pixel at p shows the drawing at the place of the 512 x 512
    picture that `view` puts at p, plus `shift`. What lies outside left, top, right, bottom is empty. Nobody writes
    into it.

    Attributes:
        source: the drawing.
        face: what covers its face, RGBA premultiplied, of any size; where it is doubled, what takes its face's place,
            of the same size. The same object while it does not change.
        view: what is shown.
        bounds: left, top, right, bottom, pixels of the frame.
        cell: width and height of a cell, pixels.
        shift: (rows, columns, 2) right and down, pixels of 512.
        passes: what is done to the picture afterwards, in order.
    """

    source: Source
    face: Frame | None
    view: View
    bounds: tuple[int, int, int, int]
    cell: tuple[int, int]
    shift: NDArray[np.float32]
    passes: tuple[Pass, ...] = ()


class Drawing:
    """Fills a frame with its pixels, once; from any thread, and all others wait meanwhile."""

    def __init__(self, draw: Callable[[Frame], object]) -> None:
        self._draw: Callable[[Frame], object] | None = draw
        self._lock = threading.Lock()

    @property
    def done(self) -> bool:
        """Whether the pixels are there."""
        return self._draw is None

    def finish(self, frame: Frame) -> None:
        """Draw into `frame`, unless that has been done."""
        with self._lock:
            if self._draw is not None:
                self._draw(frame)
                self._draw = None


class DrawnFrame(np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]):
    """A frame that knows its recipe; what is made of it, a copy or a part too, knows none."""

    recipe: Recipe | None
    drawing: Drawing | None

    def __array_finalize__(self, _made_from: object) -> None:
        """Called by NumPy for each new array."""
        self.recipe = self.drawing = None


def with_recipe(frame: Frame, recipe: Recipe) -> Frame:
    """The same pixels, with their recipe."""
    known = frame.view(DrawnFrame)
    known.recipe = recipe
    return known


def undrawn(frame: Frame, recipe: Recipe, draw: Callable[[Frame], object]) -> Frame:
    """A frame of which only the recipe is known; `draw` fills it for the first who asks `drawn` for its pixels."""
    known = frame.view(DrawnFrame)
    known.recipe, known.drawing = recipe, Drawing(draw)
    return known


def changed(frame: Frame, passes: tuple[Pass, ...], change: Callable[[Frame], Frame]) -> Frame:
    """What `change` makes of a frame, of the same size. One with a recipe keeps it, with `passes` that do the same.

    It is made at once where the frame is drawn, else for the first who asks `drawn` for it.
    """
    recipe = recipe_of(frame)
    if recipe is None:
        return change(frame)
    recipe = replace(recipe, passes=(*recipe.passes, *passes))
    if is_drawn(frame):
        return with_recipe(change(frame), recipe)
    return undrawn(np.empty_like(frame), recipe, lambda result: np.copyto(result, change(drawn(frame))))


def is_drawn(frame: Frame) -> bool:
    """Whether the frame's pixels are there."""
    return not isinstance(frame, DrawnFrame) or frame.drawing is None or frame.drawing.done


def drawn(frame: Frame) -> Frame:
    """The same frame with its pixels, which are drawn now where nobody needed them before. From any thread."""
    if isinstance(frame, DrawnFrame) and frame.drawing is not None:
        frame.drawing.finish(frame)
    return frame


def recipe_of(frame: Frame) -> Recipe | None:
    """How this very frame was made, if that is known."""
    return frame.recipe if isinstance(frame, DrawnFrame) else None
