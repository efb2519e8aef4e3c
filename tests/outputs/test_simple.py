from __future__ import annotations

import numpy as np

from tests.outputs.contexts import context
from vtube.outputs.registry import create_output


def test_frames_are_published() -> None:
    told, frame = context(2, 2), np.zeros((2, 2, 4), np.uint8)
    output = create_output("browser", told)
    told.page = "http://127.0.0.1:8787/camera"
    output.open()
    output.send(frame, 3.0)
    output.close()
    newest = told.broadcast.latest()
    assert newest is not None
    assert newest.frame is frame
    assert newest.time == 3.0
    assert (output.name, output.detail) == ("browser", "http://127.0.0.1:8787/camera")
