import numpy as np
import pytest

from vtube.audio.features import PEAK_FALL_DB, PeakMeter
from vtube.audio.voice_activity import HOLD_FRAMES, NoiseFloor, VoiceActivity


def run(activity: VoiceActivity, *parts: tuple[float, float, int]) -> list[bool]:
    """Whether the activity is open, frame by frame, for parts of (level, silence, frames)."""
    peak = PeakMeter()
    return [
        activity.follow(level, peak.follow(level), silence) for level, silence, frames in parts for _ in range(frames)
    ]


def test_opens_at_once_and_closes_late() -> None:
    opened = run(VoiceActivity(), (-70, 1, 100), (-20, 0, 30), (-70, 1, 50))
    assert not any(opened[:100])
    assert all(opened[100 : 130 + HOLD_FRAMES - 1])
    assert not any(opened[130 + HOLD_FRAMES :])


def test_a_short_gap_does_not_close_it() -> None:
    assert all(run(VoiceActivity(), (-20, 0, 30), (-60, 1, HOLD_FRAMES - 1), (-20, 0, 10)))


@pytest.mark.parametrize("level", [-60.0, -50.0, -42.0])
def test_steady_noise_closes_it(level: float) -> None:
    levels = level + np.random.default_rng(2).normal(0, 1.5, 1000)
    activity, peak = VoiceActivity(), PeakMeter()
    opened = [activity.follow(float(one), peak.follow(float(one)), 0.2) for one in levels]
    assert not any(opened[500:])


def test_no_chatter_at_the_threshold() -> None:
    activity, peak = VoiceActivity(), PeakMeter()
    levels = -46 + np.random.default_rng(3).normal(0, 2, 300)
    opened = [activity.follow(float(one), peak.follow(float(one)), 0.3) for one in levels]
    assert np.abs(np.diff(np.array(opened, int))).sum() <= 6


def test_far_below_the_loudest_is_nobody() -> None:
    assert not run(VoiceActivity(), (-75, 1, 50), (-8, 0, 50), (-75, 1, 30), (-50, 0, 20))[-1]


def test_what_the_network_calls_silence_does_not_open_it() -> None:
    assert not any(run(VoiceActivity(), (-75, 1, 20), (-25, 0.9, 50)))


def test_sensitivity_moves_the_threshold() -> None:
    parts = ((-75.0, 1.0, 100), (-58.0, 0.0, 3))
    assert run(VoiceActivity(2.0), *parts)[-1]
    assert not run(VoiceActivity(0.0), *parts)[-1]


def test_the_floor_falls_fast_and_rises_slowly() -> None:
    floor = NoiseFloor()
    for _ in range(30):
        floor.follow(-70, 0.0)
    assert floor.db < -66
    for _ in range(30):
        floor.follow(-20, 0.0)
    assert floor.db < -60
    assert PEAK_FALL_DB < 0.06
