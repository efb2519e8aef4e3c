import errno
import os
import struct
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.outputs.camera_program import FRAMES
from tests.outputs.conftest import DEVICE, RunWithDevice
from tests.outputs.contexts import context, moving_frame
from tests.outputs.test_v4l2 import psnr
from vtube.errors import OutputError
from vtube.frame import Rgb
from vtube.outputs import v4l2
from vtube.outputs.v4l2 import LoopbackDevice, NotLoopbackError
from vtube.outputs.v4l2_camera import V4l2Camera
from vtube.spec import Spec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="v4l2loopback is for Linux")

FAKE_SIZE = (64, 48)


def recorded(file: Path) -> list[tuple[str, Rgb]]:
    """(FourCC, picture) of every frame that the stand-in for the kernel was given."""
    data, frames = file.read_bytes(), []
    while data:
        magic, width, height, code, size, length, _ = struct.unpack_from("<4s5IQ", data)
        assert (magic, size) == (b"V4S1", length)
        planes = np.frombuffer(data, np.uint8, length, 32).reshape(height * 3 // 2, width)
        picture = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420))
        frames.append((code.to_bytes(4, "little").decode(), picture))
        data = data[32 + length :]
    return frames


@pytest.mark.parametrize("device", [(), (DEVICE,), ("7",), ("Dummy video device (0x0000)",)])
def test_frames_reach_the_device(run_with_device: RunWithDevice, tmp_path: Path, device: tuple[str, ...]) -> None:
    done = run_with_device("v4l2", *device)
    assert done.stdout == f"Dummy video device (0x0000) ({DEVICE}), 64x48 YU12\n"
    frames = recorded(tmp_path / "frames.v4s")
    assert len(frames) == 2 * FRAMES
    for number, (fourcc, picture) in enumerate(frames):
        assert fourcc == "YU12"
        assert psnr(picture, context().backdrop.flatten(moving_frame(number % FRAMES))) > 33
    assert done.stderr.count(f"0x{v4l2.STREAMON:08x}) -> 0") == 2
    assert done.stderr.count("close(") == 2


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (854, 480), (1000, 562)])
def test_sizes_of_hd_and_odd_ones_reach_the_device_row_by_row(
    run_with_device: RunWithDevice, tmp_path: Path, width: int, height: int
) -> None:
    done = run_with_device("v4l2", DEVICE, str(width), str(height))
    assert done.stdout == f"Dummy video device (0x0000) ({DEVICE}), {width}x{height} YU12\n"
    frames = recorded(tmp_path / "frames.v4s")
    assert len(frames) == 2 * FRAMES
    whole = context(width, height)
    assert all(picture.shape == (height, width, 3) for _, picture in frames)
    for number in (0, FRAMES - 1):
        wanted = whole.backdrop.flatten(moving_frame(number, width, height))
        assert psnr(frames[number][1], wanted) > 30


@pytest.mark.parametrize(
    "fail, message",
    [
        ("eacces", '/dev/video7 cannot be opened: permission denied; run "sudo usermod -aG video $USER"'),
        ("ebusy", "/dev/video7 cannot be opened: another program feeds it; close that one"),
        ("notoutput", "/dev/video7 is fed by another program; close that one, or reload the module"),
        ("notloopback", "/dev/video7 is Dummy video device (0x0000), not a virtual camera"),
        ("sfmt", "/dev/video7 takes none of the formats YU12, YUYV"),
        ("write", "/dev/video7 stopped taking frames: the device does not answer"),
    ],
)
def test_every_failure_says_what_to_do(run_with_device: RunWithDevice, fail: str, message: str) -> None:
    done = run_with_device("v4l2", DEVICE, fail=fail)
    assert done.stdout.startswith(message)
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("fail, message", [("eacces", "permission denied"), ("notloopback", "modprobe v4l2")])
def test_the_search_says_why_it_found_nothing(run_with_device: RunWithDevice, fail: str, message: str) -> None:
    assert message in run_with_device("v4l2", fail=fail).stdout


def test_a_camera_that_vanishes_is_taken_back(run_with_device: RunWithDevice) -> None:
    done = run_with_device("vanishing")
    assert done.stdout.splitlines() == [
        "/dev/video7 stopped taking frames: the device does not answer; the camera comes back when it does",
        "closed",
    ], done.stderr


def test_a_missing_device_says_how_to_load_the_module() -> None:
    with pytest.raises(NotLoopbackError, match='there is no such device; run "sudo modprobe v4l2loopback'):
        V4l2Camera(Spec("camera", "/dev/video4711"), context()).open()


def test_no_such_label() -> None:
    with pytest.raises(OutputError, match="no virtual camera is called 'Nobody'"):
        V4l2Camera(Spec("camera", "Nobody"), context()).open()


