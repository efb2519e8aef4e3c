"""Other rooms, microphones, throats and neighbours for every clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from benchmarks.lipsync.labels import Clip
from vtube.audio.base import RATE

Random = np.random.Generator
Sound = NDArray[np.float32]


def change(clip: Clip, random: Random, babble: list[Clip]) -> Clip:
    """The clip as somebody else might have said it somewhere else; the segments move along."""
    factor = int(random.integers(17, 26)) if random.uniform() < 0.7 else 20
    samples = resample_poly(clip.samples, factor, 20).astype(np.float32) if factor != 20 else clip.samples
    segments = [(kind, begin * factor / 20, end * factor / 20) for kind, begin, end in clip.segments]
    if random.uniform() < 0.5:
        samples = _room(samples, random)
    if random.uniform() < 0.6:
        samples = samples + _neighbour(len(samples), random, babble) * rms(samples) * 10 ** (
            -random.uniform(3, 35) / 20)
    samples = _microphone(samples, random)
    peak = max(1e-6, float(np.abs(samples).max()))
    samples = samples / peak * 10 ** (-random.uniform(1, 40) / 20)
    return Clip(clip.name, (np.round(samples * 32767) / 32767).astype(np.float32), segments)


def noise_alone(random: Random, babble: list[Clip]) -> Clip:
    """A clip in which nobody speaks."""
    crowd = random.uniform() < 0.25
    sound = _microphone(talk(6 * RATE, random, babble) if crowd else _neighbour(6 * RATE, random, []), random)
    level = 10 ** (-random.uniform(26 if crowd else 6, 50) / 20)
    return Clip("noise", (sound / np.abs(sound).max() * level).astype(np.float32), [])


def rms(samples: Sound) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(samples**2)) + 1e-9)


def _room(samples: Sound, random: Random) -> Sound:
    decay = random.uniform(0.05, 0.45)
    times = np.arange(int(decay * RATE)) / RATE
    response = random.normal(0, 1, len(times)) * 10 ** (-3 * times / decay)
    response *= 10 ** (-random.uniform(2, 18) / 20) / np.sqrt((response**2).sum())
    response[0] = 1.0
    return np.asarray(fftconvolve(samples, response)[:len(samples)], np.float32)


def _neighbour(length: int, random: Random, babble: list[Clip]) -> Sound:
    kinds = (fan, _hiss, music, music, lambda n, r: talk(n, r, babble))
    sound = kinds[random.integers(len(kinds) if babble else len(kinds) - 1)](length, random)
    return np.asarray(sound / rms(sound), np.float32)


def fan(length: int, random: Random) -> Sound:
    """A fan or a street: low noise."""
    low = butter(1, random.uniform(100, 1200), "lowpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(low, random.normal(0, 1, length)), np.float32)


def _hiss(length: int, random: Random) -> Sound:
    return random.normal(0, 1, length).astype(np.float32)


def music(length: int, random: Random) -> Sound:
    """Chords of plucked or held tones with a beat."""
    times = np.arange(length) / RATE
    beat = random.uniform(0.2, 0.8)
    sound = np.zeros(length, np.float64)
    root = random.uniform(80, 300)
    held = random.uniform() < 0.5
    for start in np.arange(0, length / RATE, beat):
        since = times - start
        part = (since >= 0) & (since < beat * (2 if held else 1))
        envelope = np.exp(-since[part] * (0.5 if held else random.uniform(2, 9)))
        for _ in range(random.integers(1, 4)):
            tone = root * 2 ** (random.choice((0, 3, 4, 5, 7, 9, 12, 15, 16, 19, 24)) / 12)
            for harmonic in range(1, 7):
                sound[part] += (envelope * np.sin(2 * np.pi * tone * harmonic * since[part])
                                * random.uniform(0.3, 1) / harmonic)
    return (sound + 1e-3 * random.normal(0, 1, length)).astype(np.float32)


def talk(length: int, random: Random, babble: list[Clip]) -> Sound:
    """Several people at once."""
    sound = np.zeros(length, np.float32)
    for _ in range(random.integers(3, 8)):
        other = babble[random.integers(len(babble))].samples
        sound += np.roll(np.resize(other, length), random.integers(length)) * random.uniform(0.3, 1)
    return sound


def _microphone(samples: Sound, random: Random) -> Sound:
    if random.uniform() < 0.25:
        samples = _filtered(samples, random.choice((3400, 4000, 5000, 6500)), "lowpass", 4)
    if random.uniform() < 0.4:
        samples = _filtered(samples, random.uniform(60, 300), "highpass", int(random.integers(1, 3)))
    if random.uniform() < 0.4:
        tilt = random.uniform(-0.6, 0.9)
        samples = samples - np.float32(tilt) * np.r_[np.float32(0), samples[:-1]]
    return samples


def _filtered(samples: Sound, frequency: float, kind: str, order: int) -> Sound:
    return np.asarray(sosfilt(butter(order, frequency, kind, fs=RATE, output="sos"), samples), np.float32)
