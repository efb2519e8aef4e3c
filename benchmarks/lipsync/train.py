"""Trains the recogniser: `python -m benchmarks.lipsync.train CORPUS_DIR OUT.npz`."""

from __future__ import annotations

import argparse
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

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
PHONE_CLASS = {
    **dict.fromkeys(VOWELS, program.VOWEL),
    CONSONANT: program.CONSONANT,
    NARROW: program.NARROW,
    CLOSED: program.CLOSED,
    SILENCE: program.SILENCE,
}
CLOSED_COUNTS = 2.2
"""How much more a frame of closed lips counts than one of another class: they are short and rare."""

OWN_LAYER_COUNTS, PHONE_CLASSES_COUNT = 0.7, 0.6
"""What the vowel layer of the clip's language and the phone classes count beside the vowel layer of all languages."""
LENGTH = 300
"""Frames in a training sequence (3 s)."""

LOWEST_NOTES_HZ, SHORTEST_SUNG_S = (100.0, 300.0), 0.07
"""The lowest note of a singer, and of how much of every vowel the throat is told."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on and how much.

    Every pass has a share of the clips of `corpora`, made-up `speakers`, `singers` with the throats of the voices, and
    `noises` alone, all in surroundings of its own: a network that hears the same ones again learns them by heart. So
    many `batches` of a pass are used. `averaged` is how slowly the average of the weights, which is what is kept,
    follows them; it makes chance smaller.
    """

    corpora: Mapping[str, float]
    speakers: int
    singers: int
    noises: int
    rate: float
    averaged: float
    passes: int
    batches: int
    hidden: int
    first: int = 40


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
    rate=4e-3,
    averaged=0.998,
    passes=64,
    batches=106,
    hidden=112,
)

MADE_UP = "es"
"""The language whose vowels those of the made-up speakers are: five pure ones."""


class Network(nn.Module):
    """What `vtube.audio.vowels.VowelNetwork` runs, for learning."""

    def __init__(self, first: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Linear(INPUTS, first)
        self.recurrent = nn.GRU(first, hidden, batch_first=True)
        self.drop = nn.Dropout(0.15)
        self.vowel, self.phone_class = nn.Linear(hidden, 5 * len(LANGUAGES)), nn.Linear(hidden, program.PHONE_CLASSES)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, frames, INPUTS) to the logits of vowels (batch, frames, LANGUAGES, 5) and of phone classes."""
        memory = self.drop(self.recurrent(torch.tanh(self.first(inputs)))[0])
        return self.vowel(memory).reshape(*memory.shape[:2], len(LANGUAGES), 5), self.phone_class(memory)

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """As the program reads them."""
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in self._named().items()}

    def _named(self) -> dict[str, Tensor]:
        unit: Any = self.recurrent
        return {
            "first_weight": self.first.weight,
            "first_bias": self.first.bias,
            "input": unit.weight_ih_l0,
            "input_bias": unit.bias_ih_l0,
            "recurrent": unit.weight_hh_l0,
            "recurrent_bias": unit.bias_hh_l0,
            "vowel_weight": self.vowel.weight.reshape(len(LANGUAGES), 5, -1),
            "vowel_bias": self.vowel.bias.reshape(len(LANGUAGES), 5),
            "phone_class_weight": self.phone_class.weight,
            "phone_class_bias": self.phone_class.bias,
        }


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


def passes(folder: Path, plan: Plan, seed: int, workers: int) -> Iterator[list[Frames]]:
    """The frames of every pass in turn, made in processes of their own a little ahead."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        ahead = deque[Future[list[Frames]]]()
        for number in range(plan.passes + workers + 1):
            if number < plan.passes:
                ahead.append(pool.submit(training_frames, folder, plan, seed, number))
            if number > workers:
                yield ahead.popleft().result()


def throat(random: np.random.Generator) -> NDArray[np.float64]:
    """(BANDS + 2,) how somebody else's formants lie: longer or shorter as a whole, and each part a little by itself."""
    parts = np.interp(np.arange(BANDS + 2), np.linspace(0, BANDS + 2, 5), random.normal(0, 0.045, 5))
    return np.asarray(random.uniform(0.84, 1.2) * (1 + parts))


