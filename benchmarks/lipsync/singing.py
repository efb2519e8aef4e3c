"""Held vowels as somebody sings them: the throat of a recorded vowel, a new source with vibrato.

The throat is the all-pole filter of linear prediction (J. Makhoul 1975) of the vowel's middle, the source
A. Rosenberg's pulse. Vibrato has 5.5 swings a second of about half a tone, as trained singers have it
(J. Sundberg 1987).
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter

from benchmarks.lipsync import formants
from benchmarks.lipsync.labels import SILENCE, VOWELS, Clip, Segment
from vtube.audio.base import RATE

ORDER, EMPHASIS = 18, 0.97
NOTE_S, REST_S = 1.2, 0.35
VIBRATO_HZ, VIBRATO_HALF_TONES = 5.5, 0.6
SEMITONES = (0, 4, 7, 12)
"""The notes of each vowel, above the lowest."""

Sound = NDArray[np.float32]


def sung(name: str, vowels: list[Sound], lowest_hz: float, seed: int = 5) -> Clip:
    """The five recorded vowels (a i u e o) sung on SEMITONES, a rest after each note."""
    random = np.random.default_rng(seed)
    parts, plan, now = [np.zeros(int(REST_S * RATE))], [(SILENCE, 0.0, REST_S)], REST_S
    for vowel, recorded in zip(VOWELS, vowels, strict=True):
        throat = _throat(recorded)
        for semitones in SEMITONES:
            parts += [_note(throat, lowest_hz * 2 ** (semitones / 12), random), np.zeros(int(REST_S * RATE))]
            plan += _labels(vowel, now)
            now = plan[-1][2]
    samples = np.concatenate(parts)
    return Clip(name, (0.7 * samples / np.abs(samples).max()).astype(np.float32), plan)


def vowels_of(calibration: Clip) -> list[Sound]:
    """The five sounds between the pauses of a clip that was cut for calibration."""
    heard = np.flatnonzero(np.abs(calibration.samples) > 0)
    breaks = np.flatnonzero(np.diff(heard) > RATE // 4)
    begins, ends = np.r_[heard[0], heard[breaks + 1]], np.r_[heard[breaks], heard[-1]]
    return [calibration.samples[begin : end + 1] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]


def longest_vowels(clip: Clip) -> list[Sound]:
    """The longest of each of the five vowels in labelled speech; empty where one is missing."""
    longest = dict.fromkeys(VOWELS, (0.0, 0.0))
    for kind, run in groupby(clip.segments, lambda segment: segment[0]):
        _, begins, ends = zip(*run, strict=True)
        if kind in VOWELS and ends[-1] - begins[0] > longest[kind][1] - longest[kind][0]:
            longest[kind] = (begins[0], ends[-1])
    return [clip.samples[int(begin * RATE) : int(end * RATE)] for begin, end in longest.values()]


def _labels(vowel: str, begin: float) -> list[Segment]:
    end = begin + NOTE_S
    return [(vowel, begin, end), (SILENCE, end, end + REST_S)]


def _throat(recorded: Sound) -> NDArray[np.float64]:
    middle = recorded[len(recorded) // 4 : -len(recorded) // 4].astype(np.float64)
    sound = np.append(middle[0], middle[1:] - EMPHASIS * middle[:-1]) * np.hanning(len(middle))
    correlation = np.correlate(sound, sound, "full")[len(sound) - 1 : len(sound) + ORDER]
    correlation *= np.exp(-0.5 * (2 * np.pi * 60 * np.arange(ORDER + 1) / RATE) ** 2)  # 60 Hz wider: no single harmonic
    correlation[0] *= 1.0001
    return np.append(1.0, -solve_toeplitz(correlation[:-1], correlation[1:]))


def _note(throat: NDArray[np.float64], pitch: float, random: np.random.Generator) -> NDArray[np.float64]:
    times = np.arange(int(NOTE_S * RATE)) / RATE
    swing = VIBRATO_HALF_TONES * np.sin(2 * np.pi * VIBRATO_HZ * times) * np.minimum(1, times / 0.3)
    speaker = formants.draw_speaker(random)
    source = formants.glottis(pitch * 2 ** (swing / 12), speaker, random)
    sound = lfilter([1.0], [1.0, -EMPHASIS], lfilter([1.0], throat, np.diff(source, prepend=0.0)))
    ramp = np.minimum(1, np.minimum(times, times[::-1]) / 0.04)
    return np.asarray(sound * ramp / np.abs(sound).max())
