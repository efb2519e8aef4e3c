from __future__ import annotations

import numpy as np

from vtube.frame import Frame, Rgb
from vtube.outputs.broadcast import FrameBoard
from vtube.outputs.browser import BrowserOutput
from vtube.outputs.context import OutputContext
from vtube.outputs.registry import create_output


def test_frames_hang_on_the_board() -> None:
    board, frame = FrameBoard(), np.zeros((2, 2, 4), np.uint8)
    output = BrowserOutput(board, "http://127.0.0.1:8787/camera")
    output.open()
    output.send(frame, 3.0)
    output.close()
    shot = board.latest()
    assert shot is not None
    assert shot.frame is frame
    assert shot.time == 3.0


def test_the_registry_makes_it_from_the_context() -> None:
    def flatten(frame: Frame) -> Rgb:
        return frame[..., :3]

    board = FrameBoard()
    context = OutputContext(2, 2, 30.0, flatten, flatten, board=board, page="the page")
    output = create_output("browser", context)
    output.send(np.zeros((2, 2, 4), np.uint8), 1.0)
    assert (output.name, output.detail) == ("browser", "the page")
    assert board.latest() is not None
