"""What is done to speech on its way: another rate, no silence around it, timings moved along, no noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.audio.convert import Resampler
from vtube.speech.base import Phoneme, Utterance

TAIL_S = 0.05
"""Silence that pushes the last samples out of a resampler."""

QUIET = 0.01
"""Peak below which the ends of an utterance count as silence (-40 dB)."""

NOISE_WINDOW_S = 0.05
NOISE_LIKENESS = 0.3
"""Likeness of each sample to the one before it (-1 to 1) below which a sound is noise: speech has 0.7 and more, an s or
a whisper less, but softly; bytes that are no samples have none."""

LOUD = 0.15
"""Root mean square from which on noise is judged: it hurts, and no s is as loud."""

BURST = 0.35
"""The same of a window inside of speech that is silenced."""

STRETCH = 0.2
"""Timings that miss the sound's length by a greater part than this are of another sound."""


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """All of `samples` at another rate, as long as before."""
    if rate == wanted:
        return samples
    padded = np.concatenate([samples, np.zeros(int(TAIL_S * rate), np.float32)])
    length = round(len(samples) * wanted / rate)
    return Resampler(rate, wanted)(padded)[:length]


def trimmed(utterance: Utterance, pad_s: float = 0.1) -> Utterance:
    """Without silence at both ends but `pad_s` seconds of it; the phonemes move along."""
    loud = np.flatnonzero(np.abs(utterance.samples) > QUIET)
    if not len(loud):
        return utterance
    pad = int(pad_s * utterance.rate)
    first, last = max(0, int(loud[0]) - pad), int(loud[-1]) + pad
    samples = utterance.samples[first:last]
    end = len(samples) / utterance.rate
    return replace(
        utterance,
        samples=samples,
        phonemes=tuple(
            replace(one, end=min(one.end, end))
            for one in shifted(utterance.phonemes, -first / utterance.rate)
            if one.start < end
        ),
    )


def shifted(phonemes: tuple[Phoneme, ...], seconds: float) -> tuple[Phoneme, ...]:
    """The phonemes later by `seconds`, without those that end before the sound begins."""
    moved = (Phoneme(one.symbol, max(0.0, one.start + seconds), one.end + seconds) for one in phonemes)
    return tuple(one for one in moved if one.end > 0)


def fitted(phonemes: tuple[Phoneme, ...], seconds: float) -> tuple[Phoneme, ...]:
    """Predicted timings stretched to the length of the sound that was made of them; none where they cannot fit."""
    end = phonemes[-1].end if phonemes else 0.0
    if end <= 0 or abs(seconds / end - 1) > STRETCH:
        return ()
    return tuple(Phoneme(one.symbol, one.start * seconds / end, one.end * seconds / end) for one in phonemes)


def is_noise(samples: Samples, rate: int = 24_000) -> bool:
    """Whether most of what is loud in a sound is noise, as of bytes that are no samples."""
    loudness, likeness = _windows(samples, rate)
    loud = loudness > LOUD
    return bool(loud.any()) and float((likeness[loud] < NOISE_LIKENESS).mean()) > 0.5


def without_bursts(samples: Samples, rate: int) -> Samples:
    """The sound within full scale, finite, and silent where a loud burst of noise is in it."""
    clean = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
    peak = float(np.abs(clean).max(initial=0.0))
    clean = (clean / max(1.0, peak)).astype(np.float32)
    loudness, likeness = _windows(clean, rate)
    bursts = np.flatnonzero((loudness > BURST) & (likeness < NOISE_LIKENESS))
    size = _window_size(rate)
    for burst in bursts:
        clean[burst * size : (burst + 1) * size] = 0.0
    return clean


def guarded(utterance: Utterance) -> Utterance:
    """An utterance that may go to a loudspeaker: see `without_bursts`."""
    return replace(utterance, samples=without_bursts(utterance.samples, utterance.rate))


def _window_size(rate: int) -> int:
    return max(16, int(NOISE_WINDOW_S * rate))


def _windows(samples: Samples, rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each window its root mean square and how like each sample is to the one before it; the rest is the last."""
    size = _window_size(rate)
    count = max(1, len(samples) // size)
    whole = np.zeros(count * size, np.float64)
    whole[: min(len(samples), count * size)] = samples[: count * size]
    parts = whole.reshape(count, size)
    power = (parts**2).mean(axis=1)
    likeness = (parts[:, 1:] * parts[:, :-1]).mean(axis=1) / np.maximum(power, 1e-12)
    used = size if len(samples) >= size else max(1, len(samples))
    return np.sqrt(power * (size / used if count == 1 else 1.0)), likeness
