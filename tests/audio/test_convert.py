import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.audio.base import RATE
from vtube.audio.convert import Resampler, to_mono


@pytest.mark.parametrize(
    ("kind", "loudest"),
    [
        ("int16", -32768),
        ("int32", -(2**31)),
        ("uint8", 0),
        ("float64", -1),
    ],
)
def test_every_type_is_scaled_to_one(kind: str, loudest: int) -> None:
    assert to_mono(np.array([loudest], kind))[0] == -1.0


def test_channels_are_averaged_and_nan_is_silence() -> None:
    stereo = np.array([[1.0, 0.0], [np.nan, 0.5]], np.float32)
    assert to_mono(stereo).tolist() == [0.5, 0.0]


def test_the_wanted_rate_passes_untouched() -> None:
    block = np.linspace(-1, 1, 160, dtype=np.float32)
    assert Resampler(RATE)(block) is block


@given(st.sampled_from([8000, 11025, 22050, 44100, 48000, 96000]), st.integers(1, 40))
def test_a_resampled_tone_keeps_its_length_and_pitch(rate: int, milliseconds: int) -> None:
    resample = Resampler(rate)
    seconds = 0.5
    tone = np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate).astype(np.float32)
    block = max(1, rate * milliseconds // 1000)
    out = np.concatenate([resample(tone[i : i + block]) for i in range(0, len(tone), block)])
    assert abs(len(out) - RATE * seconds) < RATE * 0.02
    crossings = np.count_nonzero(np.diff(np.signbit(out[800:-800])))
    expected = 2 * 440 * (len(out) - 1600) / RATE
    assert abs(crossings - expected) <= 3
