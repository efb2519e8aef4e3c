"""A frame that knows its recipe, and what is made of it."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from vtube.frame import WHOLE, Frame, Recipe, blank, drawn, is_drawn, recipe_of, rgba, undrawn, with_recipe


class Nothing:
    """A drawing with nothing on it."""

    face = (0, 0, 4, 4)
    doubling = None

    def pixels(self) -> Frame:
        return blank(4, 4)


@pytest.fixture
def recipe() -> Recipe:
    shift = np.zeros((3, 3, 2), np.float32)
    return Recipe(Nothing(), None, WHOLE, (0, 0, 8, 4), (4, 4), shift)


def test_a_frame_keeps_its_recipe_and_its_pixels(recipe: Recipe) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (4, 8, 4), np.uint8)
    frame = with_recipe(pixels, recipe)
    assert recipe_of(frame) is recipe and recipe_of(pixels) is None
    assert np.array_equal(frame, pixels) and np.shares_memory(frame, pixels)
    assert frame.flags.c_contiguous and frame.dtype == np.uint8


def test_what_is_made_of_it_knows_none(recipe: Recipe) -> None:
    frame = with_recipe(blank(8, 4), recipe)
    made = frame.copy(), frame[1:], frame + 1, np.array(frame), np.asarray(cv2.flip(frame, 1)), frame.view()
    assert [recipe_of(one) for one in made] == [None] * len(made)
    assert recipe_of(frame) is recipe


def test_pixels_are_drawn_once_however_many_ask(recipe: Recipe) -> None:
    times: list[int] = []
    begun = threading.Barrier(4)

    def draw(frame: Frame) -> None:
        times.append(1)
        frame[:] = 9

    frame = undrawn(blank(8, 4), recipe, draw)
    assert not is_drawn(frame) and recipe_of(frame) is recipe

    def ask() -> None:
        begun.wait()
        assert (drawn(frame) == 9).all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert times == [1] and is_drawn(frame)


def test_a_drawing_that_fails_is_tried_again(recipe: Recipe) -> None:
    failures = [RuntimeError("no memory")]

    def draw(frame: Frame) -> None:
        if failures:
            raise failures.pop()
        frame[:] = 9

    frame = undrawn(blank(8, 4), recipe, draw)
    with pytest.raises(RuntimeError):
        drawn(frame)
    assert (drawn(frame) == 9).all()


@pytest.mark.parametrize(
    ("kind", "white"),
    [
        (np.float32, 1),
        (np.float32, 255),
        (np.float32, 65535),
        (np.float32, 1e9),
        (np.uint16, 255),
        (np.uint16, 1023),
        (np.uint16, 4095),
        (np.uint16, 65535),
        (np.int32, 65535),
        (np.int32, 2_000_000_000),
    ],
)
def test_grey_of_many_bits_keeps_its_shades(kind: type[np.generic], white: float, tmp_path: Path) -> None:
    shades = np.tile(np.arange(256) / 255 * white, (16, 1)).astype(kind)
    Image.fromarray(shades).save(tmp_path / "grey.tif")
    with Image.open(tmp_path / "grey.tif") as picture:
        frame = rgba(picture)
    assert np.abs(frame[0, :, 0].astype(int) - np.arange(256)).max() <= 1
    assert (frame[..., 3] == 255).all()


def test_what_is_no_number_in_a_picture_is_black_and_lights_are_white() -> None:
    values = np.array([[np.nan, -np.inf, -1, 0.5, 1, 3, np.inf]], np.float32)
    assert rgba(Image.fromarray(values))[0, :, 0].tolist() == [0, 0, 0, 128, 255, 255, 255]
