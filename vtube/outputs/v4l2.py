"""A v4l2loopback device of Linux, written to without any library.

Sources: the kernel's linux/videodev2.h (structures and request numbers) and v4l2loopback's own behaviour:
up to 0.12 a device with exclusive_caps=1 gives its output side back on close only after VIDIOC_STREAMON
(v4l2loopback issue 470); since 0.13 the first write() starts the stream itself and STREAMON before it
answers EINVAL, which is harmless.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.errors import OutputError
from vtube.frame import Rgb

DRIVER = "v4l2 loopback"
"""How v4l2loopback calls itself in VIDIOC_QUERYCAP."""

LOAD = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vtube"
HOW_TO_LOAD = f'run "{LOAD}"'

BUF_TYPE_VIDEO_OUTPUT = 2
CAP_VIDEO_OUTPUT = 0x2
CAP_DEVICE_CAPS = 0x8000_0000
FIELD_NONE = 1
COLORSPACE_SRGB = 8

UNION_OFFSET = struct.calcsize("P")
"""struct v4l2_format holds pointers in its union, so the union starts where a pointer may."""

FORMAT_SIZE = UNION_OFFSET + 200
CAPABILITY_SIZE = 104
STREAMPARM_SIZE = 204


def _request(direction: int, number: int, size: int) -> int:
    """The kernel's _IOC for the type 'V': direction 1 writes, 2 reads, 3 does both."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


QUERYCAP = _request(2, 0, CAPABILITY_SIZE)
S_FMT = _request(3, 5, FORMAT_SIZE)
STREAMON = _request(1, 18, 4)
S_PARM = _request(3, 22, STREAMPARM_SIZE)


class NotLoopbackError(OutputError):
    """There is no such device, or it is something else than a v4l2loopback device."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the driver made of the format it was asked for."""

    fourcc: str
    width: int
    height: int


class LoopbackDevice:
    """An open v4l2loopback device.

    Raises:
        NotLoopbackError: `path` does not exist or is another kind of device.
        OutputError: it exists and cannot be used now.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = _open(path)
        try:
            self.label = self._check_capabilities()
        except OutputError:
            self.close()
            raise

    def configure(self, width: int, height: int, fps: float) -> str:
        """Agree on a format; returns its FourCC.

        Raises:
            OutputError: the device insists on another size, or takes none of our formats.
        """
        other: Accepted | None = None
        for fourcc in FORMATS:
            accepted = self._set_format(fourcc, width, height)
            if accepted is None:
                continue
            if (accepted.width, accepted.height) == (width, height) and accepted.fourcc in FORMATS:
                self._set_rate(fps)
                self._start_stream()
                return accepted.fourcc
            other = accepted
        raise OutputError(self._refusal(other, width, height))

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Write one encoded frame.

        Raises:
            OutputError: the device is gone, taken by another program, or took only a part.
        """
        try:
            written = os.write(self._fd, frame.data)
        except OSError as error:
            raise OutputError(f"{self.path} stopped taking frames: {_reason(error)}") from None
        if written != frame.nbytes:
            raise OutputError(f"{self.path} took {written} of {frame.nbytes} bytes of a frame; its format changed")

    def close(self) -> None:
        """Give the device back; harmless when called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _check_capabilities(self) -> str:
        answer = bytearray(CAPABILITY_SIZE)
        try:
            self._ioctl(QUERYCAP, answer)
        except OSError:
            raise NotLoopbackError(f"{self.path} is not a video device") from None
        driver, label = _text(answer[:16]), _text(answer[16:48])
        capabilities, of_this_node = struct.unpack_from("=II", answer, 84)
        if driver != DRIVER:
            raise NotLoopbackError(
                f"{self.path} is {label or 'another device'}, not a virtual camera; name none to find one"
            )
        mine = of_this_node if capabilities & CAP_DEVICE_CAPS else capabilities
        if not mine & CAP_VIDEO_OUTPUT:
            raise OutputError(
                f"{self.path} is fed by another program; close that one, or reload the module: "
                '"sudo modprobe -r v4l2loopback", then "sudo modprobe v4l2loopback exclusive_caps=1"',
                "camera.busy",
                name=self.path,
            )
        return label

    def _set_format(self, fourcc: str, width: int, height: int) -> Accepted | None:
        block = bytearray(FORMAT_SIZE)
        struct.pack_into("=I", block, 0, BUF_TYPE_VIDEO_OUTPUT)
        code = int.from_bytes(fourcc.encode(), "little")
        struct.pack_into("=7I", block, UNION_OFFSET, width, height, code, FIELD_NONE, 0, 0, COLORSPACE_SRGB)
        try:
            self._ioctl(S_FMT, block)
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise OutputError(
                    f"{self.path} cannot be used: {_reason(error)}", "camera.busy", name=self.path
                ) from None
            return None
        width, height, code = struct.unpack_from("=3I", block, UNION_OFFSET)
        return Accepted(code.to_bytes(4, "little").decode("latin-1"), width, height)

    def _set_rate(self, fps: float) -> None:
        """Tell readers the frame rate; a driver that does not care may refuse."""
        rate = Fraction(fps).limit_denominator(1001)
        block = bytearray(STREAMPARM_SIZE)
        struct.pack_into("=5I", block, 0, BUF_TYPE_VIDEO_OUTPUT, 0, 0, rate.denominator, rate.numerator)
        try:
            self._ioctl(S_PARM, block)
        except OSError:
            return

    def _start_stream(self) -> None:
        try:
            self._ioctl(STREAMON, bytearray(struct.pack("=i", BUF_TYPE_VIDEO_OUTPUT)))
        except OSError:
            return

    def _ioctl(self, request: int, block: bytearray) -> None:
        import fcntl  # on POSIX only

        fcntl.ioctl(self._fd, request, block)

    def _refusal(self, other: Accepted | None, width: int, height: int) -> str:
        if other is None:
            return f"{self.path} takes none of the formats {', '.join(FORMATS)} at {width}x{height}"
        if (other.width, other.height) != (width, height):
            return (
                f"{self.path} is fixed to {other.width}x{other.height} while a program watches it: "
                "set scene.width and scene.height to that, or close the program"
            )
        return f"{self.path} insists on the pixel format {other.fourcc}, which is not supported"


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        message = f"{path} cannot be opened: {_reason(error)}"
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        denied = error.errno in (errno.EACCES, errno.EPERM)
        code = "camera.denied" if denied else ""
        raise (NotLoopbackError if missing else OutputError)(message, code, name=path) from None


def _reason(error: OSError) -> str:
    """What the operating system said and what to do about it."""
    advice = {
        errno.ENOENT: f"there is no such device; {HOW_TO_LOAD}",
        errno.EACCES: 'permission denied; run "sudo usermod -aG video $USER" and log in again',
        errno.EPERM: 'permission denied; run "sudo usermod -aG video $USER" and log in again',
        errno.EBUSY: "another program feeds it; close that one",
        errno.ENODEV: "the device is gone; the camera comes back when the device does",
        errno.EIO: "the device does not answer; the camera comes back when it does",
    }
    return advice.get(error.errno or 0, error.strerror or str(error))


def _text(field: bytes | bytearray) -> str:
    return bytes(field).split(b"\0")[0].decode("utf-8", "replace")


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
"""FourCC to encoder of an RGB picture, best first: YU12 is what most browsers and call programs take, and the cheapest.

YUV is BT.601 with limited range (Y 16..235), which is what V4L2's sRGB colour space means by default and what
consumers assume of a webcam.
"""
