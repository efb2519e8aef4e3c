"""Pixel formats of a Linux video device, and how an RGB picture becomes each of them.

YUV is BT.601 with limited range (Y 16..235), which is what V4L2's sRGB colour space means by default and
what consumers assume of a webcam.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.frame import Rgb

Encode = Callable[[Rgb], NDArray[np.uint8]]
"""Gives the bytes to write as a C-contiguous array that the next call overwrites."""


def _by_opencv(code: int, shape: tuple[int, ...]) -> Encode:
    buffer = np.empty(shape, np.uint8)

    def encode(picture: Rgb) -> NDArray[np.uint8]:
        cv2.cvtColor(picture, code, dst=buffer)
        return buffer

    return encode


def _planar(width: int, height: int) -> Encode:
    return _by_opencv(cv2.COLOR_RGB2YUV_I420, (height * 3 // 2, width))


def _semi_planar(width: int, height: int) -> Encode:
    planar = _planar(width, height)
    buffer = np.empty((height * 3 // 2, width), np.uint8)

    def encode(picture: Rgb) -> NDArray[np.uint8]:
        planes = planar(picture)
        buffer[:height] = planes[:height]
        chroma = buffer[height:].reshape(-1, 2)
        u, v = planes[height:].reshape(2, -1)
        chroma[:, 0] = u
        chroma[:, 1] = v
        return buffer

    return encode


def _packed(code: int, channels: int) -> Callable[[int, int], Encode]:
    return lambda width, height: _by_opencv(code, (height, width, channels))


def _as_it_is(_width: int, _height: int) -> Encode:
    return np.ascontiguousarray


FORMATS: dict[str, Callable[[int, int], Encode]] = {
    "YU12": _planar,
    "YUYV": _packed(cv2.COLOR_RGB2YUV_YUYV, 2),
    "UYVY": _packed(cv2.COLOR_RGB2YUV_UYVY, 2),
    "NV12": _semi_planar,
    "RGB3": _as_it_is,
    "BGR3": _packed(cv2.COLOR_RGB2BGR, 3),
    "BGR4": _packed(cv2.COLOR_RGB2BGRA, 4),
}
"""FourCC to encoder, best first: YU12 is what most browsers and call programs take, and the cheapest to make."""
