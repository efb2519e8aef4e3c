"""The virtual camera of Linux: a v4l2loopback device that every program takes for a webcam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vtube.errors import OutputError
from vtube.frame import Frame, Rgb
from vtube.outputs.base import Output, OutputContext
from vtube.outputs.v4l2 import FORMATS, HOW_TO_LOAD, LOAD, Encode, LoopbackDevice, NotLoopbackError
from vtube.spec import Spec

DEVICES = 64
"""/dev/video0 to /dev/video63 are looked at; few computers have more than eight."""

NO_CAMERA = (
    f"no virtual camera found; {HOW_TO_LOAD} (Debian and Ubuntu have it in the package v4l2loopback-dkms), "
    "or use the browser output"
)


class V4l2Camera(Output):
    """Writes every frame, over the background, to a v4l2loopback device.

    The SPEC's argument is a path (`/dev/video7`), its number (`7`) or the label that other programs show.
    """

    name = "camera"
    real_time = True
    announces_rate = True

    def __init__(self, spec: Spec, context: OutputContext) -> None:
        self._wanted = spec.argument
        self._context = context
        self._device: LoopbackDevice | None = None
        self._encode: Encode | None = None
        self._shown: tuple[Rgb, NDArray[np.uint8]] | None = None
        self.detail = spec.argument or "the first virtual camera"

    def open(self) -> None:
        """Find the device and agree on a format.

        Raises:
            OutputError: there is no virtual camera, or it cannot be used now.
        """
        self.close()
        device = self._find()
        context = self._context
        try:
            fourcc = device.configure(context.width, context.height, context.fps)
        except OutputError:
            device.close()
            raise
        self._device = device
        self._encode = FORMATS[fourcc](context.width, context.height)
        self.detail = f"{device.label} ({device.path}), {context.size} {fourcc}"

    def send(self, frame: Frame, _now: float) -> None:
        """Write the frame; one that is shown already is not converted again.

        Raises:
            OutputError: the device is gone.
        """
        if self._device is None or self._encode is None:
            raise OutputError("the camera is not open")
        picture = self._context.backdrop.flatten(frame)
        if self._shown is None or self._shown[0] is not picture:
            self._shown = picture, self._encode(picture)
        self._device.write(self._shown[1])

    def close(self) -> None:
        """Give the device back."""
        self._shown = None
        if self._device is not None:
            self._device.close()
            self._device = None

    def _find(self) -> LoopbackDevice:
        if self._wanted is None:
            return _first_device(label=None)
        if self._wanted.isdigit():
            return LoopbackDevice(f"/dev/video{int(self._wanted)}")
        if self._wanted.startswith("/"):
            return LoopbackDevice(self._wanted)
        return _first_device(label=self._wanted)


def _first_device(label: str | None) -> LoopbackDevice:
    """The first device that can be used; else the reason of the first that could not."""
    reason: OutputError | None = None
    for number in range(DEVICES):
        try:
            device = LoopbackDevice(f"/dev/video{number}")
        except NotLoopbackError:
            continue
        except OutputError as error:
            reason = reason or error
            continue
        if label in (None, device.label):
            return device
        device.close()
    if reason is not None:
        raise reason
    if label is None:
        raise OutputError(NO_CAMERA, "camera.linux", command=LOAD)
    raise OutputError(f"no virtual camera is called {label!r}; {HOW_TO_LOAD}", "camera.named", name=label, command=LOAD)
