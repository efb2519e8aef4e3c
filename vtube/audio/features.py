"""Sound to what the recogniser looks at: a log-mel spectrum every 10 ms, free of loudness.

One spectrum covers WINDOW samples (25 ms). Its mean is taken out, so that only its shape is left, and its level is told
relative to the loudest of the recent past; the network never learns how loud a microphone is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import RATE, Samples

WINDOW, HOP, FFT = 400, 160, 512
"""Samples in a window, from window to window, and in the transform."""

BANDS = 30
INPUTS = BANDS + 1
LOWEST_HZ, HIGHEST_HZ = 80.0, 7000.0

SILENT_DB = -72.0
"""Below this level (dB of full scale) nothing is said into any microphone."""

FLOOR = 1e-9
RELATIVE_FLOOR = 10**-4.5
"""What lies 45 dB below the strongest band is as good as nothing: clean and noisy rooms look more alike."""

PEAK_FALL_DB = 0.02
"""How fast the memory of the loudest sound fades, per hop (2 dB a second)."""

Spectra = NDArray[np.float32]
"""(frames, BANDS) mel powers, as parts of the mean square of full scale."""


def mel_matrix(warp: float | NDArray[np.float64] = 1.0) -> NDArray[np.float32]:
    """(FFT // 2 + 1, BANDS) triangular filters, evenly spaced in mel = 2595 log10(1 + f / 700) (O'Shaughnessy).

    `warp` moves every filter's frequency, which is another length of the vocal tract; (BANDS + 2,) of them move each
    edge by itself.
    """
    edges_mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700 * (10 ** (edges_mel / 2595) - 1) * warp
    bins = np.fft.rfftfreq(FFT, 1 / RATE)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _mel(frequency: float) -> float:
    return 2595 * float(np.log10(1 + frequency / 700))


_WINDOW = np.hanning(WINDOW).astype(np.float32)
_SCALE = np.float32(2 / (FFT * float((_WINDOW**2).sum())))
_FILTERS = mel_matrix()


def mel_spectra(windows: NDArray[np.float32], filters: NDArray[np.float32] = _FILTERS) -> Spectra:
    """Mel powers of (frames, WINDOW) samples."""
    spectrum = np.fft.rfft(windows * _WINDOW, FFT, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) * _SCALE
    return np.asarray(power @ filters, np.float32)


def levels_db(spectra: Spectra) -> NDArray[np.float32]:
    """Loudness of each spectrum in dB of full scale."""
    return np.asarray(10 * np.log10(spectra.sum(axis=1) + FLOOR), np.float32)


def shapes(spectra: Spectra) -> NDArray[np.float32]:
    """(frames, BANDS) log spectra without their mean; natural logarithm."""
    strongest = spectra.max(axis=1, keepdims=True)
    logarithms = np.log(spectra + RELATIVE_FLOOR * strongest + FLOOR)
    return np.asarray(logarithms - logarithms.mean(axis=1, keepdims=True), np.float32)


class PeakMeter:
    """The level of the loudest sound of the recent past; before the first sound, that of speech in most devices."""

    FIRST_DB, LOWEST_DB = -30.0, -45.0

    def __init__(self) -> None:
        self.db = self.FIRST_DB

    def follow(self, level_db: float) -> float:
        """Take the next frame's level; how far it is below the peak, in dB, at most 0."""
        self.db = max(level_db, self.db - PEAK_FALL_DB, self.LOWEST_DB)
        return level_db - self.db


def inputs_of(shape: NDArray[np.float32], below_peak_db: float) -> NDArray[np.float32]:
    """(INPUTS,) what the network takes for one frame."""
    row = np.empty(INPUTS, np.float32)
    row[:BANDS] = shape
    row[BANDS] = max(below_peak_db, -60.0) / 15.0
    return row


class Windows:
    """Cuts a stream of samples into overlapping windows."""

    def __init__(self) -> None:
        self._kept = np.zeros(WINDOW - HOP, np.float32)

    def push(self, samples: Samples) -> NDArray[np.float32]:
        """(n, WINDOW) the windows that these samples complete; the last of them ends `pending` samples ago."""
        joined = np.concatenate((self._kept, samples))
        count = max(0, (len(joined) - WINDOW) // HOP + 1)
        self._kept = joined[count * HOP :]
        if count == 0:
            return np.empty((0, WINDOW), np.float32)
        return np.lib.stride_tricks.sliding_window_view(joined, WINDOW)[::HOP][:count]

    @property
    def pending(self) -> int:
        """Samples that wait for their window to become full, less than HOP."""
        return len(self._kept) - (WINDOW - HOP)
