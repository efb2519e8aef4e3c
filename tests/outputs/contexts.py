"""A context and frames for the tests of all outputs."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from vtube.frame import WHOLE, Frame, Recipe, undrawn
from vtube.outputs.base import OutputContext
from vtube.scene.background import Background

GREEN = "#00b140"

SIZES = (1920, 1080), (1280, 720), (854, 480), (1000, 562), (562, 1000)
"""Of HD, and some whose rows are no multiple of 16 or 8 pixels."""


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


RECIPE = Recipe(cast(Any, None), None, WHOLE, (0, 0, 2, 2), (1, 1), np.zeros((4, 4, 2), np.float32))


def sketched(size: int = 2) -> Frame:
    """A frame whose pixels are 5 as soon as they are drawn."""

    def draw(frame: Frame) -> None:
        frame[:] = 5

    return undrawn(np.zeros((size, size, 4), np.uint8), RECIPE, draw)
