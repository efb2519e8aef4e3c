"""Trains the recogniser: `python -m benchmarks.lipsync.train CORPUS_DIR OUT.npz`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.lipsync import augment, formants
from benchmarks.lipsync.labels import CLOSED, CONSONANT, NARROW, SILENCE, UNKNOWN, VOWELS, Clip, class_at, load_clips
from vtube.audio import vowels as program
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on and how much: every clip of `corpora` so many times, each time in other surroundings.

    The rate falls as if every pass had `spare` steps more. `averaged` is how slowly the average of the weights, which
    is what is kept, follows them; it makes chance smaller.
    """

    corpora: Mapping[str, int]
    speakers: int
    noises: int
    rate: float
    averaged: float
    passes: int
    spare: int
    hidden: int
    first: int = 40


LANGUAGE = {
    **dict.fromkeys(("mei", "kokoro", "kokoro_ja"), "ja"),
    **dict.fromkeys(("hibari", "flite", "kokoro_en"), "en"),
    "kokoro_es": "es",
    "kokoro_zh": "zh",
}
"""What is spoken in a corpus."""

PLAN = Plan(dict.fromkeys(LANGUAGE, 4), 240, 300, rate=4e-3, averaged=0.998, passes=8, spare=12, hidden=112)

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
    vowels: NDArray[np.int64]
    phone_classes: NDArray[np.int64]
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
    return Frames(inputs.astype(np.float16), vowels, phone_classes, LANGUAGES.index(language))


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


def training_frames(folder: Path, plan: Plan, seed: int) -> list[Frames]:
    """The clips of the plan in other surroundings, the made-up speakers, and noise."""
    random = np.random.default_rng(seed)
    spoken = {name: [unsure_silence(clip) for clip in load_clips(folder / f"{name}.npz")] for name in plan.corpora}
    everybody = [clip for clips in spoken.values() for clip in clips]
    sources = [(clip, LANGUAGE[name]) for name, times in plan.corpora.items() for clip in spoken[name] * times]
    sources += [(formants.speak(random), MADE_UP) for _ in range(plan.speakers)] * 2
    changed = [(augment.change(clip, random, everybody), language) for clip, language in sources]
    changed += [(augment.noise_alone(random, everybody), ANY) for _ in range(plan.noises)]
    return [frames_of(clip, language, throat(random)) for clip, language in changed]


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


def train(frames: list[Frames], plan: Plan, seed: int) -> Network:
    """Adam with a rate that rises and falls once."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = Network(plan.first, plan.hidden)
    steps = plan.passes * len(batches(frames, random))
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=1e-4)
    average = deepcopy(network)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=steps + plan.spare * plan.passes)
    vowel_loss = nn.CrossEntropyLoss(class_weights(frames), ignore_index=IGNORED, label_smoothing=0.03)
    counts = torch.ones(program.PHONE_CLASSES)
    counts[program.CLOSED] = CLOSED_COUNTS
    phone_class_loss = nn.CrossEntropyLoss(counts, ignore_index=IGNORED, label_smoothing=0.02)
    for number in range(plan.passes):
        began, total, count = time.perf_counter(), 0.0, 0
        for inputs, vowels, own_vowels, phone_classes, languages in batches(frames, random):
            says_vowel, says_phone_class = network(inputs)
            own_layer = says_vowel[torch.arange(len(inputs)), :, languages]
            loss = (
                vowel_loss(says_vowel[:, :, LANGUAGES.index(ANY)].flatten(0, 1), vowels.flatten())
                + OWN_LAYER_COUNTS * vowel_loss(own_layer.flatten(0, 1), own_vowels.flatten())
                + PHONE_CLASSES_COUNT * phone_class_loss(says_phone_class.flatten(0, 1), phone_classes.flatten())
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            _approach(average, network, 1 - plan.averaged)
            total, count = total + float(loss.detach()), count + 1
        print(f"pass {number}: loss {total / count:.4f}, {time.perf_counter() - began:.0f} s", flush=True)
    return average


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
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    frames = training_frames(arguments.corpus, PLAN, arguments.seed)
    print(f"{sum(len(one.vowels) for one in frames) / 6000:.0f} minutes of sound", flush=True)
    network = train(frames, PLAN, arguments.seed)
    network.eval()
    np.savez_compressed(arguments.out, **network.weights())  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
