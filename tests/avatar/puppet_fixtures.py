"""A stand-in for the exact renderer that is quick enough to bake from: the picture slides with the head."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import face_fit, sharpen
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import Box, Shape, body_shape, face_shape
from vtube.frame import Frame, blank
from vtube.pose import INDEX, Pose

HEAD_Y, WINK = INDEX["head_y"], INDEX["eye_wink_left"]
REACH = 20.0
"""Pixels that `head_y` = 1 slides the picture to the left."""


def figure() -> Frame:
    """A patterned bust with soft edges."""
    picture = blank()
    cv2.ellipse(picture, (256, 160), (90, 100), 0, 0, 360, (230, 190, 160, 255), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (150, 260), (360, 511), (70, 90, 200, 255), -1)
    cv2.circle(picture, (225, 130), 12, (40, 30, 90, 255), -1, cv2.LINE_AA)
    cv2.circle(picture, (290, 130), 12, (40, 30, 90, 255), -1, cv2.LINE_AA)
    return picture


def bust() -> Character:
    """`figure` as a character."""
    return Character.of(figure(), "bust.png")


class SlidingTeacher:
    """`head_y` slides everything, `eye_wink_left` greys a square of the face; counts what it draws."""

    def __init__(self, picture: Frame) -> None:
        self._picture = picture
        self._slide = 0.0
        self.drawn = 0
        self.closed = False

    def render(self, pose: Pose) -> Frame:
        self.drawn += 1
        self._slide = float(pose[HEAD_Y]) * REACH
        picture = self._picture.copy()
        picture[32:224, 160:352] = self._winked(pose)
        move = np.array([[1, 0, -self._slide], [0, 1, 0]], np.float32)
        return np.asarray(cv2.warpAffine(picture, move, (512, 512)), np.uint8)

    def shift(self) -> NDArray[np.float32]:
        shift = np.zeros((2, 512, 512), np.float32)
        shift[0] = self._slide / 256
        return shift

    def face(self, pose: Pose) -> Frame:
        self.drawn += 1
        return self._winked(pose)

    def close(self) -> None:
        self.closed = True

    def _winked(self, pose: Pose) -> Frame:
        face = self._picture[32:224, 160:352].copy()
        square = face[80:116, 110:150, :3]
        square[:] = np.rint(square * (1 - 0.6 * float(pose[WINK]))).astype(np.uint8)
        return face


def resting_weights(shape: Shape) -> dict[str, NDArray[np.float32]]:
    """A decoder that gives zeros."""
    return {name: np.zeros(size, np.float32) for name, size in shape.tensors().items()}


def still_puppet(picture: Frame) -> Puppet:
    """A puppet that shows its picture, whatever the pose."""
    box = Box(64, 48, 96, 96)
    neutral = picture[box.moved(160, 32).slices][..., :3].copy()
    body = resting_weights(body_shape())
    body["head.bias"][8:12] = -30  # nothing is painted
    return Puppet(
        Character.of(picture).digest,
        "separable_float",
        Box(0, 0, 512, 512),
        box,
        neutral,
        body,
        resting_weights(face_shape(96, 96)),
        {"psnr_db": 35.0},
    )


class Nearest:
    """Doubles by repeating pixels; counts."""

    identity = "nearest " + "0" * 64

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.asarray(np.repeat(np.repeat(pictures, 2, 1), 2, 2), np.uint8)

    def double(self, picture: Frame) -> Frame:
        self.times += 1
        return np.asarray(self(picture[None])[0], np.uint8)


def look_at_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bake looks at few frames for what has tests of its own: how much is sharpened, and which paints are used."""
    monkeypatch.setattr(sharpen, "COUNT", 2)
    monkeypatch.setattr(face_fit, "ASKED", 4)
