"""The virtual cameras of Windows and macOS, through the optional package pyvirtualcam.

Of its back ends only Unity Capture (Windows) takes transparency; it is preferred when it is installed, and a
device named in the SPEC always wins. A failed write cannot be noticed: pyvirtualcam hides it.
"""

from __future__ import annotations

import sys
from typing import Any

from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext
from vtube.registry import optional
from vtube.spec import Spec

ADVICE = {
    "win32": "install OBS Studio, which brings a virtual camera, or Unity Capture for transparency",
    "darwin": "install OBS Studio, press Start Virtual Camera in it once, allow the extension, then stop it again",
}


class PyVirtualCamera(Output):
    """Sends RGBA where the device takes it, else RGB over the background."""

    name = "camera"
    real_time = True
    announces_rate = True

    def __init__(self, spec: Spec, context: OutputContext) -> None:
        self._device = spec.argument
        self._context = context
        self._camera: Any = None
        self._transparent = False
        self.detail = spec.argument or "the first virtual camera"

    def open(self) -> None:
        """Take the first virtual camera that works.

        Raises:
            PackageMissingError: pyvirtualcam is not installed.
            OutputError: there is no virtual camera, or another program uses it.
        """
        self.close()
        pyvirtualcam = optional("pyvirtualcam", "camera", "the virtual camera")  # GPL: loaded only when asked for
        context, formats = self._context, pyvirtualcam.PixelFormat
        reason: Exception | None = None
        for pixel_format in (formats.RGBA, formats.RGB):
            try:
                self._camera = pyvirtualcam.Camera(
                    context.width, context.height, context.fps, fmt=pixel_format, device=self._device
                )
            except (RuntimeError, ValueError) as error:
                reason = error
                continue
            self._transparent = pixel_format is formats.RGBA
            self.detail = f"{self._camera.device}, {context.size}{', transparent' * self._transparent}"
            return
        code = f"camera.{sys.platform}" if sys.platform in ADVICE else ""
        raise OutputError(_no_camera(reason), code, reason=_last_line(reason))

    def send(self, frame: Frame, _now: float) -> None:
        """Hand the frame to the driver.

        Raises:
            OutputError: the back end refuses it.
        """
        if self._camera is None:
            raise OutputError("the camera is not open")
        try:
            self._camera.send(frame if self._transparent else self._context.backdrop.flatten(frame))
        except RuntimeError as error:
            raise OutputError(f"the virtual camera stopped: {_last_line(error)}") from None

    def close(self) -> None:
        """Give the camera back."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


def _no_camera(reason: Exception | None) -> str:
    advice = ADVICE.get(sys.platform, "see the documentation of pyvirtualcam")
    return f"no virtual camera can be used ({_last_line(reason)}); {advice}"


def _last_line(error: Exception | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else type(error).__name__
