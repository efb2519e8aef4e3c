"""What the recogniser learns from: clips in surroundings of their own, as frames and as sequences of frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.lipsync import augment, formants, singing
from benchmarks.lipsync.labels import CLOSED, CONSONANT, NARROW, SILENCE, UNKNOWN, VOWELS, Clip, class_at, load_clips
from vtube.audio import vowels as program
from vtube.audio.base import RATE
from vtube.audio.features import (
    BANDS,
    HOP,
    INPUTS,
    PeakMeter,
    Windows,
    inputs_of,
    levels_db,
    mel_matrix,
    mel_spectra,
    shapes,
)
from vtube.audio.vowels import ANY, DELAY_S, LANGUAGES

IGNORED = -100
"""A target that any answer is right for."""

PHONE_CLASS = {
    **dict.fromkeys(VOWELS, program.VOWEL),
    CONSONANT: program.CONSONANT,
    NARROW: program.NARROW,
    CLOSED: program.CLOSED,
    SILENCE: program.SILENCE,
}

LENGTH, SHORTEST_SEQUENCE = 300, 30
"""Frames in a training sequence (3 s), and how many of them must be there; the rest is ignored."""

LOWEST_NOTES_HZ, SHORTEST_SUNG_S = (100.0, 300.0), 0.07
"""The lowest note of a singer, and of how much of every vowel the throat is told."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pass is made of.

    Every pass has a share of the clips of `corpora`, made-up `speakers`, `singers` with the throats of the voices, and
    `noises` alone, all in surroundings of its own: a network that hears the same ones again learns them by heart.
    """

    corpora: Mapping[str, float]
    speakers: int
    singers: int
    noises: int


LANGUAGE = {
    **dict.fromkeys(("mei", "kokoro", "kokoro_ja"), "ja"),
    **dict.fromkeys(("hibari", "flite", "kokoro_en"), "en"),
    "kokoro_es": "es",
    "kokoro_zh": "zh",
}
"""What is spoken in a corpus."""

PLAN = Plan(
    dict.fromkeys(LANGUAGE, 1.0) | {"kokoro_en": 0.5, "kokoro_zh": 0.5},
    speakers=120,
    singers=14,
    noises=75,
)

MADE_UP = "es"
"""The language whose vowels those of the made-up speakers are: five pure ones."""


@dataclass(frozen=True, slots=True)
class Frames:
    """One clip as the network sees it, with what it should say (IGNORED: anything), in one of `LANGUAGES`."""

    inputs: NDArray[np.float16]
    vowels: NDArray[np.int8]
    phone_classes: NDArray[np.int8]
    language: int


def frames_of(clip: Clip, language: str, warp: float | NDArray[np.float64] = 1.0) -> Frames:
    """Inputs and targets; a label counts DELAY_S later."""
    spectra = mel_spectra(Windows().push(clip.samples), mel_matrix(warp))
    peak = PeakMeter()
    below = [peak.follow(float(level)) for level in levels_db(spectra)]
    inputs = np.stack([inputs_of(shape, db) for shape, db in zip(shapes(spectra), below, strict=True)])
    ends = (np.arange(len(inputs)) + 1) * HOP / 16_000
    classes = class_at(clip.segments, ends - DELAY_S) if clip.segments else [SILENCE] * len(ends)
    vowels = np.array([VOWELS.find(kind) if kind in VOWELS else IGNORED for kind in classes])
    phone_classes = np.array([PHONE_CLASS.get(kind, IGNORED) for kind in classes])
    return Frames(
        inputs.astype(np.float16), vowels.astype(np.int8), phone_classes.astype(np.int8), LANGUAGES.index(language)
    )


def unsure_silence(clip: Clip) -> Clip:
    """The clip with its loud silences and silent spaces relabelled: engines' pauses begin and end early or late."""
    levels = levels_db(mel_spectra(Windows().push(clip.samples)))
    peak = float(np.percentile(levels, 95))
    ends = (np.arange(len(levels)) + 1) * HOP / 16_000 - 0.0125
    kinds = class_at(clip.segments, ends)
    segments = []
    for kind, end, level in zip(kinds, ends.tolist(), levels.tolist(), strict=True):
        unsure = kind == SILENCE and level > peak - 28
        silent = kind == UNKNOWN and level < peak - 45
        segments.append((UNKNOWN if unsure else SILENCE if silent else kind, end - 0.005, end + 0.005))
    return Clip(clip.name, clip.samples, segments)


