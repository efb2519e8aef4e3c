import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.sounds import noise, vowel
from vtube.audio.features import (
    BANDS,
    HOP,
    INPUTS,
    WINDOW,
    PeakMeter,
    Windows,
    inputs_of,
    levels_db,
    mel_matrix,
    mel_spectra,
    shapes,
)


@given(st.lists(st.integers(0, 700), max_size=12))
def test_windows_do_not_depend_on_the_blocks(lengths: list[int]) -> None:
    samples = noise(sum(lengths) / 16_000 + 1e-9, 0.1)[: sum(lengths)]
    whole = Windows().push(samples)
    stream, begin = Windows(), 0
    parts = []
    for length in lengths:
        parts.append(stream.push(samples[begin : begin + length]))
        begin += length
        assert 0 <= stream.pending < HOP
    joined = np.concatenate(parts) if parts else whole
    assert len(whole) == len(samples) // HOP
    np.testing.assert_array_equal(joined, whole)


def test_loudness_changes_the_level_and_not_the_shape() -> None:
    windows = Windows().push(vowel("a"))[5:20]
    loud, soft = mel_spectra(windows), mel_spectra(windows * np.float32(0.5))
    np.testing.assert_allclose(levels_db(loud) - levels_db(soft), 6.02, atol=0.1)
    np.testing.assert_allclose(shapes(loud), shapes(soft), atol=0.05)


def test_the_level_is_that_of_full_scale() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(WINDOW) / 16_000).astype(np.float32)
    assert levels_db(mel_spectra(tone[None]))[0] == pytest.approx(-3, abs=1.5)


def test_silence_is_finite() -> None:
    spectra = mel_spectra(np.zeros((3, WINDOW), np.float32))
    assert np.isfinite(shapes(spectra)).all()
    assert (levels_db(spectra) <= -89).all()


def test_filters_cover_the_band_and_move_with_the_throat() -> None:
    filters = mel_matrix()
    assert filters.shape[1] == BANDS
    assert (filters.sum(axis=0) > 0).all()
    assert (mel_matrix(1.2).argmax(axis=0) >= filters.argmax(axis=0)).all()


def test_the_peak_is_remembered_and_fades() -> None:
    peak = PeakMeter()
    assert peak.follow(-10) == 0
    assert peak.follow(-30) == pytest.approx(-20, abs=0.1)
    for _ in range(100_000):
        peak.follow(-90)
    assert peak.db == PeakMeter.LOWEST_DB


def test_inputs_are_bounded_in_silence() -> None:
    row = inputs_of(np.zeros(BANDS, np.float32), -200.0)
    assert row.shape == (INPUTS,)
    assert row[-1] == -4.0
