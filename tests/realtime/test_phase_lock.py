from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from vtube.realtime.loop import SLEW
from vtube.realtime.phase_lock import (
    MAX_DRIFT,
    MAX_SHIFT,
    MIN_FACES,
    MIN_WAIT_S,
    PhaseLock,
    drift,
    mean,
    phase,
    wrapped,
)
from vtube.realtime.schedule import Schedule

PERIOD = 1 / 60
LEAD = 0.010


class Stand:
    """A loop that draws the newest of a tracker's faces for each deadline, and what each face waited until then."""

    def __init__(self, hz: float, phase: float, jitter: float = 0.0, fps: float = 60.0) -> None:
        self.nominal = Schedule(1000.0, fps)
        self.step = PhaseLock()
        self.offset = self.index = 0.0
        self.waits: list[float] = []
        self.lead = LEAD
        self._faces = self._arrivals(hz, phase, random.Random(1), jitter)
        self._next = next(self._faces)
        self._newest: float | None = None

    def run(self, seconds: float) -> None:
        most = SLEW * self.nominal.period
        for _ in range(round(seconds * self.nominal.fps)):
            self.index += 1
            begun = self.nominal.moved(self.offset).deadline(int(self.index)) - self.lead
            while self._next <= begun:
                self._newest = self._next
                self._next = next(self._faces)
            if self._newest is not None:
                self.waits.append(begun - self._newest)
            wanted = self.step.offset(self._newest, self.lead, self.nominal)
            self.offset += min(max(wanted - self.offset, -most), most)

    @staticmethod
    def _arrivals(hz: float, phase: float, dice: random.Random, jitter: float) -> Iterator[float]:
        number = 0
        while True:
            number += 1
            yield 1000.0 + phase + number / hz + abs(dice.gauss(0.0, jitter))


@pytest.mark.parametrize("phase", [0.0, 0.003, 0.0066, 0.0068, 0.012, 0.0165])
def test_faces_as_fast_as_frames_soon_wait_next_to_nothing(phase: float) -> None:
    stand = Stand(60.0, phase)
    stand.run(30.0)
    assert max(stand.waits[-600:]) < 0.002
    assert abs(stand.offset) <= MAX_SHIFT * PERIOD


@pytest.mark.parametrize(("hz", "fps"), [(30.0, 60.0), (60.0, 30.0), (120.0, 60.0)])
def test_multiples_keep_step_too(hz: float, fps: float) -> None:
    stand = Stand(hz, 0.004, fps=fps)
    stand.run(40.0)
    waits = stand.waits[-600:]
    assert min(waits) < 0.002
    assert max(waits) < 0.002 + max(0.0, 1 / hz - 1 / fps)


def test_jitter_is_given_room() -> None:
    stand = Stand(60.0, 0.012, jitter=0.001)
    stand.run(30.0)
    waits = sorted(stand.waits[-1000:])
    assert waits[500] < 0.004
    assert sum(wait > 0.012 for wait in waits) < 50


def test_a_clock_a_little_off_is_followed_within_bounds() -> None:
    stand = Stand(60.0 * 1.0001, 0.012)
    furthest = 0.0
    for _ in range(400):
        stand.run(1.0)
        furthest = max(furthest, abs(stand.offset))
    assert furthest <= (MAX_SHIFT + 0.01) * PERIOD
    assert sum(wait < 0.003 for wait in stand.waits) > 0.8 * len(stand.waits)


@pytest.mark.parametrize("hz", [57.3, 59.5, 59.94, 61.0])
def test_others_are_left_alone(hz: float) -> None:
    stand = Stand(hz, 0.002)
    stand.run(20.0)
    assert stand.offset == 0.0


def test_noise_is_left_alone() -> None:
    stand = Stand(60.0, 0.002, jitter=0.02)
    stand.run(20.0)
    assert stand.offset == 0.0


def test_no_face_and_few_faces_move_nothing() -> None:
    step, nominal = PhaseLock(), Schedule(0.0, 60.0)
    assert step.offset(None, LEAD, nominal) == 0.0
    for number in range(MIN_FACES - 1):
        assert step.offset(number * PERIOD, LEAD, nominal) == 0.0
    assert step.offset(MIN_FACES * PERIOD, LEAD, nominal) != 0.0


def test_a_renderer_slower_than_the_loop_moves_nothing() -> None:
    step, nominal = PhaseLock(), Schedule(0.0, 60.0)
    for number in range(500):
        assert step.offset(number * PERIOD, PERIOD, nominal) == 0.0


def test_another_rate_begins_anew() -> None:
    stand = Stand(60.0, 0.012)
    stand.run(10.0)
    assert stand.step.offset(None, LEAD, stand.nominal) != 0.0
    assert stand.step.offset(None, LEAD, Schedule(1010.0, 30.0)) == 0.0


def test_a_tracker_that_comes_back_is_measured_anew() -> None:
    stand = Stand(60.0, 0.012)
    stand.run(10.0)
    before = stand.step.offset(None, LEAD, stand.nominal)
    for number in range(MIN_FACES - 1):
        assert stand.step.offset(1020.0 + number * PERIOD, LEAD, stand.nominal) == before


def test_slower_frames_count_at_once_and_quicker_ones_by_and_by() -> None:
    stand = Stand(60.0, 0.006)
    stand.run(10.0)
    before = stand.step.offset(None, LEAD, stand.nominal)
    stand.lead = LEAD + 0.002
    stand.run(0.5)
    slower = stand.step.offset(None, LEAD, stand.nominal)
    assert slower - before == pytest.approx(0.002, abs=0.0005)
    stand.lead = LEAD
    stand.run(0.5)
    assert stand.step.offset(None, LEAD, stand.nominal) > before + 0.001
    stand.run(60.0)
    assert stand.step.offset(None, LEAD, stand.nominal) == pytest.approx(before, abs=0.0006)


def test_phase_and_drift() -> None:
    schedule = Schedule(5.0, 60.0)

    def phases(moments: list[float]) -> list[complex]:
        return [phase(moment, schedule) for moment in moments]

    together = [5.0 + 0.25 * PERIOD + number * PERIOD for number in range(100)]
    assert mean(phases(together)) == pytest.approx(1j)
    assert abs(mean(phases([5.0 + number * 1.01 * PERIOD for number in range(100)]))) < 0.01
    assert drift(together, phases(together), PERIOD) == pytest.approx(0.0, abs=1e-9)
    slow = [5.0 + number * PERIOD * (1 + MAX_DRIFT) for number in range(100)]
    assert drift(slow, phases(slow), PERIOD) == pytest.approx(MAX_DRIFT, rel=0.01)


def test_wrapped() -> None:
    assert wrapped(0.9, 1.0) == pytest.approx(-0.1)
    assert wrapped(-3.2, 1.0) == pytest.approx(-0.2)
    assert wrapped(MIN_WAIT_S, PERIOD) == MIN_WAIT_S
