from __future__ import annotations

import numpy as np
import pytest

from vtube.motion.strokes import Stroke, Strokes

NOD = Stroke(39, -0.4, start=1.0, rise=0.2, hold=0.1, fall=0.5)


def test_a_stroke_goes_out_rests_and_comes_back() -> None:
    assert [NOD.at(t) for t in (0.0, 1.0, 1.8, 9.0)] == [0, 0, 0, 0]
    assert NOD.at(1.2) == pytest.approx(-0.4)
    assert NOD.at(1.3) == pytest.approx(-0.4)
    assert NOD.end == pytest.approx(1.8)


def test_it_has_no_step_in_speed() -> None:
    values = np.array([NOD.at(t) for t in np.arange(0.9, 2.0, 1e-3)])
    assert np.abs(np.diff(values, 2)).max() < 1e-4


def test_shaking_swings_between_nothing_and_all() -> None:
    values = np.array([Stroke(0, 1.0, 0.0, 0.1, 1.0, 0.1, shakes_hz=4).at(t) for t in np.arange(0, 1.2, 0.005)])
    assert np.count_nonzero(np.diff(np.sign(np.diff(values)))) >= 8
    assert values.min() >= 0 and values.max() > 0.95


def test_strokes_add_up_and_are_forgotten_when_over() -> None:
    strokes = Strokes()
    strokes.add(NOD, NOD)
    assert strokes.sum(1.25)[39] == pytest.approx(-0.8)
    assert not strokes.sum(5.0).any()
    assert len(strokes) == 0


def test_there_is_a_limit() -> None:
    strokes = Strokes()
    for _ in range(2 * Strokes.LIMIT):
        strokes.add(NOD)
    assert len(strokes) == Strokes.LIMIT
