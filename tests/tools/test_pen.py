"""Curves pass through their points, locks taper, ink has the thickness it is asked for."""

from __future__ import annotations

import re

import pytest

from tools.character.drawing.pen import Lock, both_halves, ink, joined, mirrored, number, path
from tools.character.drawing.star import star
from tools.character.drawing.svg import element, stops


def points_of(data: str) -> list[tuple[float, float]]:
    """Ends of all segments."""
    ends = []
    for segment in re.findall(r"[MC]([^MCZ]+)", data):
        values = [float(value) for value in segment.split()]
        ends.append((values[-2], values[-1]))
    return ends


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (-0.001, "0"), (0.125, "0.12"), (12.3, "12.3"), (100, "100")])
def test_number(value: float, text: str) -> None:
    assert number(value) == text


def test_path_goes_through_every_point() -> None:
    runs = [(0.0, 0.0), (10.0, 5.0), (20.0, 0.0)], [(10.0, -5.0), (0.0, 0.0)]
    data = path(*runs)
    assert points_of(data) == [*runs[0], *runs[1]]
    assert data.endswith("Z")
    assert not path(*runs, closed=False).endswith("Z")


def test_a_straight_run_stays_straight() -> None:
    values = [float(value) for value in re.findall(r"-?[\d.]+", path([(0, 3), (10, 3), (50, 3)], closed=False))]
    assert set(values[1::2]) == {3.0}


def test_mirrored_twice_is_where_it_was() -> None:
    assert mirrored(mirrored([(200.0, 7.0)])) == [(200.0, 7.0)]


def test_both_halves_are_symmetrical() -> None:
    whole = both_halves([(256, 0), (200, 50), (256, 100)])
    assert whole == [(256, 0), (200, 50), (256, 100), (312, 50), (256, 0)]


def test_joined_runs_start_where_the_last_one_ended() -> None:
    assert joined([[(0, 0), (1, 1)], [(2, 2)]]) == [[(0, 0), (1, 1)], [(1, 1), (2, 2)]]


def test_a_hanging_lock() -> None:
    lock = Lock((100, 0, 10), (100, 50, 10), (100, 100, 0))
    assert lock.at(0.5, -1) == pytest.approx((90, 50))
    assert lock.at(0.5, 1) == pytest.approx((110, 50))
    assert lock.at(1, 1) == pytest.approx((100, 100))
    assert lock.across(0.3) == pytest.approx((1, 0))


def test_shadow_and_light_stay_inside_the_lock() -> None:
    lock = Lock((100, 0, 10), (100, 100, 10))
    for data in (lock.crescent(0.1, 0.9, 1, 0.8), lock.wisp(0.1, 0.9, 0, 0.5), lock.outline()):
        assert all(90 <= x <= 110 and 0 <= y <= 100 for x, y in points_of(data))


def test_ink_is_as_thick_as_asked() -> None:
    heights = [y for _, y in points_of(ink([(0, 50), (100, 50)], 4, first=0.5, last=0.5))]
    assert max(heights) - min(heights) == pytest.approx(4, abs=0.02)


def test_star_has_five_points() -> None:
    corners = points_of(path(*star((0, 0), 10)))
    assert sum(abs((x * x + y * y) ** 0.5 - 10) < 0.02 for x, y in corners[:-1]) == 5


def test_elements() -> None:
    assert element("path", d="M0 0", stroke_width=1.5, class_="x") == '<path d="M0 0" stroke-width="1.5" class="x"/>'
    assert stops((0, "#fff"), (1, "#000", 0.5)) == (
        '<stop offset="0" stop-color="#fff" stop-opacity="1"/><stop offset="1" stop-color="#000" stop-opacity="0.5"/>'
    )
