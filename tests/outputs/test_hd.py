"""A puppet's frames of 1920 x 1080 through the outputs."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.outputs.contexts import context, moving_frame
from tests.outputs.test_v4l2 import psnr
from tests.outputs.test_v4l2_camera import FakeKernel
from vtube.frame import Frame, Recipe, View, with_recipe
from vtube.outputs.registry import create_output
from vtube.outputs.v4l2 import LoopbackDevice
from vtube.outputs.v4l2_camera import V4l2Camera
from vtube.server.nut import NutMuxer
from vtube.spec import Spec

WIDTH, HEIGHT = 1920, 1080


class Drawing:
    """What the frame was drawn from."""

    face = (0, 0, 16, 16)
    doubling = None

    def pixels(self) -> Frame:
        return moving_frame(0, 512, 512)


@pytest.fixture(scope="module")
def frame() -> Frame:
    """As a player hands it on."""
    view = View(WIDTH, HEIGHT, 2.0, 2.0)
    bounds, shift = (0, 0, WIDTH, HEIGHT), np.zeros((128, 128, 2), np.float32)
    recipe = Recipe(Drawing(), None, view, bounds, (15, 9), shift)
    smooth = cv2.resize(moving_frame(7, 240, 135), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return with_recipe(np.asarray(smooth, np.uint8), recipe)


@pytest.mark.skipif(sys.platform != "linux", reason="v4l2loopback is for Linux")
@pytest.mark.parametrize("fourcc, code", [("YU12", cv2.COLOR_YUV2RGB_I420), ("NV12", cv2.COLOR_YUV2RGB_NV12)])
def test_the_camera_of_linux(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, frame: Frame, fourcc: str, code: int
) -> None:
    kernel = FakeKernel({fourcc: fourcc}, (WIDTH, HEIGHT))
    monkeypatch.setattr(LoopbackDevice, "_ioctl", kernel.answer)
    device = tmp_path / "video0"
    device.touch()
    camera = V4l2Camera(Spec("camera", str(device)), context(WIDTH, HEIGHT))
    camera.open()
    camera.send(frame, 0.0)
    camera.close()
    planes = np.frombuffer(device.read_bytes(), np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
    assert camera.detail.endswith(f"1920x1080 {fourcc}")
    assert psnr(np.asarray(cv2.cvtColor(planes, code)), context(WIDTH, HEIGHT).backdrop.flatten(frame)) > 33


def test_a_file_with_transparency(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "hd.mov"
    output = create_output(f"file:{path}", context(WIDTH, HEIGHT))
    output.open()
    for number in range(2):
        output.send(frame, number / 30)
    output.close()
    with av.open(str(path)) as container:
        pictures = [one.to_ndarray(format="rgba") for one in container.decode(video=0)]
    assert pictures[0].shape == (HEIGHT, WIDTH, 4)
    assert np.array_equal(pictures[0][..., 3], frame[..., 3])


def test_a_nut_stream(frame: Frame) -> None:
    muxer = NutMuxer(WIDTH, HEIGHT)
    data = muxer.mux(frame, 0.0)
    muxer.close()
    with av.open(io.BytesIO(data), "r", format="nut") as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgba")
    assert np.array_equal(picture, frame)
