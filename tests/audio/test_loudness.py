from __future__ import annotations

import numpy as np
import pytest

from vtube.audio.base import Samples
from vtube.audio.loudness import PEAK_DBTP, measured, normalised

RATE = 48_000


def tone(level: float, seconds: float = 3.0) -> Samples:
    return np.asarray(level * np.sin(2 * np.pi * 997 * np.arange(round(seconds * RATE)) / RATE), np.float32)


def speech(level: float) -> Samples:
    """Bursts with high peaks, as syllables have."""
    time = np.arange(6 * RATE) / RATE
    syllables = (np.sin(2 * np.pi * 0.7 * time) > 0) * (0.2 + 0.8 * np.sin(2 * np.pi * 3 * time) ** 8)
    return np.asarray(level * syllables * np.sin(2 * np.pi * 150 * time) ** 9, np.float32)


def test_a_tone_of_full_scale_has_the_loudness_of_the_recommendation() -> None:
    """BS.1770-4: a 997 Hz tone of 0 dB FS in one channel is -3.01 LUFS."""
    found = measured(tone(1.0), RATE)
    assert found.lufs == pytest.approx(-3.01, abs=0.1)
    assert found.peak_dbtp == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.9])
@pytest.mark.parametrize("lufs", [-16.0, -23.0])
def test_speech_comes_to_the_wanted_loudness_without_clipping(level: float, lufs: float) -> None:
    sound = speech(level)
    result = normalised(sound, RATE, lufs)
    found = measured(result, RATE)
    assert found.lufs == pytest.approx(lufs, abs=0.3)
    assert found.peak_dbtp <= PEAK_DBTP + 0.05
    assert len(result) == len(sound)


def test_nothing_moves_in_time() -> None:
    sound = speech(0.1)
    result = normalised(sound, RATE)
    lag = np.correlate(result[: 2 * RATE], sound[100 : 2 * RATE - 100], "valid").argmax() - 100
    assert abs(lag) <= 2


@pytest.mark.parametrize("sound", [np.zeros(RATE, np.float32), np.empty(0, np.float32), tone(0.5, 0.1)])
def test_silence_and_what_is_too_short_to_measure_stay(sound: Samples) -> None:
    assert np.array_equal(normalised(sound, RATE), sound)


@pytest.mark.parametrize("seconds", [2.0, 2.013, 2.0999])
def test_any_length_is_measured_to_its_end(seconds: float) -> None:
    sound = tone(0.1, seconds)
    sound[-40:] = 0.5
    found = measured(sound, RATE)
    assert found.lufs == pytest.approx(-23.0, abs=0.3)
    assert found.peak_dbtp > -7
    assert measured(normalised(tone(0.1, seconds), RATE), RATE).lufs == pytest.approx(-16.0, abs=0.2)
