"""When the blocks of a device are heard, whatever it tells of them."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.audio.sound_clock import GAP_S, LoudspeakerClock, SoundClock

START_S = 100.0


def busy(at: float) -> float:
    """When sound of that moment comes on a computer that stands still for 70 ms now and then, and then catches up."""
    return max(at, 0.31 * (at // 0.31) + 0.07)


def begun(clock: SoundClock, told: list[float]) -> list[float]:
    return [clock.begin(one) for one in told]


def test_sound_that_comes_late_in_bursts_began_when_it_should() -> None:
    times = [START_S + 0.01 * number for number in range(800)]
    assert begun(SoundClock(), [busy(one) for one in times])[100:] == pytest.approx(times[100:], abs=0.03)


def test_sound_that_stays_late_is_where_it_is_told_after_a_while_and_after_a_gap_at_once() -> None:
    clock = SoundClock()
    times = [START_S + 0.01 * number for number in range(400)]
    begun(clock, times)
    lost = [one + 4.0 + 0.1 for one in times]  # 0.1 s was lost
    found = begun(clock, lost)
    assert found[:100] == pytest.approx([one - 0.1 for one in lost[:100]])
    assert found[200:] == pytest.approx(lost[200:])
    away = [one + 60.0 for one in times]
    assert begun(clock, away) == pytest.approx(away)


def test_sound_that_comes_earlier_than_it_was_taken_to_is_there_at_once() -> None:
    clock = SoundClock()
    assert begun(clock, [100.05, 100.01, 100.02])[1:] == pytest.approx([100.01, 100.02])


def drifting(seconds: float, millionths: float) -> tuple[list[float], list[float]]:
    """When blocks of a device whose clock is off begin, and when they are told: up to 8 ms late, sometimes 60."""
    chance = np.random.default_rng(3)
    times = [START_S + 0.01 * number * (1 - millionths * 1e-6) for number in range(round(seconds * 100))]
    late = chance.uniform(0.0, 0.008, len(times)) + np.where(chance.random(len(times)) < 0.02, 0.06, 0.0)
    return times, [time + float(by) for time, by in zip(times, late, strict=True)]


@pytest.mark.parametrize("millionths", [-250.0, -30.0, 0.0, 30.0, 250.0])
def test_a_clock_that_is_fast_or_slow_is_followed(millionths: float) -> None:
    times, told = drifting(120.0, millionths)
    found = np.array(begun(SoundClock(), told))
    off = (found - times)[6_000:]
    assert np.abs(off).max() < 0.001
    assert np.ptp(off[-1_000:]) < 0.0003  # 30 millionths in ten seconds
    steps = np.diff(found[500:])
    assert np.abs(steps - 0.01).max() < 0.00001


def wandering(seconds: float, millionths: float = 0.0) -> tuple[list[float], list[float]]:
    """When blocks for a loudspeaker are heard, and what the server tells, which wanders by 2 ms within seconds."""
    chance = np.random.default_rng(5)
    times = [START_S + 0.01 * number * (1 - millionths * 1e-6) for number in range(round(seconds * 100))]
    off, told = 0.0, []
    for time in times:
        off = 0.995 * off + 0.0002 * float(chance.normal())
        told.append(time + off - (0.015 if chance.random() < 0.02 else 0.0))
    return times, told


@pytest.mark.parametrize("millionths", [-100.0, 0.0, 100.0])
def test_a_loudspeaker_s_sound_goes_on_evenly_however_its_reports_wander(millionths: float) -> None:
    times, told = wandering(180.0, millionths)
    off = np.array(begun(LoudspeakerClock(), told)) - times
    later = off[9_000:].reshape(-1, 1_000)  # ten seconds each
    assert np.abs(later).max() < 0.003
    assert np.ptp(later, axis=1).max() < 0.0005


@pytest.mark.parametrize("by", [-0.08, 0.08])
def test_a_loudspeaker_s_sound_that_was_broken_off_is_elsewhere_after_five_blocks(by: float) -> None:
    times, told = wandering(4.0)
    clock = LoudspeakerClock()
    begun(clock, told)
    moved = [time + 4.0 + by for time in times[:100]]
    found = begun(clock, moved)
    assert found[:4] == pytest.approx([time - by for time in moved[:4]], abs=0.005)
    assert found[5:] == pytest.approx(moved[5:], abs=0.005)


def test_one_report_that_is_wrong_moves_no_sound() -> None:
    clock = LoudspeakerClock()
    begun(clock, [START_S + 0.01 * number for number in range(100)])
    assert clock.begin(START_S + 1.4) == pytest.approx(START_S + 1.0)
    assert clock.begin(START_S + 1.01) == pytest.approx(START_S + 1.01)
    assert clock.begin(START_S + 1.02 + 2 * GAP_S) == pytest.approx(START_S + 1.02 + 2 * GAP_S)


def test_blocks_may_have_any_length() -> None:
    clock = LoudspeakerClock()
    lengths = [0.02, 0.005, 0.0213] * 10
    starts = [START_S + sum(lengths[:number]) for number in range(len(lengths))]
    found = [clock.begin(start, length) for start, length in zip(starts, lengths, strict=True)]
    assert found == pytest.approx(starts)
