"""Sends frames to a camera; run in a process of its own, where the device can be a stand-in.

`python -m tests.outputs.camera_program CLASS [DEVICE [WIDTH HEIGHT]]` prints the output's detail, or the error;
CLASS is `v4l2`, `pyvirtualcam` or `vanishing`.
"""

from __future__ import annotations

import os
import sys
import time

from tests.outputs.contexts import context, moving_frame
from vtube.errors import OutputError
from vtube.outputs.base import Output
from vtube.outputs.pyvirtualcam_camera import PyVirtualCamera
from vtube.outputs.v4l2_camera import V4l2Camera
from vtube.outputs.worker import OutputState, OutputWorker, close_all
from vtube.spec import Spec

FRAMES = 5


def send_frames(camera: Output, width: int, height: int) -> None:
    """Two runs, because the second one is what pyvirtualcam spoils with exclusive_caps=1."""
    for _ in range(2):
        camera.open()
        for number in range(FRAMES):
            camera.send(moving_frame(number, width, height), number / 30)
        camera.close()
    print(camera.detail)


def lose_the_device(camera: Output) -> None:
    """The device fails while frames are sent, and works again a moment later."""
    worker = OutputWorker(camera, retry_s=0.01)
    worker.start()
    submit_until(worker, OutputState.LIVE, sent=1)
    os.environ["V4L2SHIM_FAIL"] = "write"
    submit_until(worker, OutputState.FAILED)
    print(worker.status().error)
    del os.environ["V4L2SHIM_FAIL"]
    submit_until(worker, OutputState.LIVE, sent=worker.status().sent + 1)
    close_all([worker])
    print(worker.status().state)


def submit_until(worker: OutputWorker, state: OutputState, sent: int = 0) -> None:
    """Send frames until the output is in this state."""
    deadline = time.monotonic() + 20
    number = 0
    while worker.status().state is not state or worker.status().sent < sent:
        worker.submit(moving_frame(number), number / 30)
        time.sleep(0.002)
        number += 1
        assert time.monotonic() < deadline


def main(kind: str, device: str | None = None, width: str = "64", height: str = "48") -> None:
    """The whole program."""
    camera_class = PyVirtualCamera if kind == "pyvirtualcam" else V4l2Camera
    size = int(width), int(height)
    camera = camera_class(Spec("camera", device), context(*size))
    try:
        if kind == "vanishing":
            lose_the_device(camera)
        else:
            send_frames(camera, *size)
    except OutputError as error:
        print(error)


if __name__ == "__main__":
    main(*sys.argv[1:])
