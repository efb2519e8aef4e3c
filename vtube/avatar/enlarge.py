"""A picture at another size than the networks draw."""

from __future__ import annotations

import numpy as np
from PIL import Image

from vtube.avatar.base import Renderer, ViewRenderer
from vtube.frame import SIZE, Frame, View, blank
from vtube.pose import Pose

SMALLEST, LARGEST = 16, 4096
"""Sizes in pixels that a client may ask for."""


def enlarge(frame: Frame, size: int) -> Frame:
    """`frame` at `size` x `size` pixels by Lanczos' filter; itself when it has that size.

    Pillow resamples RGBA with premultiplied colours: what is hidden under transparency does not bleed in.
    """
    if frame.shape[:2] == (size, size):
        return frame
    return np.array(Image.fromarray(frame).resize((size, size), Image.Resampling.LANCZOS))


def fitting(width: int, height: int) -> View:
    """The whole picture in the middle of a frame of width x height, on its lower edge."""
    scale = min(width, height) / SIZE
    return View(width, height, scale, scale, (width - SIZE * scale) / 2, height - SIZE * scale)


def draw(renderer: Renderer, pose: Pose, width: int, height: int) -> Frame:
    """`pose` in a frame of width x height: drawn at that size where the renderer can, else enlarged."""
    if isinstance(renderer, ViewRenderer):
        return renderer.render_view(pose, fitting(width, height))
    side = min(width, height)
    picture = enlarge(renderer.render(pose), side)
    if width == height:
        return picture
    frame, left = blank(width, height), (width - side) // 2
    frame[height - side :, left : left + side] = picture
    return frame
