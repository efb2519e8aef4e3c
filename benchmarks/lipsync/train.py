"""Trains the recogniser: `python -m benchmarks.lipsync.train CORPUS_DIR OUT.npz`.

Three networks learn from the labels. Then the first goes on, and learns mostly what the three say together: the mean of
networks knows voices that none of them heard better than each does (G. Hinton, O. Vinyals, J. Dean, "Distilling the
Knowledge in a Neural Network", 2015).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.lipsync.networks import VOWELS, Networks, together
from benchmarks.lipsync.passes import IGNORED, PLAN, Sequences, passes
from vtube.audio import vowels as program
from vtube.audio.vowels import ANY, LANGUAGES

HIDDEN = 112
BATCH, BATCHES = 48, 106
"""Sequences in a batch, and batches in a pass."""

CLOSED_COUNTS = 2.2
"""How much more a frame of closed lips counts than one of another class: they are short and rare."""

PHONE_CLASSES_COUNT = 0.6
"""What the phone classes count beside the vowels of all languages and those of the language that is told."""

VOWEL_SMOOTHING, PHONE_CLASS_SMOOTHING = 0.03, 0.02
DECAY, LONGEST_GRADIENT, SECOND_MOMENT = 1e-4, 1.0, 0.999


@dataclass(frozen=True, slots=True)
class Round:
    """How networks learn for some passes.

    Attributes:
        passes: numbers of the passes.
        rate: the highest rate of Adam, reached after a share `rising` of the steps.
        averaged: how slowly the average of the weights, which is what is kept, follows them; it makes chance smaller.
        dropped: share of the memory that the last layers do not see.
        told: how often the network is told the language. If so, its vowels are those of the language, else those of
            the layer for all languages.
        labels: what labels count; teachers count the rest.
    """

    passes: range
    rate: float
    rising: float
    averaged: float
    dropped: float
    told: float
    labels: float = 1.0


FROM_LABELS = Round(range(74), rate=4e-3, rising=0.3, averaged=0.998, dropped=0.1, told=0.5)
FROM_TEACHERS = Round(range(8, 24), rate=2e-3, rising=0.1, averaged=0.995, dropped=0.1, told=0.6, labels=0.25)
TEACHERS = 3

SURER = {program.CLOSED: 0.1, program.SILENCE: 0.2}
"""Added to logits of phone classes in the end: who learns from others that doubt says these too seldom for the
program's thresholds."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Of N networks: (N, B, T, INPUTS), (N, B, T), (N, B, T) and (N, B)."""

    inputs: Tensor
    vowels: Tensor
    phone_classes: Tensor
    languages: Tensor


@dataclass(frozen=True, slots=True)
class Told:
    """What networks are told, and which targets they have.

    Attributes:
        languages: (N, B) what they are told.
        layers: (N, B) the vowel layer of the clip's language.
        any_vowels, own_vowels: (N, B, T) targets of the layer for all languages and of that of the clip's.
    """

    languages: Tensor
    layers: Tensor
    any_vowels: Tensor
    own_vowels: Tensor


def tell(batch: Batch, chance: float) -> Told:
    """Tell some the language of the clip. In noise, which has none, it is any."""
    shape, device = batch.languages.shape, batch.languages.device
    told = torch.rand(shape, device=device) < chance
    of_all = batch.languages == LANGUAGES.index(ANY)
    some = torch.randint(1, len(LANGUAGES), shape, device=device)
    languages = torch.where(told, torch.where(of_all, some, batch.languages), 0)
    hidden, spoken = told.unsqueeze(-1), (told & ~of_all).unsqueeze(-1)
    return Told(
        languages,
        batch.languages,
        batch.vowels.masked_fill(hidden, IGNORED),
        batch.vowels.masked_fill(~spoken, IGNORED),
    )


def cross_entropy(
    logits: Tensor, targets: Tensor, counts: Tensor, smoothing: float, taught: Tensor | None, labels: float
) -> Tensor:
    """(N,) losses, with labels smoothed as torch does.

    Args:
        logits: (N, B, T, K).
        targets: (N, B, T), or IGNORED.
        counts: (K,) what each class counts.
        smoothing: of the labels.
        taught: (N or 1, B, T, K) probabilities that the teachers give.
        labels: what the labels count beside those.
    """
    said, kept = torch.log_softmax(logits, -1), targets >= 0
    right = targets.clamp(min=0)
    weights = counts[right] * kept
    every = weights.sum((1, 2)).clamp(min=1e-6)
    exact = (said.gather(-1, right.unsqueeze(-1)).squeeze(-1) * weights).sum((1, 2)) / every
    smooth = ((said * counts).sum(-1) * kept).sum((1, 2)) / every / said.shape[-1]
    loss = -(1 - smoothing) * exact - smoothing * smooth
    if taught is None:
        return loss
    return labels * loss - (1 - labels) * ((taught * said).sum(-1) * weights).sum((1, 2)) / every


