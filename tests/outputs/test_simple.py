from __future__ import annotations

import numpy as np

from vtube.frame import Frame, Rgb
from vtube.outputs.base import OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.registry import create_output
from vtube.outputs.simple import BrowserOutput


def test_frames_are_published() -> None:
    broadcast, frame = FrameBroadcast(), np.zeros((2, 2, 4), np.uint8)
    output = BrowserOutput(broadcast, "http://127.0.0.1:8787/camera")
    output.open()
    output.send(frame, 3.0)
    output.close()
    newest = broadcast.latest()
    assert newest is not None
    assert newest.frame is frame
    assert newest.time == 3.0


def test_the_registry_makes_it_from_the_context() -> None:
    def flatten(frame: Frame) -> Rgb:
        return frame[..., :3]

    broadcast = FrameBroadcast()
    context = OutputContext(2, 2, 30.0, flatten, flatten, broadcast=broadcast, page="the page")
    output = create_output("browser", context)
    output.send(np.zeros((2, 2, 4), np.uint8), 1.0)
    assert (output.name, output.detail) == ("browser", "the page")
    assert broadcast.latest() is not None
