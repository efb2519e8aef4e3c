from __future__ import annotations

import numpy as np
import pytest

from vtube.motion.adding import DOWN, GIVES, REACH, added
from vtube.pose import COUNT, INDEX, neutral

HEAD, BODY, MOUTH, BREATH = INDEX["head_y"], INDEX["body_y"], INDEX["mouth_aaa"], INDEX["breathing"]


def on(index: int, below: float, more: float) -> float:
    pose, movement = neutral(), np.zeros(COUNT)
    pose[index], movement[index] = below, more
    result = added(pose, movement)
    assert not np.delete(result, index).any()
    return float(result[index])


@pytest.mark.parametrize("more", [-0.4, -0.2, 0.0, 0.1, GIVES * REACH])
def test_small_movements_are_added_whole(more: float) -> None:
    assert on(HEAD, 0.0, more) == pytest.approx(more)


def test_a_head_at_the_side_still_moves_and_never_passes_its_limit() -> None:
    angles = [on(HEAD, 0.6, more) for more in np.linspace(0.0, 1.0, 50)]
    assert (np.diff(angles) > 0).all()
    assert angles[-1] < REACH
    assert on(HEAD, 0.6, -0.6) == pytest.approx(0.0, abs=1e-6)
    assert on(HEAD, -0.6, -0.6) == -on(HEAD, 0.6, 0.6)


def test_a_breath_gives_way_and_a_mouth_is_summed() -> None:
    assert 0.9 < on(BREATH, 0.6, 0.8) < 1.0
    assert on(MOUTH, 0.6, 0.8) == pytest.approx(1.4)


def test_at_the_limit_nothing_is_left_to_add() -> None:
    assert on(BODY, 1.0, 0.5) == on(HEAD, 1.0, 0.5) == pytest.approx(1.0, abs=1e-5)
    assert on(HEAD, 1.0, -0.5) == pytest.approx(0.5)


def test_no_step_where_movements_begin_to_give_way() -> None:
    steps = np.diff([on(HEAD, 0.2, more) for more in np.linspace(-1, 1, 2001)])
    assert np.abs(np.diff(steps)).max() < 1e-5


def test_a_lowered_head_keeps_the_tuft_of_its_hair() -> None:
    nodding = INDEX["head_x"]
    assert -DOWN <= on(nodding, -0.3, -0.9) < -0.6
    assert on(nodding, -0.3, 1.8) > DOWN