class Losses:
    """What networks get wrong: vowels of any language and of the one that they are told, and phone classes."""

    def __init__(self, first: Sequences, device: str) -> None:
        """`first` tells how rare each vowel is: rare ones count more, by the inverse root of their share."""
        counts = np.bincount(first.vowels[first.vowels >= 0], minlength=VOWELS)
        self._vowels = torch.tensor((counts.sum() / VOWELS / counts) ** 0.5, dtype=torch.float32, device=device)
        self._phone_classes = torch.ones(program.PHONE_CLASSES, device=device)
        self._phone_classes[program.CLOSED] = CLOSED_COUNTS

    def of(self, networks: Networks, batch: Batch, how: Round, teachers: Networks | None) -> Tensor:
        """(N,) losses. Where there are teachers, there is one network."""
        told = tell(batch, how.told)
        vowels, phone_classes = networks.forward(batch.inputs, told.languages, how.dropped)
        any_taught = own_taught = classes_taught = None
        if teachers is not None:
            taught, classes_taught = together(teachers, batch.inputs[0], told.languages[0])
            any_taught, own_taught = taught[:, :, :, LANGUAGES.index(ANY)], _own(taught, told.layers)
        labels = how.labels
        every = vowels[:, :, :, LANGUAGES.index(ANY)]
        return (
            cross_entropy(every, told.any_vowels, self._vowels, VOWEL_SMOOTHING, any_taught, labels)
            + cross_entropy(
                _own(vowels, told.layers), told.own_vowels, self._vowels, VOWEL_SMOOTHING, own_taught, labels
            )
            + PHONE_CLASSES_COUNT
            * cross_entropy(
                phone_classes,
                batch.phone_classes,
                self._phone_classes,
                PHONE_CLASS_SMOOTHING,
                classes_taught,
                labels,
            )
        )


def _own(vowels: Tensor, layers: Tensor) -> Tensor:
    """(N, B, T, VOWELS) of the layer of each sequence's language."""
    index = layers[: len(vowels), :, None, None, None].expand(-1, -1, vowels.shape[2], 1, VOWELS)
    return vowels.gather(3, index).squeeze(3)


class Adam:
    """Adam with decay of the weights, a rate that rises and falls once, and a clip of the gradient of each network."""

    def __init__(self, networks: Networks, how: Round) -> None:
        """`networks` learn as `how` says."""
        self._networks, self._steps = networks, 0
        self._moments = {
            name: (torch.zeros_like(weight), torch.zeros_like(weight)) for name, weight in networks.weights.items()
        }
        nothing = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=how.rate)
        self._plan = nothing.param_groups[0]
        self._nothing = nothing
        steps = len(how.passes) * BATCHES + 1
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(nothing, how.rate, steps, pct_start=how.rising)

    def step(self, losses: Tensor) -> None:
        """One step down the losses of the networks."""
        weights = self._networks.weights
        gradients = torch.autograd.grad(losses.sum(), list(weights.values()))
        rate, first = self._plan["lr"], self._plan["betas"][0]
        self._steps += 1
        with torch.no_grad():
            length = torch.stack([one.square().sum((1, 2)) for one in gradients]).sum(0).sqrt()
            clip = (LONGEST_GRADIENT / (length + 1e-6)).clamp(max=1.0).view(-1, 1, 1)
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                mean, square = self._moments[name]
                mean.lerp_(gradient * clip, 1 - first)
                square.lerp_((gradient * clip).square(), 1 - SECOND_MOMENT)
                root = (square / (1 - SECOND_MOMENT**self._steps)).sqrt() + 1e-8
                weight.mul_(1 - rate * DECAY).sub_(rate / (1 - first**self._steps) * mean / root)
        self._nothing.step()
        self._schedule.step()


def learn(
    networks: Networks, every_pass: Iterable[Sequences], how: Round, seed: int, teachers: Networks | None = None
) -> Networks:
    """Networks that learnt, with averaged weights; `networks` learn, too."""
    torch.manual_seed(seed)
    average, adam = networks.copy(), Adam(networks, how)
    losses: Losses | None = None
    for number, one in enumerate(every_pass):
        losses = losses or Losses(one, networks.device)
        began, total = time.perf_counter(), torch.zeros(networks.count)
        for batch in _batches(one, networks.count, networks.device):
            loss = losses.of(networks, batch, how, teachers)
            adam.step(loss)
            _approach(average, networks, 1 - how.averaged)
            total += loss.detach().cpu() / BATCHES
        said = " ".join(f"{loss:.4f}" for loss in total.tolist())
        print(f"pass {number}: loss {said}, {time.perf_counter() - began:.0f} s", flush=True)
    return average


def _batches(one: Sequences, networks: int, device: str) -> Iterable[Batch]:
    """Every network has the sequences in an order of its own."""
    inputs, vowels, phone_classes, languages = (
        torch.from_numpy(array) for array in (one.inputs, one.vowels, one.phone_classes, one.languages)
    )
    order = torch.stack([torch.randperm(len(languages)) for _ in range(networks)])
    for number in range(min(BATCHES, len(languages) // BATCH)):
        at = order[:, number * BATCH : (number + 1) * BATCH]
        yield Batch(
            inputs[at].float().to(device),
            vowels[at].long().to(device),
            phone_classes[at].long().to(device),
            languages[at].to(device),
        )


@torch.no_grad()
def _approach(average: Networks, networks: Networks, share: float) -> None:
    """One step of the moving average."""
    for kept, newest in zip(average.weights.values(), networks.weights.values(), strict=True):
        kept.lerp_(newest, share)


def main() -> None:
    """Make the frames, train, write the weights."""
    parser = argparse.ArgumentParser(description="Train the recogniser of vowels.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="processes that make the sounds (default: %(default)s)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    def made(numbers: range) -> Iterable[Sequences]:
        return passes(arguments.corpus, PLAN, arguments.seed, numbers, arguments.workers)

    beginners = Networks(TEACHERS, HIDDEN, arguments.seed, arguments.device)
    teachers = learn(beginners, made(FROM_LABELS.passes), FROM_LABELS, arguments.seed)
    student = learn(teachers.alone(0), made(FROM_TEACHERS.passes), FROM_TEACHERS, arguments.seed, teachers)
    for phone_class, more in SURER.items():
        student.weights["phone_class_bias"][..., phone_class] += more
    np.savez_compressed(arguments.out, **student.exported(0))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
