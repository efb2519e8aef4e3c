"""Pictures that lie over the frame, such as subtitles: blended where they are, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vtube.frame import Frame, Pass, Still, changed, drawn
from vtube.scene.repeated import Repeated

Place = tuple[int, int]
"""Left and top, pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A picture at its place, ready to be blended: made once, drawn with every frame.

    Attributes:
        place: of its upper left corner; what stands out of the frame is cut off.
        picture: premultiplied.
        rest: what of the frame shows through, 0..255, the same in all four channels.
        shader: what lays it over a picture on a graphics card.
    """

    place: Place
    picture: Frame
    rest: Frame
    shader: Pass

    @classmethod
    def of(cls, picture: Frame, place: Place, opacity: float = 1.0) -> Layer:
        """A layer of a picture with straight alpha; `opacity` from 0 to 1."""
        if opacity < 1:
            picture = picture.copy()
            picture[..., 3] = np.rint(picture[..., 3] * max(0.0, opacity)).astype(np.uint8)
        top, bottom, left, right = _used(picture)
        picture = np.ascontiguousarray(picture[top:bottom, left:right])
        corner, rest = (place[0] + left, place[1] + top), picture
        if picture.size:
            rest = cv2.merge([cv2.bitwise_not(cv2.extractChannel(picture, 3))] * 4)
            picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA), np.uint8)
        shader = Pass("over", {"corner": (float(corner[0]), float(corner[1]))}, Still(picture))
        return cls(corner, picture, rest, shader)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is blended, pixels."""
        return self.picture.shape[1], self.picture.shape[0]


class Overlay:
    """Blends layers over frames. One thread sets `layers`, another draws; each draws all of them or all of before."""

    def __init__(self, layers: Sequence[Layer] = ()) -> None:
        self.layers: tuple[Layer, ...] = tuple(layers)
        self._repeated = Repeated()

    def over(self, frame: Frame) -> Frame:
        """The frame with the layers, the last one on top; the same frame where there are none.

        A frame that graphics cards can draw stays one.
        """
        layers = tuple(layer for layer in self.layers if layer.picture.size)
        if not layers:
            self._repeated.forget()
            return frame
        return self._repeated.of(frame, layers, lambda: _covered(frame, layers))


def blended(frame: Frame, layers: Sequence[Layer]) -> Frame:
    """A new frame with the layers, the last one on top."""
    result = drawn(frame).copy()
    for layer in layers:
        _blend(layer, result)
    return result


def _covered(frame: Frame, layers: Sequence[Layer]) -> Frame:
    return changed(frame, tuple(layer.shader for layer in layers), lambda before: blended(before, layers))


def _blend(layer: Layer, frame: Frame) -> None:
    height, width = frame.shape[:2]
    (left, top), (wide, high) = layer.place, layer.size
    x, y = max(0, left), max(0, top)
    right, bottom = min(width, left + wide), min(height, top + high)
    if right <= x or bottom <= y:
        return
    own = slice(y - top, bottom - top), slice(x - left, right - left)
    box = frame[y:bottom, x:right]
    below = cv2.cvtColor(box, cv2.COLOR_RGBA2mRGBA)
    cv2.multiply(below, layer.rest[own], dst=below, scale=1 / 255)
    cv2.add(below, layer.picture[own], dst=below)
    cv2.cvtColor(below, cv2.COLOR_mRGBA2RGBA, dst=below)
    box[...] = below


def _used(picture: Frame) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what shows anything."""
    left, top, width, height = cv2.boundingRect(cv2.extractChannel(picture, 3))
    return top, top + height, left, left + width
