from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.outputs.contexts import context, moving_frame
from vtube.frame import Rgb
from vtube.outputs.v4l2 import FORMATS

WIDTH, HEIGHT = 64, 48


DECODE: dict[str, Callable[[NDArray[np.uint8]], Rgb]] = {
    "YU12": lambda data: cv2.cvtColor(data, cv2.COLOR_YUV2RGB_I420),
    "YUYV": lambda data: cv2.cvtColor(data, cv2.COLOR_YUV2RGB_YUYV),
    "UYVY": lambda data: cv2.cvtColor(data, cv2.COLOR_YUV2RGB_UYVY),
    "NV12": lambda data: cv2.cvtColor(data, cv2.COLOR_YUV2RGB_NV12),
    "RGB3": lambda data: data,
    "BGR3": lambda data: data[..., ::-1],
    "BGR4": lambda data: data[..., 2::-1],
}
BITS = {"YU12": 12, "YUYV": 16, "UYVY": 16, "NV12": 12, "RGB3": 24, "BGR3": 24, "BGR4": 32}


def psnr(one: Rgb, other: Rgb) -> float:
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


@pytest.mark.parametrize("fourcc", FORMATS)
def test_every_format_can_be_read_back(fourcc: str) -> None:
    picture = context().backdrop.flatten(moving_frame(3))
    encode = FORMATS[fourcc](WIDTH, HEIGHT)
    data = encode(picture)
    assert data.flags.c_contiguous
    assert data.nbytes == WIDTH * HEIGHT * BITS[fourcc] // 8
    assert psnr(DECODE[fourcc](data), picture) > (98 if BITS[fourcc] >= 24 else 33)


@pytest.mark.parametrize(
    "colour, y, u, v", [((255, 255, 255), 235, 128, 128), ((0, 0, 0), 16, 128, 128), ((255, 0, 0), 82, 90, 240)]
)
def test_yuv_is_bt601_with_limited_range(colour: tuple[int, int, int], y: int, u: int, v: int) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), colour, np.uint8)
    planes = FORMATS["YU12"](WIDTH, HEIGHT)(picture)
    quarter = HEIGHT // 4
    found = [planes[:HEIGHT], planes[HEIGHT : HEIGHT + quarter], planes[HEIGHT + quarter :]]
    assert np.abs([plane.mean() for plane in found] - np.array([y, u, v])).max() <= 1
    packed = FORMATS["YUYV"](WIDTH, HEIGHT)(picture)
    assert np.abs(packed[0, :2].ravel() - np.array([y, u, y, v], float)).max() <= 1


def test_the_next_frame_takes_the_same_memory() -> None:
    encode = FORMATS["YU12"](WIDTH, HEIGHT)
    picture = context().backdrop.flatten(moving_frame(0))
    assert encode(picture) is encode(picture)
