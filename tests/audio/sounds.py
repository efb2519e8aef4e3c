"""Sounds made for the tests: vowels out of two resonances, noise, silence."""

from __future__ import annotations

import numpy as np

from vtube.audio.base import RATE, Samples

FORMANTS = {"a": (750, 1250), "i": (290, 2300), "u": (330, 1150), "e": (470, 1950), "o": (470, 850)}


def vowel(name: str, seconds: float = 0.5, pitch: float = 130.0, level: float = 0.3) -> Samples:
    """Harmonics of `pitch` weighted by the vowel's formants and two fixed ones above; `level` is the peak."""
    times = np.arange(int(seconds * RATE)) / RATE
    sound = np.zeros(len(times))
    for harmonic in range(1, int(6500 / pitch)):
        frequency = harmonic * pitch
        gain = 1.0 / harmonic
        for centre, width in zip((*FORMANTS[name], 2600, 3500), (70, 90, 140, 200), strict=True):
            gain *= centre**2 / np.hypot(centre**2 - frequency**2, width * frequency)
        sound += gain * np.cos(2 * np.pi * frequency * times + harmonic)
    ramp = np.minimum(1, np.minimum(times, times[::-1]) / 0.02)
    return np.asarray(level * ramp * sound / np.abs(sound).max(), np.float32)


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return np.zeros(int(seconds * RATE), np.float32)


def noise(seconds: float, level: float, seed: int = 1) -> Samples:
    """White noise of this root mean square."""
    return np.asarray(np.random.default_rng(seed).normal(0, level, int(seconds * RATE)), np.float32)


def spoken_vowels(order: str = "aiueo") -> Samples:
    """Each vowel for half a second with pauses between, as for a calibration."""
    return np.concatenate([part for name in order for part in (silence(0.4), vowel(name))] + [silence(0.3)])
