"""A context and frames for the tests of all outputs."""

from __future__ import annotations

import numpy as np

from vtube.frame import Frame
from vtube.outputs.base import OutputContext
from vtube.scene.background import Background

GREEN = "#00b140"


def context(width: int = 64, height: int = 48, fps: float = 30.0, background: str = GREEN) -> OutputContext:
    """What a small camera would be told."""
    return OutputContext(width, height, fps, Background(background, width, height))


def moving_frame(number: int, width: int = 64, height: int = 48) -> Frame:
    """A smooth, half transparent picture that differs from frame to frame."""
    rows, columns = np.indices((height, width))
    frame = np.empty((height, width, 4), np.uint8)
    frame[..., 0] = (columns * 2 + number * 5) % 200
    frame[..., 1] = (rows * 3) % 200
    frame[..., 2] = 60
    frame[..., 3] = np.clip(columns * 8, 0, 255)
    return frame
