"""Many networks of the recogniser's kind side by side, each with weights of its own, for learning.

All tensors have the network as their first axis: N networks, B sequences, T frames, H numbers of memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtube.audio import vowels as program
from vtube.audio.features import INPUTS
from vtube.audio.vowel_sounds import LOOKS, SOUNDS
from vtube.audio.vowels import LANGUAGES, OF_SOUNDS

FIRST = 40
"""Numbers in the first layer."""

VOWELS = 5


class Networks:
    """What `vtube.audio.vowels.VowelNetwork` runs.

    Attributes:
        weights: by name; (N, inputs, outputs) of layers and (N, 1, outputs) of biases.
    """

    def __init__(self, count: int, hidden: int, seed: int, device: str = "cpu") -> None:
        """`count` networks with `hidden` numbers of memory; weights are as torch's layers begin with."""
        self.count, self.hidden, self.device = count, hidden, device
        generator = torch.Generator().manual_seed(seed)

        def layer(inputs: int, outputs: int, fan: int) -> tuple[Tensor, Tensor]:
            weight, bias = (
                (torch.rand(count, rows, outputs, generator=generator) * 2 - 1) / math.sqrt(fan) for rows in (inputs, 1)
            )
            return weight.to(device).requires_grad_(), bias.to(device).requires_grad_()

        self.weights: dict[str, Tensor] = {
            "language": torch.zeros(count, len(LANGUAGES) - 1, 3 * hidden, device=device, requires_grad=True)
        }
        for name, inputs, outputs, fan in (
            ("first", INPUTS, FIRST, INPUTS),
            ("input", FIRST, 3 * hidden, hidden),
            ("recurrent", hidden, 3 * hidden, hidden),
            ("vowel", hidden, VOWELS * len(LANGUAGES), hidden),
            ("phone_class", hidden, program.PHONE_CLASSES, hidden),
        ):
            self.weights[name], self.weights[f"{name}_bias"] = layer(inputs, outputs, fan)

    def forward(self, inputs: Tensor, languages: Tensor, dropped: float = 0.0) -> tuple[Tensor, Tensor]:
        """What they say.

        Args:
            inputs: (N, B, T, INPUTS).
            languages: (N, B) numbers of the languages that they are told.
            dropped: the share of the memory that the last layers do not see.

        Returns:
            logits of the vowels (N, B, T, LANGUAGES, 5) and of the phone classes (N, B, T, PHONE_CLASSES).
        """
        w, (count, batch, frames, _) = self.weights, inputs.shape
        first = torch.tanh(torch.baddbmm(w["first_bias"], inputs.reshape(count, batch * frames, -1), w["first"]))
        arrived = torch.baddbmm(w["input_bias"], first, w["input"]).view(count, batch, frames, -1)
        told = languages.unsqueeze(-1) == torch.arange(1, len(LANGUAGES), device=languages.device)
        arrived = arrived + torch.bmm(told.float(), w["language"]).unsqueeze(2)
        memory = recur(arrived.permute(2, 0, 1, 3).contiguous(), w["recurrent"], w["recurrent_bias"])
        memory = memory.permute(1, 2, 0, 3)
        if dropped:
            memory = memory * ((torch.rand_like(memory) >= dropped).float() / (1 - dropped))
        memory = memory.reshape(count, batch * frames, -1)
        vowels = torch.baddbmm(w["vowel_bias"], memory, w["vowel"])
        phone_classes = torch.baddbmm(w["phone_class_bias"], memory, w["phone_class"])
        return vowels.view(count, batch, frames, len(LANGUAGES), VOWELS), phone_classes.view(count, batch, frames, -1)

    def copy(self) -> Networks:
        """The same weights in other tensors, which learn nothing."""
        return self._with({name: weight.detach().clone() for name, weight in self.weights.items()})

    def alone(self, number: int) -> Networks:
        """One of them, in other tensors, to learn on."""
        weights = {name: weight[number : number + 1].detach().clone() for name, weight in self.weights.items()}
        return self._with({name: weight.requires_grad_() for name, weight in weights.items()})

    def _with(self, weights: dict[str, Tensor]) -> Networks:
        other = Networks(0, self.hidden, 0, self.device)
        other.count, other.weights = len(weights["first"]), weights
        return other

    def exported(self, number: int) -> dict[str, NDArray[np.float16]]:
        """The weights of one of them as the program reads them."""
        w = {name: weight[number].detach().float().cpu().numpy() for name, weight in self.weights.items()}
        vowels = w["vowel"].T.reshape(len(LANGUAGES), VOWELS, -1), w["vowel_bias"].reshape(len(LANGUAGES), VOWELS)
        sounds = np.zeros((SOUNDS // VOWELS, VOWELS, LOOKS * self.hidden), np.float32)
        sounds[..., : self.hidden] = vowels[0][LANGUAGES.index(OF_SOUNDS)]
        told = np.concatenate((np.zeros((1, 3 * self.hidden), np.float32), w["language"]))
        arrays = {
            "first_weight": w["first"].T,
            "first_bias": w["first_bias"][0],
            "input": w["input"].T,
            "input_bias": w["input_bias"] + told,
            "recurrent": w["recurrent"].T,
            "recurrent_bias": w["recurrent_bias"][0],
            "vowel_weight": vowels[0],
            "vowel_bias": vowels[1],
            "sound_weight": sounds.reshape(SOUNDS, -1),
            "sound_bias": np.tile(vowels[1][LANGUAGES.index(OF_SOUNDS)], SOUNDS // VOWELS),
            "phone_class_weight": w["phone_class"].T,
            "phone_class_bias": w["phone_class_bias"][0],
        }
        return {name: array.astype(np.float16) for name, array in arrays.items()}


def recur(arrived: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The gated recurrent unit as PyTorch writes it, of many networks at once.

    Args:
        arrived: (T, N, B, 3H) what the inputs give to the gates reset, update, new, bias included.
        weight: (N, H, 3H) from the memory to the gates.
        bias: (N, 1, 3H) of the same.

    Returns:
        (T, N, B, H) the memory after each frame.
    """
    memory: Tensor = _Recurrence.apply(arrived, weight, bias)  # type: ignore[no-untyped-call]
    return memory


class _Recurrence(torch.autograd.Function):
    """With a backward of its own: few operations per frame, the rest for all frames at once."""

    @staticmethod
    def forward(ctx: Any, arrived: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        frames, count, batch, gates = arrived.shape
        hidden = gates // 3
        memory = arrived.new_zeros(frames + 1, count, batch, hidden)
        reset_update = arrived.new_empty(frames, count, batch, 2 * hidden)
        new, kept_new = (arrived.new_empty(frames, count, batch, hidden) for _ in range(2))
        for t in range(frames):
            kept = torch.baddbmm(bias, memory[t], weight)
            torch.add(arrived[t, :, :, : 2 * hidden], kept[..., : 2 * hidden], out=reset_update[t])
            reset_update[t].sigmoid_()
            kept_new[t].copy_(kept[..., 2 * hidden :])
            torch.addcmul(arrived[t, :, :, 2 * hidden :], reset_update[t, :, :, :hidden], kept_new[t], out=new[t])
            new[t].tanh_()
            torch.lerp(new[t], memory[t], reset_update[t, :, :, hidden:], out=memory[t + 1])
        ctx.save_for_backward(memory, reset_update, new, kept_new, weight)
        return memory[1:]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        memory, reset_update, new, kept_new, weight = ctx.saved_tensors
        frames, count, batch, hidden = new.shape
        reset, update = reset_update[..., :hidden], reset_update[..., hidden:]
        of_new = (1 - update) * (1 - new * new)
        of_update = (memory[:-1] - new) * update * (1 - update)
        of_reset = of_new * kept_new * reset * (1 - reset)
        slopes = torch.stack((of_reset, of_update, of_new * reset), 3)
        to_gates, to_memory = torch.empty_like(slopes), torch.empty_like(new)
        flat, back = to_gates.view(frames, count, batch, 3 * hidden), weight.transpose(1, 2).contiguous()
        gradient = gradient.contiguous()
        now = gradient[-1]
        for t in range(frames - 1, -1, -1):
            to_memory[t].copy_(now)
            torch.mul(to_memory[t].unsqueeze(2), slopes[t], out=to_gates[t])
            if t:
                kept = torch.addcmul(gradient[t - 1], to_memory[t], update[t])
                now = torch.baddbmm(kept, flat[t], back)
        to_arrived = torch.cat((flat[..., : 2 * hidden], to_memory * of_new), -1)
        before = memory[:-1].permute(1, 3, 0, 2).reshape(count, hidden, frames * batch)
        gates = flat.permute(1, 0, 2, 3).reshape(count, frames * batch, 3 * hidden)
        return to_arrived, torch.bmm(before, gates), gates.sum(1, keepdim=True)


@torch.no_grad()
def together(networks: Networks, inputs: Tensor, languages: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of what all networks say of (B, T, INPUTS) with (B,) languages.

    Returns:
        probabilities of the vowels (1, B, T, LANGUAGES, 5) and of the phone classes (1, B, T, PHONE_CLASSES).
    """
    every: Iterable[Tensor] = networks.forward(
        inputs.expand(networks.count, *inputs.shape).contiguous(),
        languages.expand(networks.count, -1).contiguous(),
    )
    vowels, phone_classes = (logits.softmax(-1).mean(0, keepdim=True) for logits in every)
    return vowels, phone_classes
