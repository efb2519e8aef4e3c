"""Other rooms, microphones, throats and neighbours for every clip."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from benchmarks.lipsync.labels import SILENCE, Clip, Segment
from vtube.audio.base import RATE

Random = np.random.Generator
Sound = NDArray[np.float32]


def change(clip: Clip, random: Random, babble: list[Clip]) -> Clip:
    """The clip as somebody else might have said it somewhere else; the segments move along."""
    speech = rms(clip.samples)
    clip = paused(clip, random)
    factor = int(random.integers(17, 26)) if random.uniform() < 0.7 else 20
    samples = resample_poly(clip.samples, factor, 20).astype(np.float32) if factor != 20 else clip.samples
    segments = [(kind, begin * factor / 20, end * factor / 20) for kind, begin, end in clip.segments]
    if random.uniform() < 0.5:
        samples = echoing(samples, random)
    if random.uniform() < 0.35:
        lead = random.uniform(0.5, 4)
        samples = np.concatenate((np.zeros(int(lead * RATE), np.float32), samples))
        segments = [(SILENCE, 0.0, lead), *((kind, begin + lead, end + lead) for kind, begin, end in segments)]
    if random.uniform() < 0.8:
        below = 3 + 45 * random.uniform() ** 1.3
        samples = samples + _neighbour(len(samples), random, babble) * speech * 10 ** (-below / 20)
    samples = _microphone(samples, random)
    peak = max(1e-6, float(np.abs(samples).max()))
    samples = samples / peak * 10 ** (-random.uniform(1, 40) / 20)
    return Clip(clip.name, (np.round(samples * 32767) / 32767).astype(np.float32), segments)


def paused(clip: Clip, random: Random) -> Clip:
    """The clip with more and longer pauses, in some of which somebody breathes; breath is silence."""
    end = len(clip.samples) / RATE
    places = [0.0, *(place for place in _middles(clip.segments, SILENCE) if place < end), end]
    gaps = [(place, _pause(random) * rms(clip.samples)) for place in places if random.uniform() < 0.4]
    cuts = [int(place * RATE) for place, _ in gaps]
    parts = np.split(clip.samples, cuts)
    samples = [parts[0], *(part for (_, gap), after in zip(gaps, parts[1:], strict=True) for part in (gap, after))]

    def moved(time: float, after: bool) -> float:
        return time + sum(len(gap) for place, gap in gaps if place < time or (after and place == time)) / RATE

    segments: list[Segment] = [(kind, moved(begin, True), moved(end, False)) for kind, begin, end in clip.segments]
    return Clip(clip.name, np.concatenate(samples).astype(np.float32), segments)


def _middles(segments: list[Segment], kind: str) -> list[float]:
    """The middle of every run of a class."""
    runs = [list(run) for same, run in groupby(segments, lambda segment: segment[0] == kind) if same]
    return [(run[0][1] + run[-1][2]) / 2 for run in runs]


def _pause(random: Random) -> Sound:
    """Up to two seconds of nothing, every other time with a breath; speech has a level of 1."""
    gap = np.zeros(int(random.uniform(0.1, 2.0) * RATE), np.float32)
    if random.uniform() < 0.5:
        breath = _breath(min(len(gap), int(random.uniform(0.1, 0.6) * RATE)), random)
        start = int(random.integers(len(gap) - len(breath) + 1))
        gap[start : start + len(breath)] = breath * 10 ** (-random.uniform(16, 42) / 20)
    return gap


def _breath(length: int, random: Random) -> Sound:
    """Air through an open or a narrow mouth: noise with one or two wide resonances that swells and fades."""
    sound = np.zeros(length)
    for _ in range(random.integers(1, 4)):
        middle = random.uniform(400, 3500)
        band = butter(1, (middle * 0.6, min(middle * 1.7, 7500)), "bandpass", fs=RATE, output="sos")
        sound += random.uniform(0.2, 1) * sosfilt(band, random.normal(0, 1, length))
    knots = np.r_[random.uniform(0, 0.5), random.uniform(0.3, 1, 3), 0]
    sound *= np.interp(np.arange(length), np.linspace(0, length, len(knots)), knots)
    level = np.sqrt(np.mean(sound**2)) + 1e-9
    return np.asarray(sound / level, np.float32)


def noise_alone(random: Random, babble: list[Clip]) -> Clip:
    """A clip in which nobody speaks."""
    alone = random.uniform() < 0.6
    sound = _microphone(crowd(6 * RATE, random, babble) if alone else _neighbour(6 * RATE, random, []), random)
    level = 10 ** (-random.uniform(14 if alone else 6, 50) / 20)
    return Clip("noise", (sound / np.abs(sound).max() * level).astype(np.float32), [])


def rms(samples: Sound) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(samples**2)) + 1e-9)


def echoing(samples: Sound, random: Random) -> Sound:
    """Near the microphone in a small room: the echo is softer than what comes straight."""
    decay = random.uniform(0.05, 0.45)
    times = np.arange(int(decay * RATE)) / RATE
    response = random.normal(0, 1, len(times)) * 10 ** (-3 * times / decay)
    response *= 10 ** (-random.uniform(2, 18) / 20) / np.sqrt((response**2).sum())
    response[0] = 1.0
    return np.asarray(fftconvolve(samples, response)[: len(samples)], np.float32)


def _neighbour(length: int, random: Random, babble: list[Clip]) -> Sound:
    """Noise as loud as 1; people in four of ten cases, where there are any."""
    made = (fan, _hiss, music, music, music, keys)
    which = int(random.integers(len(made) + (4 if babble else 0)))
    sound = made[which](length, random) if which < len(made) else crowd(length, random, babble)
    return np.asarray(sound / rms(sound), np.float32)


def fan(length: int, random: Random) -> Sound:
    """A fan or a street: low noise."""
    low = butter(1, random.uniform(100, 1200), "lowpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(low, random.normal(0, 1, length)), np.float32)


def _hiss(length: int, random: Random) -> Sound:
    return random.normal(0, 1, length).astype(np.float32)


def keys(length: int, random: Random) -> Sound:
    """Somebody types, clicks or puts a cup down."""
    sound = 1e-3 * random.normal(0, 1, length)
    for start in np.cumsum(random.uniform(0.04, 0.5, length // RATE * 4 + 2)) * RATE:
        knock = random.normal(0, 1, int(random.uniform(0.005, 0.05) * RATE))
        knock *= np.exp(-np.arange(len(knock)) / len(knock) * 4) * random.uniform(0.2, 1)
        at = int(start)
        sound[at : at + len(knock)] += knock[: max(0, length - at)]
    return _filtered(np.asarray(sound, np.float32), random.uniform(800, 7000), "lowpass", 1)


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
                sound[part] += (
                    envelope * np.sin(2 * np.pi * tone * harmonic * since[part]) * random.uniform(0.3, 1) / harmonic
                )
    return (sound + 1e-3 * random.normal(0, 1, length)).astype(np.float32)


def talk(length: int, random: Random, babble: list[Clip]) -> Sound:
    """Several people at once."""
    sound = np.zeros(length, np.float32)
    for _ in range(random.integers(3, 13)):
        other = babble[random.integers(len(babble))].samples
        sound += np.roll(np.resize(other, length), random.integers(length)) * random.uniform(0.3, 1)
    return sound


def crowd(length: int, random: Random, babble: list[Clip]) -> Sound:
    """Several people at once, seldom more than a handful, near or far away in a room."""
    if random.uniform() < 0.4:
        return talk(length, random, babble)
    far = random.uniform() < 0.7
    count = int(random.integers(2, 6) if random.uniform() < 0.6 else random.integers(6, 13))
    return people(count, length, random, babble, far=far)


def people(count: int, length: int, random: Random, babble: list[Clip], *, far: bool) -> Sound:
    """So many people, each of whom talks on and on; `far` away in a room or near."""
    sound = np.zeros(length, np.float32)
    for _ in range(count):
        start = int(random.integers(length))
        voice = np.zeros(0, np.float32)
        while len(voice) < length:
            other = babble[random.integers(len(babble))].samples
            factor = int(random.integers(17, 26))
            other = resample_poly(other, factor, 20).astype(np.float32) / rms(other)
            voice = np.concatenate((voice, other, np.zeros(int(random.uniform(0, 0.4) * RATE), np.float32)))
        sound += np.roll(voice[:length], start) * random.uniform(0.3, 1)
    return _hall(sound, random) if far else sound


def _hall(samples: Sound, random: Random) -> Sound:
    """From across the room: the echo is as loud as what comes straight."""
    decay = random.uniform(0.2, 0.9)
    times = np.arange(int(decay * RATE)) / RATE
    response = random.normal(0, 1, len(times)) * 10 ** (-3 * times / decay)
    response *= 10 ** (random.uniform(-6, 6) / 20) / np.sqrt((response**2).sum())
    response[0] = 1.0
    return np.asarray(fftconvolve(samples, response)[: len(samples)], np.float32)


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
