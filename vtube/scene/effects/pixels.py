"""What effects do to pixels, in memory of their own: frames are never written to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame

Plane = NDArray[np.uint8]
"""One channel, shape (height, width)."""

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""


OPAQUER = 1 << 24
"""Pixels as whole numbers from here on are not transparent."""
BAND_ROWS = 96


class Scratch:
    """Pictures that the next frame uses again, by name. For one thread."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.uint8]] = {}

    def picture(self, name: str, height: int, width: int) -> Frame:
        """Memory for RGBA, shape (height, width, 4); it holds what was there before."""
        return self._get(name, (height, width, 4))

    def plane(self, name: str, height: int, width: int) -> Plane:
        """Memory for one channel, shape (height, width)."""
        return self._get(name, (height, width))

    def _get(self, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or kept.size < size:
            kept = self._kept[name] = np.zeros(size, np.uint8)
        return kept[:size].reshape(shape)


class Box(NamedTuple):
    """A part of a picture, pixels from its upper left."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part; a view."""
        return picture[self.top : self.bottom, self.left : self.right]

    def grown(self, down: int, right: int, shape: tuple[int, ...], step: int = 1) -> Box:
        """So many pixels more on each side, as far as there are any, its edges at whole steps."""
        height, width = shape[:2]
        return Box(
            max(0, self.top - down) // step * step,
            min(height, -(-(self.bottom + down) // step) * step),
            max(0, self.left - right) // step * step,
            min(width, -(-(self.right + right) // step) * step),
        )

    def bands(self) -> Iterator[Box]:
        """The same in bands of rows, so few that what is done to them stays near the processor."""
        for top in range(self.top, self.bottom, BAND_ROWS):
            yield Box(top, min(top + BAND_ROWS, self.bottom), self.left, self.right)


def figure_box(frame: Frame) -> Box | None:
    """Where there is anything that is not transparent; None in an empty picture."""
    whole = frame.view("<u4")[..., 0]  # the alpha is the highest byte
    columns = np.flatnonzero(whole.max(axis=0) >= OPAQUER)
    if not columns.size:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    rows = np.flatnonzero(whole[:, left:right].max(axis=1) >= OPAQUER)
    return Box(int(rows[0]), int(rows[-1]) + 1, left, right)


def empty_but_for(box: Box, frame: Frame) -> Frame:
    """A new frame of the size of `frame`, transparent outside the box, anything inside."""
    return np.empty_like(frame) if (box.height, box.width) == frame.shape[:2] else np.zeros_like(frame)


def shade(frame: Frame, light: Plane, scratch: Scratch) -> Frame:
    """A new frame with the colours times `light` / 255; the alpha stays. An empty one is handed on.

    The premultiplication of OpenCV is the quickest multiplication there is, so the light stands in for the alpha.
    """
    box = figure_box(frame)
    if box is None:
        return frame
    result = empty_but_for(box, frame)
    for band in box.bands():
        source, target = band.of(frame), band.of(result)
        lit = scratch.picture("lit", band.height, band.width)
        np.copyto(lit, source)
        cv2.insertChannel(band.of(light), lit, 3)
        cv2.cvtColor(lit, cv2.COLOR_RGBA2mRGBA, dst=target)
        copy_alpha(source, target)
    return result


def copy_alpha(source: Frame, target: Frame) -> None:
    """Overwrite the alpha of `target`."""
    cv2.mixChannels([source], [target], [3, 3])


def behind(frame: Frame, box: Box, coverage: Plane, colour: Colour, scratch: Scratch) -> Frame:
    """A new frame: `frame` over a flat colour that covers as much of the box as `coverage` says, 0..255.

    All of the figure lies within the box.
    """
    result = empty_but_for(box, frame)
    for band in box.bands():
        covered = coverage[band.top - box.top : band.bottom - box.top]
        _lay_behind(band.of(frame), covered, colour, band.of(result), scratch)
    return result


def _lay_behind(source: Frame, coverage: Plane, colour: Colour, target: Frame, scratch: Scratch) -> None:
    height, width = coverage.shape
    flat, front = scratch.picture("flat", height, width), scratch.picture("front", height, width)
    rest, seen = scratch.plane("rest", height, width), scratch.plane("seen", height, width)
    cv2.bitwise_not(cv2.extractChannel(source, 3, dst=rest), dst=rest)
    cv2.multiply(coverage, rest, dst=seen, scale=1 / 255)
    flat.view("<u4").fill(int.from_bytes(bytes(colour), "little"))
    cv2.insertChannel(seen, flat, 3)
    back = scratch.picture("back", height, width)
    cv2.cvtColor(flat, cv2.COLOR_RGBA2mRGBA, dst=back)
    cv2.cvtColor(source, cv2.COLOR_RGBA2mRGBA, dst=front)
    cv2.add(front, back, dst=front)
    cv2.cvtColor(front, cv2.COLOR_mRGBA2RGBA, dst=target)


def roll(target: NDArray[np.uint8], source: NDArray[np.uint8], shift: int) -> None:
    """Write `source` into `target`, `shift` pixels to the right, round the edge."""
    width = source.shape[1]
    shift %= width
    target[:, shift:], target[:, :shift] = source[:, : width - shift], source[:, width - shift :]


def put_round(target: Frame, rows: Frame, left: int) -> None:
    """Write `rows` into wider ones, from the column `left` on, round the edge."""
    width, left = target.shape[1], left % target.shape[1]
    fitting = min(width - left, rows.shape[1])
    target[:, left : left + fitting] = rows[:, :fitting]
    target[:, : rows.shape[1] - fitting] = rows[:, fitting:]


def colour_of(text: str) -> Colour:
    """`#rrggbb` as numbers; a pattern has checked the text."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}$"
