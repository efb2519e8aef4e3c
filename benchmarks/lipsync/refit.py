"""Fits the vowel layer of Mandarin again, the rest of the network as it is.

python -m benchmarks.lipsync.refit CORPUS_DIR OUT.npz [--weights NPZ]

Needs the corpora `finals_zh` and `finals_zh_kept`, and the weights that `train` wrote, which it holds the layer to: it
is not for weights that it has written itself. Nothing that another language uses changes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.lipsync.labels import VOWELS, Clip, load_clips
from benchmarks.lipsync.passes import frames_of, throat, unsure_silence
from vtube.audio.vowels import LANGUAGES, WEIGHTS, Array, VowelNetwork, load_weights

LANGUAGE = "zh"
THROATS = 3
"""How often each clip is heard, each time from another throat."""

HELD = 0.005
"""How firmly the layer is held to what it was: the weight of the squared change beside the mean loss of a frame; of
0.05, 0.02, 0.01, 0.005, 0.0025 and 0.001 the firmest that is within 0.002 of the best for the voices that are kept."""

SHARES = (0.192, 0.337, 0.185, 0.166, 0.121)
"""Of the vowels a i u e o in running text: the words of jieba 0.42.1's dictionary by how often it says that they occur,
as pinyin by pypinyin, each final in the parts of `labels.MANDARIN`."""

STEPS = 60


def heard(clips: list[Clip], weights: dict[str, Array], seed: int) -> tuple[Tensor, Tensor]:
    """The network's memory (N, hidden) at all vowel frames of the clips, and the vowels (N,) that they are."""
    random, network = np.random.default_rng(seed), VowelNetwork(weights, LANGUAGE)
    memories: list[NDArray[np.float32]] = []
    vowels: list[int] = []
    for clip in [one for _ in range(THROATS) for one in clips]:
        frames = frames_of(unsure_silence(clip), LANGUAGE, throat(random))
        network.forget()
        for inputs, vowel in zip(frames.inputs.astype(np.float32), frames.vowels.tolist(), strict=True):
            memory = network.step(inputs).memory
            if vowel >= 0:
                memories.append(memory)
                vowels.append(vowel)
    return torch.from_numpy(np.stack(memories)), torch.tensor(vowels)


def fit(
    layer: tuple[Tensor, Tensor], memories: Tensor, vowels: Tensor, shares: Tensor, held: float = HELD
) -> tuple[Tensor, Tensor]:
    """The layer (5, hidden) and (5,) that names the vowels best, held to what it was.

    Each vowel counts as if it were that share of the frames which it is in `shares`.
    """
    weight, bias = layer
    counts = shares * len(vowels) / torch.bincount(vowels, minlength=len(VOWELS)).clamp(min=1)
    changes = [torch.zeros_like(weight).requires_grad_(), torch.zeros_like(bias).requires_grad_()]
    optimizer = torch.optim.LBFGS(changes, max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = memories @ (weight + changes[0]).T + bias + changes[1]
        wrong = torch.nn.functional.cross_entropy(logits, vowels, weight=counts)
        total = wrong + held * sum(change.square().sum() for change in changes)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return (weight + changes[0]).detach(), (bias + changes[1]).detach()


def right(layer: tuple[Tensor, Tensor], memories: Tensor, vowels: Tensor) -> float:
    """The share of frames that the layer names rightly."""
    return float(((memories @ layer[0].T + layer[1]).argmax(1) == vowels).float().mean())


def main() -> None:
    """Fit to the first voices, say how well the kept ones are heard, fit to all, write the weights."""
    parser = argparse.ArgumentParser(description="Fit the vowel layer of Mandarin again.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    weights, number = load_weights(arguments.weights), LANGUAGES.index(LANGUAGE)
    old = torch.from_numpy(weights["vowel_weight"][number]), torch.from_numpy(weights["vowel_bias"][number])
    first, kept = (
        heard(load_clips(arguments.corpus / f"{name}.npz"), weights, seed)
        for seed, name in enumerate(("finals_zh", "finals_zh_kept"))
    )
    shares = torch.tensor(SHARES)
    print(f"kept voices: {right(old, *kept):.3f} before, {right(fit(old, *first, shares), *kept):.3f} after")
    both = torch.cat((first[0], kept[0])), torch.cat((first[1], kept[1]))
    weight, bias = fit(old, *both, shares)
    weights["vowel_weight"][number], weights["vowel_bias"][number] = weight.numpy(), bias.numpy()
    kept_small = {name: array.astype(np.float16) for name, array in weights.items()}
    np.savez_compressed(arguments.out, **kept_small)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
