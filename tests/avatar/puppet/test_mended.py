"""What of a face is mended, and what is not, on a drawn one: skin, two eyes, a mouth."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtube.avatar.puppet.mended import Mending

SKIN, PALE, WHITE, GREY, LASH, IRIS = (
    (255, 232, 220),
    (255, 246, 231),
    (252, 251, 252),
    (176, 175, 177),
    (40, 22, 34),
    (120, 60, 170),
)
EYES = (26, 40), (70, 40)
"""Middle of each, column and row."""
Face = NDArray[np.uint8]


def bare() -> Face:
    face = np.full((96, 96, 3), SKIN, np.uint8)
    cv2.line(face, (42, 80), (54, 80), (150, 60, 60), 2)
    return face


def opened(iris: tuple[int, int, int] = IRIS, shade: tuple[int, int, int] | None = None) -> Face:
    """Eyes that are open; `shade`: of the upper half of what is white in them."""
    face = bare()
    for x, y in EYES:
        cv2.ellipse(face, (x, y), (14, 12), 0, 0, 360, WHITE, -1)
        if shade:
            cv2.ellipse(face, (x, y), (14, 12), 0, 180, 360, shade, -1)
        cv2.circle(face, (x, y + 2), 7, iris, -1)
        cv2.ellipse(face, (x, y), (14, 12), 0, 180, 360, LASH, 3)
    return face


def as_drawn(iris: tuple[int, int, int] = IRIS) -> Face:
    """The neutral face: a broad lash where a lid that rises uncovers what is white."""
    face = opened(iris)
    for x, y in EYES:
        cv2.ellipse(face, (x, y), (13, 11), 0, 195, 345, LASH, 9)
    return face


def shut(lid: tuple[int, int, int] = PALE) -> Face:
    face = bare()
    for x, y in EYES:
        cv2.ellipse(face, (x, y), (17, 15), 0, 0, 360, lid, -1)
        cv2.line(face, (x - 12, y + 4), (x + 12, y + 4), LASH, 3)
    return face


def off(face: Face, colour: tuple[int, int, int], column: int, row: int) -> int:
    return int(np.abs(face[row, column].astype(int) - colour).max())


def mended(face: Face, neutral: Face, lid: tuple[int, int, int] = PALE) -> Face:
    return np.asarray(Mending(neutral, [shut(lid)])(face[None])[0])


def test_lids_have_the_skins_colour() -> None:
    face = mended(shut(), as_drawn())
    for x, y in EYES:
        for row in (y - 8, y - 4, y + 10):
            assert off(face, SKIN, x, row) <= 2
        assert off(face, LASH, x, y + 4) <= 2
    assert np.array_equal(face[70:], shut()[70:])


def test_a_line_on_a_lid_stays() -> None:
    seen = shut()
    cv2.line(seen, (16, 31), (36, 31), (226, 196, 180), 1)
    face = mended(seen, as_drawn()).astype(int)
    assert (face[28, 20:33] - face[31, 20:33]).min() > 15


def test_uncovered_whites_are_white_and_the_iris_is_left_alone() -> None:
    face = mended(opened(shade=GREY), as_drawn())
    for x, y in EYES:
        assert off(opened(shade=GREY), WHITE, x, y - 8) > 70
        assert off(face, WHITE, x, y - 8) <= 25
        assert off(face, IRIS, x, y + 2) == 0
        assert off(face, WHITE, x - 10, y + 3) <= 1


def test_a_narrow_grey_between_iris_and_lash_is_lash() -> None:
    seen = as_drawn()
    for x, y in EYES:
        cv2.ellipse(seen, (x, y), (13, 11), 0, 230, 310, (100, 96, 101), 3)
    face = mended(seen, as_drawn())
    for x, y in EYES:
        assert off(seen, LASH, x, y - 11) > 50
        assert off(face, LASH, x, y - 11) <= 12


def test_a_white_that_is_nearly_white_takes_no_colour_of_skin() -> None:
    seen = opened(shade=(216, 215, 217))
    face = mended(seen, as_drawn()).astype(int)
    for x, y in EYES:
        red, green, blue = face[y - 8, x]
        assert red - blue <= 4
        assert min(red, green, blue) > 235


def test_a_pixel_that_happens_to_be_as_before_is_no_speck() -> None:
    neutral, seen = as_drawn(), opened(shade=GREY)
    for x, y in EYES:
        neutral[y - 8, x] = GREY
    face = mended(seen, neutral)
    for x, y in EYES:
        assert off(face, WHITE, x, y - 8) <= 30


def test_a_neutral_face_is_right_as_it_is() -> None:
    assert np.array_equal(mended(as_drawn(), as_drawn()), as_drawn())


def test_a_grey_iris_stays_grey() -> None:
    grey = (150, 149, 151)
    seen = opened(iris=grey, shade=GREY)
    assert np.array_equal(mended(seen, as_drawn(iris=grey)), seen)


def test_lids_that_fit_stay_as_they_are() -> None:
    assert np.abs(mended(shut(SKIN), as_drawn(), SKIN).astype(int) - shut(SKIN)).max() <= 1


@pytest.mark.parametrize("face", [bare(), np.zeros((96, 96, 3), np.uint8)])
def test_without_eyes_nothing_is_mended(face: Face) -> None:
    mend = Mending(face, [face, face])
    assert np.array_equal(mend(opened()[None])[0], opened())
