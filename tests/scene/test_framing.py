import numpy as np
import pytest

from vtube.frame import Frame, View, blank
from vtube.scene.framing import Framing
from vtube.scene.shot import CROWN, FramingValues, Move


def figure() -> Frame:
    """A head in THA3's place, a body down to the lower edge; bright red hides under the transparent rest."""
    frame = blank()
    frame[..., 0] = 255
    frame[96:160, 224:288] = (0, 0, 200, 255)
    frame[160:, 128:384] = (0, 200, 0, 255)
    return frame


def box(frame: Frame, colour: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what is opaque and mainly of this colour channel."""
    rows, columns = np.nonzero((frame[..., 3] > 128) & (frame[..., colour] > 100))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


HEAD, BODY = 2, 1


def test_nothing_to_do_costs_nothing() -> None:
    frame = figure()
    assert Framing(512, 512).process(frame, 0.0) is frame


@pytest.mark.parametrize("width, height", [(1280, 720), (720, 1280), (256, 256), (640, 480)])
def test_the_whole_figure_stands_on_the_lower_edge(width: int, height: int) -> None:
    placed = Framing(width, height).process(figure(), 0.0)
    scale = min(width, height) / 512
    assert placed.shape == (height, width, 4)
    assert placed.flags.c_contiguous
    left, top, right, bottom = box(placed, BODY)
    assert bottom == height
    assert (left + right) / 2 == pytest.approx(width / 2, abs=1)
    assert (right - left, bottom - top) == pytest.approx((256 * scale, 352 * scale), abs=2)


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0, 3.0])
def test_zooming_in_keeps_the_top_of_the_head_in_its_place(zoom: float) -> None:
    left, top, right, bottom = box(Framing(512, 512, zoom).process(figure(), 0.0), HEAD)
    crown = CROWN * 512
    assert (left + right) / 2 == pytest.approx(256, abs=1)
    assert top == pytest.approx(crown + (96 - crown) * zoom, abs=1)
    assert (right - left, bottom - top) == pytest.approx((64 * zoom, 64 * zoom), abs=2)


def test_zooming_out_keeps_the_cut_on_the_lower_edge() -> None:
    placed = Framing(512, 512, 0.5).process(figure(), 0.0)
    assert box(placed, BODY) == pytest.approx((192, 336, 320, 512), abs=1)


def test_moving() -> None:
    placed = Framing(512, 512, 1.0, 0.25, 0.125).process(figure(), 0.0)
    assert box(placed, HEAD) == (224 + 128, 96 - 64, 288 + 128, 160 - 64)
    inside = placed[:448, 128:]
    assert np.array_equal(inside[inside[..., 3] > 0], figure()[64:, :384][figure()[64:, :384, 3] > 0])


@pytest.mark.parametrize("x, y", [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0)])
def test_out_of_sight_is_an_empty_picture(x: float, y: float) -> None:
    assert not Framing(512, 512, 1.0, x, y).process(figure(), 0.0).any()


@pytest.mark.parametrize("width, height, zoom", [(1280, 720, 1.0), (300, 300, 1.0), (512, 512, 1.3)])
def test_colours_hidden_under_transparency_do_not_bleed(width: int, height: int, zoom: float) -> None:
    placed = Framing(width, height, zoom).process(figure(), 0.0)
    seen = placed[..., 0].astype(int) * placed[..., 3] / 255
    assert seen.max() <= 1


@pytest.mark.parametrize("zoom", [0.1, 0.37, 1.01, 8.0])
@pytest.mark.parametrize("x, y", [(0.49, 0.49), (-0.93, 0.21), (0.003, -0.97)])
@pytest.mark.parametrize("size", [(64, 64), (1280, 720), (66, 4096)])
def test_any_settings_give_a_frame(zoom: float, x: float, y: float, size: tuple[int, int]) -> None:
    frame = np.full((512, 512, 4), 255, np.uint8)
    placed = Framing(*size, zoom, x, y).process(frame, 0.0)
    assert placed.shape == (size[1], size[0], 4)


def test_the_frame_is_not_written_to() -> None:
    frame = figure()
    Framing(640, 360, 1.4, 0.1).process(frame, 0.0)
    assert np.array_equal(frame, figure())


def test_a_turn_is_clockwise_about_the_middle_of_the_picture() -> None:
    frame = blank()
    frame[100:140, 246:266] = (200, 100, 50, 255)  # above the middle
    turned = Framing(800, 600, turn=90.0).process(frame, 0.0)
    rows, columns = np.nonzero(turned[..., 3] > 127)
    scale = 600 / 512
    assert columns.mean() == pytest.approx(400 + (256 - 120) * scale, abs=1)
    assert rows.mean() == pytest.approx(300, abs=1)
    assert np.array_equal(Framing(800, 600, turn=450.0).process(frame, 0.0), turned)


def test_a_view_and_its_inverse_are_each_others() -> None:
    view = View(800, 600, 1.3, 1.2, -40.0, 25.0, 0.7)
    point = np.array([70.0, 300.0])
    there = view.places() @ (*point, 1.0)
    assert view.sources() @ (*there, 1.0) == pytest.approx(point)
    assert view.places() @ (256.0, 256.0, 1.0) == pytest.approx(view.middle)


def test_a_move_makes_the_turns_that_it_is_asked_for() -> None:
    move, round_once = Move(), FramingValues(1.0, 0.0, 0.0, 360.0)
    move.at(FramingValues(1.0, 0.0, 0.0, 0.0), 0.0)
    for begun in (1.0, 5.0):  # the second time she stands at 360 degrees already
        move.begin(2.0)
        turns = [move.at(round_once, begun + after).turn for after in (0.0, 1.0, 2.0)]
        assert turns == [0.0, 180.0, 360.0]