def batches(frames: list[Frames], random: np.random.Generator, size: int = 48) -> list[list[Tensor]]:
    """Sequences of LENGTH frames cut at random places, each with a colour (device, voice) of its own.

    Each batch: inputs, vowels, vowels that count for the layer of the language too, phone classes, languages.
    """
    cuts: list[tuple[NDArray[np.float32], NDArray[np.int64], int]] = []
    for one in frames:
        for start in range(-int(random.integers(LENGTH)), len(one.inputs), LENGTH):
            part = slice(max(0, start), start + LENGTH)
            count = len(one.vowels[part])
            if count < 30:
                continue
            colour = np.interp(np.arange(BANDS), np.linspace(0, BANDS, 6), random.normal(0, 0.45, 6))
            inputs = np.zeros((LENGTH, INPUTS), np.float32)
            inputs[:count] = one.inputs[part]
            inputs[:count, :BANDS] += colour - colour.mean() + random.normal(0, 0.08, (count, BANDS))
            targets = np.full((3, LENGTH), IGNORED)
            targets[0, :count], targets[2, :count] = one.vowels[part], one.phone_classes[part]
            if LANGUAGES[one.language] != ANY:
                targets[1, :count] = one.vowels[part]
            cuts.append((inputs, targets, one.language))
    order = random.permutation(len(cuts))
    picked = [[cuts[i] for i in order[at : at + size]] for at in range(0, len(cuts), size)]
    return [
        [
            torch.from_numpy(np.stack([inputs for inputs, _, _ in group])),
            *(torch.from_numpy(np.stack([targets[row] for _, targets, _ in group])) for row in range(3)),
            torch.tensor([language for _, _, language in group]),
        ]
        for group in picked
    ]


def class_weights(frames: list[Frames]) -> Tensor:
    """Rare vowels count more: the inverse root of their share."""
    counts = np.bincount(np.concatenate([one.vowels[one.vowels >= 0] for one in frames]), minlength=5)
    weights = (counts.sum() / 5 / counts) ** 0.5
    return torch.tensor(weights, dtype=torch.float32)


def train(passes_of_frames: Iterable[list[Frames]], plan: Plan, seed: int) -> Network:
    """Adam with a rate that rises and falls once."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = Network(plan.first, plan.hidden)
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=1e-4)
    average = deepcopy(network)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=plan.passes * plan.batches + 1)
    losses: Losses | None = None
    for number, frames in enumerate(passes_of_frames):
        losses = losses or Losses(frames)
        began, total = time.perf_counter(), 0.0
        for batch in batches(frames, random)[: plan.batches]:
            loss = losses.of(network, *batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            _approach(average, network, 1 - plan.averaged)
            total += float(loss.detach()) / plan.batches
        print(f"pass {number}: loss {total:.4f}, {time.perf_counter() - began:.0f} s", flush=True)
    return average


class Losses:
    """What the network gets wrong: vowels in the layer for all languages and in the clip's own, and phone classes."""

    def __init__(self, frames: list[Frames]) -> None:
        """`frames` tell how rare each vowel is."""
        self._vowel = nn.CrossEntropyLoss(class_weights(frames), ignore_index=IGNORED, label_smoothing=0.03)
        counts = torch.ones(program.PHONE_CLASSES)
        counts[program.CLOSED] = CLOSED_COUNTS
        self._phone_class = nn.CrossEntropyLoss(counts, ignore_index=IGNORED, label_smoothing=0.02)

    def of(
        self,
        network: Network,
        inputs: Tensor,
        vowels: Tensor,
        own_vowels: Tensor,
        phone_classes: Tensor,
        layers: Tensor,
    ) -> Tensor:
        """The loss of one of `batches`."""
        says_vowel, says_phone_class = network(inputs)
        own_layer = says_vowel[torch.arange(len(inputs)), :, layers]
        loss: Tensor = (
            self._vowel(says_vowel[:, :, LANGUAGES.index(ANY)].flatten(0, 1), vowels.flatten())
            + OWN_LAYER_COUNTS * self._vowel(own_layer.flatten(0, 1), own_vowels.flatten())
            + PHONE_CLASSES_COUNT * self._phone_class(says_phone_class.flatten(0, 1), phone_classes.flatten())
        )
        return loss


@torch.no_grad()
def _approach(average: Network, network: Network, share: float) -> None:
    """One step of the moving average."""
    for kept, newest in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(newest, share)


def main() -> None:
    """Make the frames, train, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="processes that make the sounds (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = train(passes(arguments.corpus, PLAN, arguments.seed, arguments.workers), PLAN, arguments.seed)
    network.eval()
    np.savez_compressed(arguments.out, **network.weights())  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