def test_another_kind_of_file_is_not_a_camera() -> None:
    with pytest.raises(NotLoopbackError, match="/dev/null is not a video device"):
        LoopbackDevice("/dev/null")


def test_sending_to_a_closed_camera_is_an_output_error() -> None:
    with pytest.raises(OutputError, match="not open"):
        V4l2Camera(Spec("camera"), context()).send(moving_frame(0), 0.0)


class FakeKernel:
    """Answers the ioctls of a loopback device; `formats` maps what is asked for to what is given."""

    def __init__(self, formats: dict[str, str], size: tuple[int, int] = FAKE_SIZE) -> None:
        self.formats = formats
        self.size = size
        self.error: OSError | None = None
        self.rate: tuple[int, int] | None = None

    def answer(self, request: int, block: bytearray) -> None:
        if request == v4l2.QUERYCAP:
            block[:13] = v4l2.DRIVER.encode()
            block[16:20] = b"Fake"
            struct.pack_into("=II", block, 84, v4l2.CAP_DEVICE_CAPS, v4l2.CAP_VIDEO_OUTPUT)
        elif request == v4l2.S_FMT:
            self._set_format(block)
        elif request == v4l2.S_PARM:
            self.rate = struct.unpack_from("=2I", block, 12)
        elif request == v4l2.STREAMON:
            raise OSError(errno.EINVAL, "as v4l2loopback 0.14 answers")

    def _set_format(self, block: bytearray) -> None:
        if self.error:
            raise self.error
        asked = bytes(block[v4l2.UNION_OFFSET + 8 : v4l2.UNION_OFFSET + 12]).decode()
        given = self.formats.get(asked)
        if given is None:
            raise OSError(errno.EINVAL, "Invalid argument")
        code = int.from_bytes(given.encode(), "little")
        struct.pack_into("=3I", block, v4l2.UNION_OFFSET, *self.size, code)


def negotiate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kernel: FakeKernel) -> str:
    monkeypatch.setattr(LoopbackDevice, "_ioctl", kernel.answer)
    path = tmp_path / "video0"
    path.touch()
    device = LoopbackDevice(str(path))
    try:
        return device.configure(*FAKE_SIZE, 29.97)
    finally:
        device.close()
        device.close()


@pytest.mark.parametrize(
    "formats, fourcc",
    [
        ({"YU12": "YU12", "YUYV": "YUYV"}, "YU12"),
        ({"NV12": "NV12"}, "NV12"),
        ({"YU12": "BGR4"}, "BGR4"),
        ({"YU12": "MJPG", "YUYV": "MJPG", "RGB3": "RGB3"}, "RGB3"),
    ],
)
def test_the_format_is_what_the_driver_gives(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, formats: dict[str, str], fourcc: str
) -> None:
    kernel = FakeKernel(formats)
    assert negotiate(monkeypatch, tmp_path, kernel) == fourcc
    assert kernel.rate == (100, 2997)


def test_a_device_fixed_to_another_size_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is fixed to 640x480 while a program watches it: set scene"):
        negotiate(monkeypatch, tmp_path, FakeKernel({"YU12": "YU12"}, (640, 480)))


def test_a_device_with_formats_of_its_own_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="insists on the pixel format MJPG"):
        negotiate(monkeypatch, tmp_path, FakeKernel({"YU12": "MJPG"}))


def test_a_device_that_somebody_else_feeds_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = FakeKernel({})
    kernel.error = OSError(errno.EBUSY, "busy")
    with pytest.raises(OutputError, match="another program feeds it"):
        negotiate(monkeypatch, tmp_path, kernel)


def test_a_short_write_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = FakeKernel({"YU12": "YU12"})
    monkeypatch.setattr(LoopbackDevice, "_ioctl", kernel.answer)
    (tmp_path / "video0").touch()
    camera = V4l2Camera(Spec("camera", str(tmp_path / "video0")), context())
    camera.open()
    monkeypatch.setattr(os, "write", lambda fd, data: data.nbytes - 1)
    with pytest.raises(OutputError, match="took 4607 of 4608 bytes"):
        camera.send(moving_frame(0), 0.0)
    camera.close()


def test_the_same_picture_is_not_converted_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = FakeKernel({"YU12": "YU12"})
    monkeypatch.setattr(LoopbackDevice, "_ioctl", kernel.answer)
    (tmp_path / "video0").touch()
    camera = V4l2Camera(Spec("camera", str(tmp_path / "video0")), context())
    camera.open()
    frame = moving_frame(0)
    camera.send(frame, 0.0)
    monkeypatch.setattr(cv2, "cvtColor", None)
    camera.send(frame, 1 / 30)
    camera.close()
    written = (tmp_path / "video0").read_bytes()
    assert written[:4608] == written[4608:]
