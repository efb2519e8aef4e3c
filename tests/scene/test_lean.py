from dataclasses import dataclass

import numpy as np
import pytest

from vtube.frame import blank
from vtube.scene.framing import LeanEffect, LeanValues


@dataclass
class Leaning:
    """Somebody who leans so all the time."""

    values: LeanValues

    def lean(self) -> LeanValues:
        return self.values


def picture() -> np.ndarray:
    frame = blank()
    frame[100:500, 200:300] = (200, 100, 50, 255)
    return frame


def test_no_lean_is_no_work() -> None:
    frame = picture()
    assert LeanEffect(Leaning((0.0, 0.0, 1.0))).process(frame, 0.0) is frame


def test_leaning_to_the_right_moves_the_picture_to_the_right() -> None:
    moved = LeanEffect(Leaning((20 / 512, 0.0, 1.0))).process(picture(), 0.0)
    columns = np.flatnonzero(moved[300, :, 3] > 127)
    assert (columns[0], columns[-1]) == (220, 319)
    assert tuple(moved[300, 260]) == (200, 100, 50, 255)


@pytest.mark.parametrize("lean", [(0.0, 0.05, 1.0), (0.0, 0.0, 1.1), (0.03, 0.08, 1.12)])
def test_the_cut_through_the_body_never_shows(lean: tuple[float, float, float]) -> None:
    frame = blank()
    frame[100:, 200:300] = 255
    moved = LeanEffect(Leaning(lean)).process(frame, 0.0)
    assert moved[-1, :, 3].max() == 255
    assert np.flatnonzero(moved[:, 250, 3])[0] < 100


def test_edges_keep_their_colour() -> None:
    moved = LeanEffect(Leaning((0.5 / 512, 0.0, 1.0))).process(picture(), 0.0)
    edge = moved[300, 200]
    assert edge[3] == pytest.approx(128, abs=3)
    assert tuple(edge[:3]) == pytest.approx((200, 100, 50), abs=3)
