"""Fits the vowel layers of Mandarin again, the rest of the network as it is, to what the mouth shows.

python -m benchmarks.lipsync.refit CORPUS_DIR OUT.npz [--weights NPZ] [--keep-out]

Needs the corpora `finals_zh` and `finals_zh_kept`, and the weights that `train` wrote, which it holds the layer to: it
is not for weights that it has written itself. Nothing that another language uses changes.

The mouth follows what is heard within some 10 ms. A layer that is fitted to the network's own answer is late by as
much; this one is fitted to the vowel that the mouth shows, and hears the next one a little sooner.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from benchmarks.lipsync.labels import SOUNDS, VOWELS, Clip, class_at, load_clips
from benchmarks.lipsync.passes import IGNORED, frames_of, throat, unsure_silence
from vtube.audio.base import RATE
from vtube.audio.features import HOP
from vtube.audio.mouth import MIX_RATE, MIX_RATE_IN_CONSONANTS, SHARPNESS
from vtube.audio.vowel_sounds import EARLIER, LOOKS
from vtube.audio.vowels import DELAY_S, LANGUAGES, OF_SOUNDS, VOWEL, WEIGHTS, Array, VowelNetwork, load_weights

Layer = tuple[Tensor, Tensor]

LANGUAGE = OF_SOUNDS
THROATS = 2
"""How often each clip is heard, each time from another throat."""

HELD = 0.005
"""How firmly the layer is held to what it was: the weight of the squared change beside the mean loss of a frame."""

SHARES = (0.192, 0.337, 0.185, 0.166, 0.121)
"""Of the vowels a i u e o in running text: the words of jieba 0.42.1's dictionary by how often it says that they occur,
as pinyin by pypinyin, each final in the parts of `labels.MANDARIN`."""

NAMED = 0.3
"""How much the right name of a sound counts beside the right vowel in the mouth."""

STEPS = 30
LEAST = 1e-4
"""Added to what is shown of a vowel, so that one wrong frame does not outweigh all others."""


@dataclass(frozen=True, slots=True)
class Heard:
    """S clips of at most T frames, as the network hears them.

    Attributes:
        memories: (S, T, hidden), or what a layer sees of them.
        rates: (S, T) the share of the way to what is heard that the mouth goes.
        sounds: (S, T) what is said, as places in `labels.SOUNDS`, or IGNORED.
    """

    memories: Tensor
    rates: Tensor
    sounds: Tensor


def heard(clips: list[Clip], weights: dict[str, Array], seed: int) -> Heard:
    """Each clip from as many throats as THROATS."""
    random, network = np.random.default_rng(seed), VowelNetwork(weights, LANGUAGE)
    parts: list[tuple[Tensor, Tensor, Tensor]] = []
    for clip in [unsure_silence(one) for _ in range(THROATS) for one in clips]:
        frames = frames_of(clip, LANGUAGE, throat(random))
        network.forget()
        recognised = [network.step(inputs) for inputs in frames.inputs.astype(np.float32)]
        rates = rates_of(torch.from_numpy(np.stack([one.phone_classes for one in recognised])))
        memories = torch.from_numpy(np.stack([one.memory for one in recognised]))
        parts.append((memories, rates, said(clip, len(recognised))))
    return Heard(
        pad_sequence([memories for memories, _, _ in parts], batch_first=True),
        pad_sequence([rates for _, rates, _ in parts], batch_first=True),
        pad_sequence([sounds for _, _, sounds in parts], batch_first=True, padding_value=IGNORED),
    )


def said(clip: Clip, frames: int) -> Tensor:
    """(frames,) the sound that each frame should be heard as, or IGNORED."""
    classes = class_at(clip.segments, np.arange(1, frames + 1) * HOP / RATE - DELAY_S)
    return torch.tensor([SOUNDS.find(kind) if kind in SOUNDS else IGNORED for kind in classes])


def looked_back(sounds: Heard) -> Heard:
    """With what `VowelSounds` sees as memories: (S, T, LOOKS * hidden)."""
    now, looks = sounds.memories, [sounds.memories]
    for frames in EARLIER:
        earlier = torch.nn.functional.pad(now, (0, 0, frames, 0))[:, : now.shape[1]]
        looks.append(now - earlier)
    return Heard(torch.cat(looks, -1), sounds.rates, sounds.sounds)


def of_two(layer: Layer) -> Layer:
    """A layer (5, hidden) and (5,) as `VowelSounds` has it, both sounds of a vowel alike: it says the same."""
    weight, bias = layer
    nothing = torch.zeros(len(weight), (LOOKS - 1) * weight.shape[1])
    return torch.cat((weight, nothing), 1).repeat(2, 1), bias.repeat(2)


def rates_of(phone_classes: Tensor) -> Tensor:
    """The share of the way that the mouth goes, from the probabilities (..., PHONE_CLASSES)."""
    return MIX_RATE_IN_CONSONANTS + (MIX_RATE - MIX_RATE_IN_CONSONANTS) * phone_classes[..., VOWEL]


def shown(logits: Tensor, rates: Tensor) -> Tensor:
    """(S, T, 5) the shares of the vowels in the mouth, as `vtube.audio.mouth.Mouth` mixes what a layer says."""
    vowels = logits.log_softmax(-1).view(*logits.shape[:-1], -1, len(VOWELS)).logsumexp(-2)
    targets = (SHARPNESS * vowels).softmax(-1)
    mixed, after = torch.full_like(targets[:, 0], 1 / len(VOWELS)), []
    for target, rate in zip(targets.unbind(1), rates.unbind(1), strict=True):
        mixed = mixed + rate.unsqueeze(-1) * (target - mixed)
        after.append(mixed)
    return torch.stack(after, 1)


def said_by(layer: Layer, memories: Tensor) -> Tensor:
    """(..., rows of the layer) logits."""
    return memories @ layer[0].T + layer[1]


def fit(layer: Layer, sounds: Heard, shares: Tensor, held: float = HELD) -> Layer:
    """The layer of vowels or of sounds with which the mouth shows the vowels best, held to what it was.

    Each vowel counts as if it were that share of the frames which it is in `shares`.
    """
    some = sounds.sounds >= 0
    names = sounds.sounds[some]
    vowels = names % len(VOWELS)
    counts = shares * len(vowels) / torch.bincount(vowels, minlength=len(VOWELS)).clamp(min=1)
    changes = [torch.zeros_like(one).requires_grad_() for one in layer]
    optimizer = torch.optim.LBFGS(changes, max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = said_by((layer[0] + changes[0], layer[1] + changes[1]), sounds.memories)
        mixed = shown(logits, sounds.rates)[some]
        total = torch.nn.functional.nll_loss((mixed + LEAST).log(), vowels, weight=counts)
        if len(layer[1]) == len(SOUNDS):
            total = total + NAMED * torch.nn.functional.cross_entropy(logits[some], names, weight=counts.repeat(2))
        total = total + held * sum(change.square().sum() for change in changes)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return (layer[0] + changes[0]).detach(), (layer[1] + changes[1]).detach()


def right(layer: Layer, sounds: Heard) -> float:
    """The share of the frames in vowels at which the mouth shows the right one most."""
    some = sounds.sounds >= 0
    vowels = shown(said_by(layer, sounds.memories), sounds.rates)[some].argmax(-1)
    return float((vowels == sounds.sounds[some] % len(VOWELS)).float().mean())


def together(*sounds: Heard) -> Heard:
    """All of them in one."""
    longest = max(one.sounds.shape[1] for one in sounds)

    def padded(tensor: Tensor, value: float) -> Tensor:
        empty = (0, 0) * (tensor.ndim - 2)
        return torch.nn.functional.pad(tensor, (*empty, 0, longest - tensor.shape[1]), value=value)

    return Heard(
        torch.cat([padded(one.memories, 0) for one in sounds]),
        torch.cat([padded(one.rates, 0) for one in sounds]),
        torch.cat([padded(one.sounds, IGNORED) for one in sounds]),
    )


def write(path: Path, weights: dict[str, Array]) -> None:
    """As the program reads them."""
    small = {name: array.astype(np.float16) for name, array in weights.items()}
    np.savez_compressed(path, **small)  # type: ignore[arg-type]


def main() -> None:
    """Fit to the first voices, say how well the kept ones are heard, fit to all, write the weights."""
    parser = argparse.ArgumentParser(description="Fit the vowel layers of Mandarin again.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--keep-out", action="store_true", help="write layers that are not fitted to the kept voices")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    weights, number = load_weights(arguments.weights), LANGUAGES.index(LANGUAGE)
    old = torch.from_numpy(weights["vowel_weight"][number]), torch.from_numpy(weights["vowel_bias"][number])
    first, kept = (
        heard(load_clips(arguments.corpus / f"{name}.npz"), weights, seed)
        for seed, name in enumerate(("finals_zh", "finals_zh_kept"))
    )
    shares = torch.tensor(SHARES)
    simple, of_sounds = fit(old, first, shares), fit(of_two(old), looked_back(first), shares)
    print(f"kept voices: {right(old, kept):.3f} before, {right(simple, kept):.3f} after", end="")
    print(f", {right(of_sounds, looked_back(kept)):.3f} by sounds")
    if not arguments.keep_out:
        everybody = together(first, kept)
        simple, of_sounds = fit(old, everybody, shares), fit(of_two(old), looked_back(everybody), shares)
    weights["vowel_weight"][number], weights["vowel_bias"][number] = (one.numpy() for one in simple)
    weights["sound_weight"], weights["sound_bias"] = (one.numpy() for one in of_sounds)
    write(arguments.out, weights)


if __name__ == "__main__":
    main()
