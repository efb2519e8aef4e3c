"""Speakers out of thin air: source and filter with random throats (G. Fant's model, D. Klatt's way of doing it).

Formants are those of men, women and children as published for five-vowel languages (Peterson and Barney 1952,
Hirahara and Akahane-Yamada 2004 for Japanese, Bradlow 1995 for Spanish, Ferrero 1972 for Italian), rounded; u ranges
from the unrounded Japanese to the rounded southern European one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

from benchmarks.lipsync.labels import CLOSED, CONSONANT, SILENCE, VOWELS, Clip, Segment
from vtube.audio.base import RATE

STEP = 80
"""Samples between changes of the filter (5 ms)."""

MALE: dict[str, tuple[float, float, float]] = {
    "a": (730, 1220, 2500),
    "i": (290, 2230, 3050),
    "e": (480, 1900, 2550),
    "o": (470, 840, 2450),
}
UNROUNDED_U, ROUNDED_U = np.array((335.0, 1380.0, 2330.0)), np.array((325.0, 720.0, 2250.0))
NASAL = (260.0, 1150.0, 2250.0)
SONORANTS = ((270.0, 1550.0, 2500.0), (360.0, 1250.0, 2650.0), (400.0, 1350.0, 1800.0), (260.0, 2050.0, 2750.0))
"""n, l, r and the palatal ones of a man: consonants as loud as vowels, and as long when somebody says one syllable."""

SONORANT = 0.35
"""How often a consonant is one."""

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Speaker:
    """A throat: scaled formants of every vowel, pitch, and the sound of the voice."""

    formants: dict[str, NDArray[np.float64]]
    pitch: float
    breath: float
    tilt: float
    open_quotient: float
    upper: tuple[float, float]


def draw_speaker(random: Random) -> Speaker:
    """Somebody from a deep man to a small child."""
    length = random.uniform(0.88, 1.5)
    vowels = {name: np.array(values) for name, values in MALE.items()}
    rounding = random.beta(0.8, 0.7)
    vowels["u"] = UNROUNDED_U + rounding * (ROUNDED_U - UNROUNDED_U)
    openness = random.uniform(-0.17, 0.17, 2)
    vowels["e"] = vowels["e"] * np.array((1 + openness[0], 1 - openness[0] / 3, 1))
    vowels["o"] = vowels["o"] * np.array((1 + openness[1], 1 + openness[1] / 3, 1))
    formants = {name: values * length * random.normal(1, (0.05, 0.05, 0.03)) for name, values in vowels.items()}
    pitch = 105 * length**2.3 * 2 ** random.normal(0, 0.3)
    breath = float(np.exp(random.uniform(-6, -1.8)))
    return Speaker(
        formants,
        float(np.clip(pitch, 65, 420)),
        breath,
        random.uniform(0.0, 0.75),
        random.uniform(0.4, 0.75),
        (3500 * length * random.uniform(0.93, 1.07), 4400 * length),
    )


def speak(random: Random, seconds: float = 8.0) -> Clip:
    """Random syllables of a random speaker, now and then a long vowel or a pause."""
    speaker = draw_speaker(random)
    plan = _plan(random, seconds)
    steps = int(seconds * RATE) // STEP
    tracks = _tracks(plan, speaker, random, steps)
    sound = _voice(tracks, speaker, random)
    return Clip("formants", (0.7 * sound / max(1e-6, np.abs(sound).max())).astype(np.float32), plan)


def _plan(random: Random, seconds: float) -> list[Segment]:
    plan: list[Segment] = []
    now = 0.0

    def add(kind: str, length: float) -> None:
        nonlocal now
        plan.append((kind, now, now + length))
        now += length

    add(SILENCE, random.uniform(0.05, 0.6))
    pace = random.uniform(0.7, 1.5)
    alone = random.uniform() < 0.3
    while now < seconds:
        chance = random.uniform()
        if chance < 0.75:
            kind = CLOSED if random.uniform() < 0.3 else CONSONANT
            add(kind, random.uniform(0.05, 0.25) if alone else pace * random.uniform(0.03, 0.12))
        long = random.uniform() < (0.6 if alone else 0.12)
        add(VOWELS[random.integers(5)], random.uniform(0.25, 0.9) if long else pace * random.uniform(0.06, 0.18))
        if random.uniform() < (0.8 if alone else 0.12):
            add(SILENCE, random.uniform(0.1, 0.8))
    add(SILENCE, 0.3)
    return plan


@dataclass(slots=True)
class _Tracks:
    """One row per step: three formants, how voiced, how noisy, and where the noise lies."""

    formants: NDArray[np.float64]
    voicing: NDArray[np.float64]
    noise: NDArray[np.float64]
    noise_hz: NDArray[np.float64]


def _tracks(plan: list[Segment], speaker: Speaker, random: Random, steps: int) -> _Tracks:
    tracks = _Tracks(np.zeros((steps, 3)), np.zeros(steps), np.zeros(steps), np.full(steps, 3000.0))
    target = speaker.formants["a"]
    for kind, begin, end in plan:
        part = slice(int(begin * RATE / STEP), int(end * RATE / STEP))
        if kind in VOWELS:
            target = speaker.formants[kind] * random.normal(1, (0.04, 0.035, 0.02))
            tracks.voicing[part] = 10 ** (random.uniform(-9, 0) / 20)
        elif kind == CLOSED:
            target = target * np.array((0.6, 0.8, 0.95))
            nasal = random.uniform() < 0.6
            target = np.array(NASAL) * speaker.upper[0] / 3500 if nasal else target
            tracks.voicing[part] = random.uniform(0.1, 0.3) if nasal else random.choice((0.0, 0.04))
        elif kind == CONSONANT and random.uniform() < SONORANT:
            sonorant = np.array(SONORANTS[random.integers(len(SONORANTS))]) * random.normal(1, 0.06, 3)
            target = 0.75 * sonorant * speaker.upper[0] / 3500 + 0.25 * target
            tracks.voicing[part] = random.uniform(0.15, 0.8)
        elif kind == CONSONANT:
            target = target * np.array((0.75, random.uniform(0.9, 1.25), 1.0))
            tracks.voicing[part] = random.choice((0.0, 0.0, 0.08, 0.3))
            tracks.noise[part] = random.choice((0.0, 0.02, 0.1, 0.25))
            tracks.noise_hz[part] = random.uniform(1500, 6500)
        tracks.formants[part] = target
    width = int(random.integers(5, 13))
    kernel = np.hanning(width + 2)[1:-1] / np.hanning(width + 2)[1:-1].sum()
    for column in tracks.formants.T:
        column[:] = np.convolve(np.pad(column, width, mode="edge"), kernel, "same")[width:-width]
    tracks.voicing = np.convolve(tracks.voicing, np.ones(3) / 3, "same")
    return tracks


def _voice(tracks: _Tracks, speaker: Speaker, random: Random) -> NDArray[np.float64]:
    steps = len(tracks.voicing)
    source = glottis(np.repeat(_melody(speaker.pitch, random, steps), STEP), speaker, random)
    source *= np.interp(np.arange(steps * STEP), np.arange(steps) * STEP, tracks.voicing)
    hiss = random.normal(0, 1, steps * STEP) * np.repeat(tracks.noise, STEP)
    out = np.empty(steps * STEP)
    state: NDArray[np.float64] = np.zeros((5, 2))
    widths = np.array((60.0, 90.0, 140.0, 220.0, 300.0)) * random.uniform(0.7, 1.5)
    for step in range(steps):
        part = slice(step * STEP, (step + 1) * STEP)
        frequencies = np.clip((*tracks.formants[step], *speaker.upper), 150, 7600)
        out[part], state = sosfilt(_resonators(frequencies, widths), source[part], zi=state)
    band = butter(2, (float(np.median(tracks.noise_hz)) * 0.7, 7000), "bandpass", fs=RATE, output="sos")
    return np.asarray(out / max(1e-9, np.abs(out).max()) + 0.5 * sosfilt(band, hiss))


def _melody(pitch: float, random: Random, steps: int) -> NDArray[np.float64]:
    knots = random.normal(0, 0.17, steps // 40 + 3)
    return np.asarray(
        pitch * 2 ** (np.interp(np.arange(steps), np.arange(len(knots)) * 40.0, knots) + random.normal(0, 0.008, steps))
    )


def glottis(pitch: NDArray[np.float64], speaker: Speaker, random: Random) -> NDArray[np.float64]:
    """Derivative of A. Rosenberg's pulse, with breath in its open part, through the tilt of the voice."""
    phase = np.cumsum(pitch / RATE) % 1.0
    opening, closing = 0.62 * speaker.open_quotient, 0.38 * speaker.open_quotient
    flow = np.where(
        phase < opening,
        0.5 * (1 - np.cos(np.pi * phase / opening)),
        np.where(phase < opening + closing, np.cos(0.5 * np.pi * (phase - opening) / closing), 0.0),
    )
    wave = np.diff(flow, prepend=0.0) + speaker.breath * random.normal(0, 1, len(phase)) * (0.3 + flow)
    return np.asarray(lfilter([1 - speaker.tilt], [1, -speaker.tilt], wave))


def _resonators(frequencies: NDArray[np.float64], widths: NDArray[np.float64]) -> NDArray[np.float64]:
    radius = np.exp(-np.pi * widths / RATE)
    sections = np.zeros((len(frequencies), 6))
    sections[:, 3] = 1
    sections[:, 4] = -2 * radius * np.cos(2 * np.pi * frequencies / RATE)
    sections[:, 5] = radius**2
    sections[:, 0] = sections[:, 3:].sum(axis=1)
    return sections
