"""What is measured of a puppet, on faults made on purpose."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtube.avatar.puppet.evaluate import Quality, waviness_px
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP, Box
from vtube.errors import ModelError
from vtube.frame import Frame, blank

WHOLE = Box(0, 0, 512, 512)
FACE = Box(48, 64, 96, 96)
ALPHA = np.full((512, 512), 255, np.uint8)


def exact_shift() -> NDArray[np.float32]:
    """A slow turn, half pictures."""
    x = np.linspace(-1, 1, 512, dtype=np.float32)
    return np.stack([0.05 * np.repeat(x[None], 512, 0), np.zeros((512, 512), np.float32)])


def shown_shift() -> NDArray[np.float32]:
    """The same as a puppet's body has it: pixels, at the cells' centres."""
    small = cv2.resize(exact_shift().transpose(1, 2, 0) * 256, (128, 128), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def test_shifts_that_are_right_or_off_everywhere_alike_do_not_waver() -> None:
    assert waviness_px(shown_shift(), exact_shift(), WHOLE, ALPHA) < 0.001
    assert waviness_px(shown_shift() + 3, exact_shift(), WHOLE, ALPHA) < 0.001


def test_shifts_that_differ_from_cell_to_cell_waver_only_inside_the_figure() -> None:
    ripple = 0.4 * (np.arange(128) % 2).astype(np.float32)
    wavy = shown_shift() + ripple[None, :, None]
    assert waviness_px(wavy, exact_shift(), WHOLE, ALPHA) == pytest.approx(0.2, rel=0.02)
    assert waviness_px(wavy, exact_shift(), WHOLE, np.zeros_like(ALPHA)) == 0


def eyes(size: int, closed: bool) -> Frame:
    """A face with two eyes drawn by thin lines, or with lids over them, `size` pixels a side."""
    picture = cv2.resize(blank(), (size, size))
    picture[:] = (240, 220, 205, 255)
    k = size / 512
    for x in (225, 285):
        at = round(x * k), round(144 * k)
        if closed:
            cv2.line(picture, (at[0] - round(14 * k), at[1]), (at[0] + round(14 * k), at[1]), (60, 40, 50, 255), 2)
        else:
            cv2.circle(picture, at, round(14 * k), (50, 30, 90, 255), max(1, round(2 * k)), cv2.LINE_AA)
            cv2.circle(picture, at, round(6 * k), (20, 10, 30, 255), -1, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)


def box_of(picture: Frame) -> NDArray[np.uint8]:
    k = len(picture) // 512
    return np.ascontiguousarray(picture[FACE.moved(FACE_LEFT, FACE_TOP).times(k).slices][..., :3])


def cubic(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    large = [cv2.resize(face, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC) for face in faces]
    return np.stack(large)


def test_an_added_change_leaves_ghosts_and_a_cover_none() -> None:
    drawing, small = eyes(1024, closed=False), eyes(512, closed=False)
    shut = np.zeros((192, 192, 4), np.uint8)
    shut[FACE.slices] = np.dstack([box_of(eyes(512, closed=True)), np.full((96, 96), 255, np.uint8)])
    neutral = box_of(small)
    faces = FineFaces(drawing, FACE, neutral, cubic)
    layer = faces.wanted(shut)
    wanted = faces.with_layer(layer)
    softer = faces.with_layer(np.asarray(cv2.GaussianBlur(layer, (0, 0), 1), np.uint8))
    change = cubic(box_of(eyes(512, closed=True))[None])[0].astype(np.int16) - cubic(neutral[None])[0]
    added = np.dstack([(box_of(drawing) + change).clip(0, 255), np.full((192, 192), 255)]).astype(np.uint8)
    ghost = faces.with_layer(added)
    assert faces.ghosts(wanted, wanted, layer[..., 3]) == 0
    assert faces.ghosts(softer, wanted, layer[..., 3]) < 0.15
    assert faces.ghosts(ghost, wanted, layer[..., 3]) > 0.4


def test_a_face_that_rests_is_the_drawing() -> None:
    drawing = eyes(1024, closed=False)
    neutral = box_of(np.asarray(cv2.resize(drawing, (512, 512), interpolation=cv2.INTER_AREA), np.uint8))
    faces = FineFaces(drawing, FACE, neutral, cubic)
    resting = np.zeros((192, 192, 4), np.uint8)
    resting[FACE.slices][..., :3] = neutral
    crop = drawing[FACE_TOP * 2 : (FACE_TOP + 192) * 2, FACE_LEFT * 2 : (FACE_LEFT + 192) * 2]
    assert np.array_equal(faces.with_layer(faces.wanted(resting)), crop)


def test_a_fine_face_has_a_floor_of_its_own() -> None:
    Quality(33.0, 30.0, 31.0, 1.0, 0.8, is_fine=True).require()
    with pytest.raises(ModelError, match="in the face"):
        Quality(33.0, 30.0, 31.0, 1.0, 0.8).require()
    with pytest.raises(ModelError, match="in the face"):
        Quality(33.0, 30.0, 29.0, 1.0, 0.8, is_fine=True).require()
