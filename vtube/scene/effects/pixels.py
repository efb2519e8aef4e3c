"""What effects do to pixels, in memory of their own: frames are never written to."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame

Plane = NDArray[np.uint8]
"""One channel, shape (height, width)."""

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""


class Scratch:
    """Pictures that the next frame uses again, by name and shape. For one thread."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.uint8]] = {}

    def picture(self, name: str, height: int, width: int) -> Frame:
        """Memory for RGBA, shape (height, width, 4); it holds what was there before."""
        return self._get(name, (height, width, 4))

    def plane(self, name: str, height: int, width: int) -> Plane:
        """Memory for one channel, shape (height, width)."""
        return self._get(name, (height, width))

    def _get(self, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        kept = self._kept.get(name)
        if kept is None or kept.shape != shape:
            kept = self._kept[name] = np.zeros(shape, np.uint8)
        return kept


def shade(frame: Frame, light: Plane, scratch: Scratch) -> Frame:
    """A new frame with the colours times `light` / 255; the alpha stays.

    The premultiplication of OpenCV is the quickest multiplication there is, so the light stands in for the alpha.
    """
    height, width = frame.shape[:2]
    lit = scratch.picture("lit", height, width)
    np.copyto(lit, frame)
    cv2.insertChannel(light, lit, 3)
    result = np.empty_like(frame)
    cv2.cvtColor(lit, cv2.COLOR_RGBA2mRGBA, dst=result)
    return with_alpha_of(result, frame, scratch)


def with_alpha_of(result: Frame, frame: Frame, scratch: Scratch) -> Frame:
    """`result`, its alpha overwritten by that of `frame`."""
    alpha = cv2.extractChannel(frame, 3, dst=scratch.plane("alpha", *frame.shape[:2]))
    cv2.insertChannel(alpha, result, 3)
    return result


def behind(frame: Frame, coverage: Plane, colour: Colour, scratch: Scratch) -> Frame:
    """A new frame: `frame` over a flat colour that covers as much as `coverage` says, 0..255."""
    height, width = frame.shape[:2]
    flat, front = scratch.picture("flat", height, width), scratch.picture("front", height, width)
    rest, seen = scratch.plane("rest", height, width), scratch.plane("seen", height, width)
    cv2.bitwise_not(cv2.extractChannel(frame, 3, dst=rest), dst=rest)
    cv2.multiply(coverage, rest, dst=seen, scale=1 / 255)
    if tuple(flat[0, 0, :3]) != colour:
        flat[..., :3] = colour
    cv2.insertChannel(seen, flat, 3)
    back = scratch.picture("back", height, width)
    cv2.cvtColor(flat, cv2.COLOR_RGBA2mRGBA, dst=back)
    cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA, dst=front)
    cv2.add(front, back, dst=front)
    return np.asarray(cv2.cvtColor(front, cv2.COLOR_mRGBA2RGBA), np.uint8)


def roll(target: NDArray[np.uint8], source: NDArray[np.uint8], shift: int) -> None:
    """Write `source` into `target`, `shift` pixels to the right, round the edge."""
    width = source.shape[1]
    shift %= width
    target[:, shift:], target[:, :shift] = source[:, : width - shift], source[:, width - shift :]


def colour_of(text: str) -> Colour:
    """`#rrggbb` as numbers; a pattern has checked the text."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}$"
