from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vtube.outputs.soundtrack import KEPT_S, RATE, LiveLine, LoopLine, Soundtrack

BLOCK = RATE // 100


def ones(count: int = BLOCK) -> NDArray[np.float32]:
    return np.ones(count, np.float32)


def read(line: LiveLine | LoopLine, first: int, count: int) -> NDArray[np.float32]:
    return Soundtrack([line]).read(first, count)


def test_a_block_is_heard_at_its_moment_and_silence_around_it() -> None:
    line = LiveLine()
    line.write(ones(), 2.0)
    mix = read(line, 2 * RATE - BLOCK, 3 * BLOCK)
    assert np.flatnonzero(mix).tolist() == list(range(BLOCK, 2 * BLOCK))


def test_jittering_reports_leave_no_gap() -> None:
    line, chance = LiveLine(), np.random.default_rng(1)
    for number in range(300):
        line.write(ones(), 5.0 + number * 0.01 + chance.uniform(-0.004, 0.004))
    assert read(line, round(5.02 * RATE), round(2.9 * RATE)).min() == 1.0


@pytest.mark.parametrize("drift", [1.0002, 0.9998])
def test_a_clock_that_drifts_stays_in_step_for_an_hour(drift: float) -> None:
    """0.02 % is 0.7 s in an hour; each mark still lies within 3 ms of its moment, without a gap."""
    line, worst = LiveLine(), 0.0
    marked = ones()
    marked[0] = 0.5
    for number in range(360_000):
        when = number * 0.01 * drift
        marks = number % 1000 == 999
        line.write(marked if marks else ones(), when)
        if marks:
            first = round(when * RATE) - 3 * BLOCK
            heard = read(line, first, 3 * BLOCK + BLOCK // 2)
            assert heard.min() > 0
            worst = max(worst, abs((first + int(heard.argmin())) / RATE - when))
    assert worst < 0.003


def test_after_a_pause_a_block_stands_where_it_is_heard() -> None:
    line = LiveLine()
    line.write(ones(), 1.0)
    line.write(ones(), 1.5)
    mix = read(line, RATE, RATE)
    assert np.flatnonzero(mix).tolist() == [*range(BLOCK), *range(RATE // 2, RATE // 2 + BLOCK)]


def test_a_clock_that_jumps_back_begins_anew() -> None:
    line = LiveLine()
    line.write(ones(), 10.0)
    line.write(ones(), 3.0)
    assert read(line, 3 * RATE, 2 * BLOCK).sum() == BLOCK


def test_what_is_older_than_is_kept_is_silence() -> None:
    line = LiveLine()
    for number in range(round((KEPT_S + 2) * 100)):
        line.write(ones(), number * 0.01)
    assert read(line, 0, BLOCK).max() == 0.0
    assert read(line, 3 * RATE, BLOCK).min() == 1.0


def test_music_plays_over_and_over() -> None:
    loop = LoopLine((np.arange(4) / 8).astype(np.float32), volume=0.5)
    assert read(loop, 100, 6).tolist() == [0, 1 / 16, 1 / 8, 3 / 16, 0, 1 / 16]
    assert read(loop, 106, 2).tolist() == [1 / 8, 3 / 16]


def test_the_mix_stays_in_range_and_counts_what_was_asked_for() -> None:
    loud = [LoopLine(ones()), LoopLine(ones())]
    assert Soundtrack(loud).read(7, 1234).max() == 1.0
    assert len(Soundtrack().read(7, 1234)) == 1234
