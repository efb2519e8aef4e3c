"""Frames in which the character is smaller than her picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import still_puppet
from vtube.avatar.enlarge import fitting
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.small import FINEST, Averaged
from vtube.frame import SIZE, Frame, View
from vtube.pose import neutral


def striped() -> Frame:
    """Lines of one pixel, which every third pixel of a small frame would miss."""
    picture = np.full((SIZE, SIZE, 4), 255, np.uint8)
    picture[:, ::4, :3] = 0
    picture[:40], picture[-40:], picture[:, :40], picture[:, -40:] = 0, 0, 0, 0
    return picture


def wanted(picture: Frame, size: int) -> NDArray[np.float32]:
    """The picture, premultiplied and averaged."""
    premultiplied = cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA)
    return np.asarray(cv2.resize(premultiplied, (size, size), interpolation=cv2.INTER_AREA), np.float32)


@pytest.mark.parametrize("size", [334, 200, 96])
def test_thin_lines_are_averaged_and_do_not_come_and_go(size: int) -> None:
    picture = striped()
    player = Player(still_puppet(picture), picture, "f32")
    player.face(neutral())
    player.body(neutral())
    frame = player.frame(fitting(size, size))
    shown = cv2.cvtColor(np.array(frame), cv2.COLOR_RGBA2mRGBA).astype(np.float32)
    edge = round(60 * size / SIZE)
    inner = shown[edge:-edge, edge:-edge, 0]
    assert np.abs(inner.mean() - wanted(picture, size)[edge:-edge, edge:-edge, 0].mean()) < 16  # crisp
    assert inner.min() > 60, "no pixel is all line"
    assert frame[0, 0].tolist() == [0, 0, 0, 0] and frame[size // 2, size // 2, 3] == 255
    player.close()


@pytest.mark.parametrize("view", [View(), fitting(1024, 1024), fitting(480, 480), View(1920, 1080, 0.3, 0.3, 400, 300)])
def test_what_is_not_small_or_has_too_many_pixels_is_drawn_as_before(view: View) -> None:
    assert Averaged.of(view) is None


@pytest.mark.parametrize(
    "view",
    [
        fitting(256, 256),
        View(640, 360, 0.5, 0.5, -100.5, 70.25),
        View(640, 360, 0.4, 0.4, 100, 70, math.pi / 5),
        View(64, 64, 0.01, 0.01, 30, 30),
    ],
)
def test_the_part_holds_the_figure_and_is_the_same_view_larger(view: View) -> None:
    part = Averaged.of(view)
    assert part is not None
    assert 0 <= part.left < part.right <= view.width and 0 <= part.top < part.bottom <= view.height
    assert 2 <= part.times <= FINEST
    points = np.array([[0, 512, 256], [0, 512, 100], [1, 1, 1]], float)
    there = (view.places() @ points - np.array([[part.left], [part.top]])) * part.times
    assert np.allclose(part.view.places() @ points, there)


def test_a_figure_beside_the_frame_is_nothing() -> None:
    view = View(200, 200, 0.3, 0.3, 400, 0)
    assert Averaged.of(view) is None
    picture = striped()
    player = Player(still_puppet(picture), picture, "f32")
    player.face(neutral())
    player.body(neutral())
    assert not player.frame(view).any()
    player.close()
