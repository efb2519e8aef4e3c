"""A strip of mouths tells which sound each picture belongs to, and where lips should meet."""

import numpy as np
from PIL import Image

from tools.film.mouth_strip import CLOSES, COLUMNS, GROUND, LABEL, PAUSE, THUMB, Moment, sounding, strip
from vtube.speech.base import Phoneme

SOUNDS = (Phoneme("pau", 0.0, 0.1), Phoneme("m", 0.1, 0.16), Phoneme("a", 0.16, 0.3))


def moment(seconds: float) -> Moment:
    return Moment(seconds, sounding(SOUNDS, seconds), 0.5, np.zeros((512, 512, 4), np.uint8))


def bar(picture: Image.Image, number: int) -> object:
    return picture.getpixel((number % COLUMNS * THUMB[0] + 5, number // COLUMNS * (THUMB[1] + LABEL) + THUMB[1] - 1))


def test_a_phoneme_sounds_from_its_start_until_its_end() -> None:
    assert [getattr(sounding(SOUNDS, at), "symbol", None) for at in (0.05, 0.1, 0.2, 0.3)] == ["pau", "m", "a", None]


def test_bars_tell_pauses_closed_lips_and_open_mouths() -> None:
    picture = strip([moment(0.05), moment(0.12), moment(0.2)])

    assert [bar(picture, number) for number in range(3)] == [PAUSE, CLOSES, GROUND]


def test_pictures_go_on_in_the_next_row() -> None:
    picture = strip([moment(0.2)] * COLUMNS + [moment(0.12)])

    assert picture.size == (COLUMNS * THUMB[0], 2 * (THUMB[1] + LABEL))
    assert bar(picture, COLUMNS) == CLOSES