def training_frames(folder: Path, plan: Plan, seed: int, number: int) -> list[Frames]:
    """What the plan wants for one pass; the same for the same seed and number."""
    random = np.random.default_rng((seed, number))
    corpora = {name: _spoken(folder, name) for name in plan.corpora}
    everybody = [clip for clips in corpora.values() for clip in clips]
    spoken = [
        (corpora[name][index], LANGUAGE[name])
        for name, share in plan.corpora.items()
        for index in random.permutation(len(corpora[name]))[: round(share * len(corpora[name]))]
    ]
    sources = [*spoken, *((formants.speak(random), MADE_UP) for _ in range(plan.speakers))]
    sources += singers(spoken, plan.singers, random)
    changed = [(augment.change(clip, random, everybody), language) for clip, language in sources]
    changed += [(augment.noise_alone(random, everybody), ANY) for _ in range(plan.noises)]
    return [frames_of(clip, language, throat(random)) for clip, language in changed]


@cache
def _spoken(folder: Path, corpus: str) -> list[Clip]:
    return [unsure_silence(clip) for clip in load_clips(folder / f"{corpus}.npz")]


def singers(spoken: list[tuple[Clip, str]], count: int, random: np.random.Generator) -> list[tuple[Clip, str]]:
    """Held notes with the throats of speakers who say all five vowels long enough, low and high voices."""
    found: list[tuple[Clip, str]] = []
    while len(found) < count:
        clip, language = spoken[random.integers(len(spoken))]
        vowels = singing.longest_vowels(clip)
        if min(len(vowel) for vowel in vowels) < SHORTEST_SUNG_S * RATE:
            continue
        lowest = float(np.exp(random.uniform(*np.log(LOWEST_NOTES_HZ))))
        found.append((singing.sung("sung", vowels, lowest, int(random.integers(1 << 30))), language))
    return found


def throat(random: np.random.Generator) -> NDArray[np.float64]:
    """(BANDS + 2,) how somebody else's formants lie: longer or shorter as a whole, and each part a little by itself."""
    parts = np.interp(np.arange(BANDS + 2), np.linspace(0, BANDS + 2, 5), random.normal(0, 0.045, 5))
    return np.asarray(random.uniform(0.84, 1.2) * (1 + parts))


@dataclass(frozen=True, slots=True)
class Sequences:
    """One pass, cut into S sequences of LENGTH frames.

    Attributes:
        inputs: (S, LENGTH, INPUTS).
        vowels, phone_classes: (S, LENGTH) what should be said (IGNORED: anything).
        languages: (S,) numbers of `LANGUAGES`.
    """

    inputs: NDArray[np.float16]
    vowels: NDArray[np.int8]
    phone_classes: NDArray[np.int8]
    languages: NDArray[np.int64]


def sequences(frames: list[Frames], random: np.random.Generator) -> Sequences:
    """Cut at random places; each has a colour (device, voice) of its own."""
    parts: list[tuple[NDArray[np.float16], NDArray[np.int8], NDArray[np.int8], int]] = []
    for one in frames:
        for start in range(-int(random.integers(LENGTH)), len(one.inputs), LENGTH):
            part = slice(max(0, start), start + LENGTH)
            count = len(one.vowels[part])
            if count < SHORTEST_SEQUENCE:
                continue
            colour = np.interp(np.arange(BANDS), np.linspace(0, BANDS, 6), random.normal(0, 0.45, 6))
            inputs = np.zeros((LENGTH, INPUTS), np.float16)
            inputs[:count] = one.inputs[part]
            inputs[:count, :BANDS] += (colour - colour.mean() + random.normal(0, 0.08, (count, BANDS))).astype(
                np.float16
            )
            vowels, phone_classes = (np.full(LENGTH, IGNORED, np.int8) for _ in range(2))
            vowels[:count], phone_classes[:count] = one.vowels[part], one.phone_classes[part]
            parts.append((inputs, vowels, phone_classes, one.language))
    return Sequences(
        np.stack([inputs for inputs, _, _, _ in parts]),
        np.stack([vowels for _, vowels, _, _ in parts]),
        np.stack([phone_classes for _, _, phone_classes, _ in parts]),
        np.array([language for _, _, _, language in parts], np.int64),
    )


def one_pass(folder: Path, plan: Plan, seed: int, number: int) -> Sequences:
    """The same for the same seed and number."""
    return sequences(training_frames(folder, plan, seed, number), np.random.default_rng((seed, number, 1)))


def passes(folder: Path, plan: Plan, seed: int, numbers: range, workers: int) -> Iterator[Sequences]:
    """Passes in turn, made in processes of their own a little ahead."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        ahead = deque[Future[Sequences]]()
        for number in numbers:
            ahead.append(pool.submit(one_pass, folder, plan, seed, number))
            if len(ahead) > workers + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
