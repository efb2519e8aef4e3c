from __future__ import annotations

import numpy as np
import pytest

from vtube.outputs.ducking import HOP, Depth, Ducked, Ducking
from vtube.outputs.soundtrack import RATE, LiveLine, LoopLine, Samples

DEPTH = Depth(db=12.0, attack_s=0.1, release_s=0.5)


def a_voice(*speaks: tuple[float, float]) -> LiveLine:
    """Heard from and to these seconds."""
    line = LiveLine()
    for begin, end in speaks:
        line.write(np.full(round((end - begin) * RATE), 0.3, np.float32), begin)
    return line


def gains(voice: LiveLine, block: int, seconds: float = 4.0) -> Samples:
    ducking, count = Ducking(voice, DEPTH), round(seconds * RATE)
    firsts = range(0, count, block)
    return np.concatenate([ducking.gains(first, min(block, count - first)) for first in firsts])


def test_it_goes_down_within_the_attack_and_up_within_the_release_after_a_hold() -> None:
    db = 20 * np.log10(gains(a_voice((1.0, 2.0)), HOP))

    def at(second: float) -> float:
        return float(db[round(second * RATE)])

    assert at(1.0) == pytest.approx(0.0)
    assert at(1.06) == pytest.approx(-6.0, abs=0.1)
    assert at(1.12) == pytest.approx(-12.0, abs=0.01)
    assert at(2.39) == pytest.approx(-12.0, abs=0.01)
    assert at(2.65) == pytest.approx(-6.0, abs=0.3)
    assert at(2.95) == pytest.approx(0.0, abs=0.01)


def test_nothing_clicks() -> None:
    steps = np.abs(np.diff(gains(a_voice((1.0, 1.3), (1.8, 2.0)), 1000)))
    per_sample_db = DEPTH.db / (DEPTH.attack_s * RATE)
    assert steps.max() <= 1 - 10 ** (-per_sample_db / 20) + 1e-5


@pytest.mark.parametrize("block", [7, 441, 1024, 48_000])
def test_it_is_the_same_however_it_is_read(block: int) -> None:
    voice = a_voice((0.053, 1.5))
    seconds = 0.3 if block == 7 else 4.0
    np.testing.assert_array_equal(gains(voice, block, seconds), gains(voice, HOP, seconds))


def test_a_short_pause_between_words_keeps_it_down() -> None:
    db = 20 * np.log10(gains(a_voice((1.0, 1.5), (1.8, 2.2)), HOP))
    assert db[round(1.2 * RATE) : round(2.5 * RATE)].max() == pytest.approx(-12.0, abs=0.01)


def test_after_a_jump_it_begins_anew() -> None:
    ducking = Ducking(a_voice((1.0, 1.5)), DEPTH)
    ducking.gains(RATE, RATE // 2)
    assert ducking.gains(3 * RATE, 100) == pytest.approx(1.0)


def test_every_line_below_is_softened_and_the_rest_of_the_mix_is_not() -> None:
    voice, music = a_voice((0.5, 1.0)), LoopLine(np.full(100, 0.2, np.float32))
    ducked = Ducked([music, music], voice, DEPTH)
    mix = np.full(RATE, 0.1, np.float32)
    ducked.add_to(mix, 0)
    assert mix[RATE // 4] == pytest.approx(0.1 + 0.4)
    assert mix[-1] == pytest.approx(0.1 + 0.4 * 10 ** (-12 / 20), abs=1e-4)
