import contextlib
import gc

import numpy as np
import pytest
from PIL import ImageFont

from vtube.errors import SettingsError
from vtube.frame import blank
from vtube.scene.lettering import KEPT_FONTS, font_for, lettered, pasted, under

LONG = "A sentence that is much too long for one line of the picture and has to be broken."


def test_letters_are_white_with_a_dark_outline() -> None:
    picture = lettered("Hello", 400, 40)
    solid = picture[picture[..., 3] == 255]
    assert (solid[:, :3] == 255).all(axis=1).sum() > 100
    assert (solid[:, :3] == 0).all(axis=1).sum() > 100
    assert picture[0, 0, 3] == 0


def test_a_long_text_is_broken_into_lines_that_fit() -> None:
    one, many = lettered("A sentence", 300, 24), lettered(LONG, 300, 24)
    assert many.shape[0] >= 3 * one.shape[0]
    assert max(one.shape[1], many.shape[1]) <= 300


def test_a_word_without_spaces_is_broken_too() -> None:
    assert lettered("a" * 200, 200, 24).shape[1] <= 200


def test_letters_that_no_font_has_are_named() -> None:
    with pytest.raises(SettingsError, match="no font of this computer has letters such as"):
        font_for("あいう", fonts=())


def test_what_stands_out_is_cut_off_and_the_frame_stays() -> None:
    frame = blank(64, 48)
    red = np.full((20, 20, 4), (255, 0, 0, 255), np.uint8)
    result = pasted(frame, red, -10, 40)
    assert (result[40:, :10] == (255, 0, 0, 255)).all()
    assert not result[:40].any()
    assert not result[:, 10:].any()
    assert not frame.any()
    assert np.array_equal(pasted(frame, red, 100, 100), frame)


def test_half_transparent_over_opaque_is_their_mean() -> None:
    frame = np.full((4, 4, 4), (0, 0, 200, 255), np.uint8)
    result = pasted(frame, np.full((4, 4, 4), (200, 0, 0, 128), np.uint8), 0, 0)
    assert result[0, 0].tolist() == pytest.approx([100, 0, 100, 255], abs=1)


def test_a_subtitle_is_centred_above_the_lower_edge() -> None:
    assert under(200, 100, blank(100, 20)) == (50, 75)


def test_sizes_and_letters_without_end_leave_no_more_than_a_few_fonts_open() -> None:
    for size in range(8, 8 + 3 * KEPT_FONTS):
        lettered("Hello", 400, size)
    for first in range(0x4E00, 0x4E00 + 400, 20):
        with contextlib.suppress(SettingsError):
            lettered("".join(map(chr, range(first, first + 20))), 400, 20)
    gc.collect()
    assert sum(type(one) is ImageFont.FreeTypeFont for one in gc.get_objects()) <= KEPT_FONTS
