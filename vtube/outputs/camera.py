"""`camera[:DEVICE]`: a webcam for other programs, made the way each operating system allows."""

from __future__ import annotations

import sys

from vtube.errors import OutputError, PackageMissingError
from vtube.frame import Frame, Rgb
from vtube.outputs.base import Output, OutputContext
from vtube.outputs.pyvirtualcam_camera import PyVirtualCamera
from vtube.outputs.v4l2_camera import V4l2Camera
from vtube.spec import Spec

CAMERAS: dict[str, type[V4l2Camera] | type[PyVirtualCamera]] = {
    "linux": V4l2Camera,
    "win32": PyVirtualCamera,
    "darwin": PyVirtualCamera,
}
"""`sys.platform` to the camera there."""


class _NoBackdrop:
    """Leaves transparency out."""

    def flatten(self, frame: Frame) -> Rgb:
        """The colours alone."""
        return frame[..., :3]

    preview = flatten


def find_cameras() -> tuple[list[str], str]:
    """The virtual cameras that could be used now, and what to do when there is none; one line."""
    context = OutputContext(64, 64, 30, _NoBackdrop())
    camera = create_camera(Spec("camera"), context)
    try:
        camera.open()
        return [camera.detail], ""
    except (OutputError, PackageMissingError) as error:
        return [], str(error)
    finally:
        camera.close()


def create_camera(spec: Spec, context: OutputContext) -> Output:
    """The virtual camera of this operating system."""
    return CAMERAS.get(sys.platform, PyVirtualCamera)(spec, context)
