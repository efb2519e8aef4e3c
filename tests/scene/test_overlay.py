from __future__ import annotations

import numpy as np
import pytest

from vtube.frame import Frame, blank
from vtube.scene.overlay import Layer, Overlay


def solid(width: int, height: int, *colour: int) -> Frame:
    return np.full((height, width, 4), colour, np.uint8)


def test_without_layers_the_frame_is_the_same() -> None:
    frame = blank(8, 8)
    assert Overlay().over(frame) is frame


def test_a_layer_covers_its_own_place_and_nothing_else() -> None:
    frame = solid(40, 30, 10, 20, 30, 255)
    before = frame.copy()
    shown = Overlay([Layer.of(solid(5, 4, 200, 100, 50, 255), (7, 6))]).over(frame)
    assert np.array_equal(shown[6:10, 7:12], solid(5, 4, 200, 100, 50, 255))
    shown[6:10, 7:12] = frame[6:10, 7:12]
    assert np.array_equal(shown, before)
    assert np.array_equal(frame, before)


@pytest.mark.parametrize("below", [(0, 0, 0, 0), (90, 160, 30, 255), (250, 10, 120, 100)])
@pytest.mark.parametrize("opacity", [0.25, 0.6, 1.0])
def test_it_is_blended_as_straight_alpha_says(below: tuple[int, int, int, int], opacity: float) -> None:
    own = np.array([200, 100, 50, 180])
    shown = Overlay([Layer.of(solid(4, 4, *own), (0, 0), opacity)]).over(solid(4, 4, *below))[0, 0]
    front, back = round(180 * opacity) / 255, below[3] / 255
    alpha = front + back * (1 - front)
    colour = (own[:3] * front + np.array(below[:3]) * back * (1 - front)) / alpha
    assert shown[3] == pytest.approx(255 * alpha, abs=1.5)
    assert shown[:3] == pytest.approx(colour, abs=1.5 / alpha)


@pytest.mark.parametrize("place", [(-3, -2), (37, 28), (-50, 0), (0, 99), (-3, 28)])
def test_what_stands_out_is_cut_off(place: tuple[int, int]) -> None:
    shown = Overlay([Layer.of(solid(6, 5, 255, 255, 255, 255), place)]).over(blank(40, 30))
    rows, columns = np.nonzero(shown[..., 3])
    expected = [
        (y, x)
        for y in range(max(0, place[1]), min(30, place[1] + 5))
        for x in range(max(0, place[0]), min(40, place[0] + 6))
    ]
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == expected


def test_only_what_shows_is_blended() -> None:
    picture = blank(100, 80)
    picture[30:40, 50:55] = (1, 2, 3, 255)
    layer = Layer.of(picture, (10, 20))
    assert (layer.place, layer.size) == ((60, 50), (5, 10))
    assert Layer.of(blank(9, 9), (0, 0)).size == (0, 0)
    assert not Overlay([Layer.of(blank(9, 9), (0, 0))]).over(blank(20, 20)).any()


def test_the_last_layer_lies_on_top() -> None:
    layers = [Layer.of(solid(3, 3, 255, 0, 0, 255), (0, 0)), Layer.of(solid(3, 3, 0, 255, 0, 255), (1, 1))]
    shown = Overlay(layers).over(blank(5, 5))
    assert tuple(shown[1, 1]) == (0, 255, 0, 255)
    assert tuple(shown[0, 0]) == (255, 0, 0, 255)
