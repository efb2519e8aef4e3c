"""ncnn's layers as torch does them: for a card, where many faces are enlarged while a puppet is made. See `graph`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, interpolate, leaky_relu, linear, pixel_shuffle, prelu

from vtube.avatar.superres.graph import (
    ACTIVATION,
    ACTIVATION_LIST,
    KERNEL,
    LEAKY_RELU,
    LEFT,
    MODE,
    PADDING,
    RELU,
    SCALE,
    SIGMOID,
    STRIDE,
    TOP,
)
from vtube.avatar.superres.ncnn import OUTPUTS, Layer
from vtube.errors import ModelError

MODES = {1: "nearest", 2: "bilinear", 3: "bicubic"}

Numbers = tuple[Tensor, Tensor]
"""Weights and bias of a layer."""


class Network:
    """Layers on a device of torch."""

    def __init__(self, layers: Sequence[Layer], device: str) -> None:
        """The last layer is the output."""
        self._layers, self.device = layers, torch.device(device)
        self._numbers = [
            (torch.from_numpy(layer.weights).to(device), torch.from_numpy(layer.bias).to(device)) for layer in layers
        ]

    def __call__(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 3, rows, columns) in [0, 1] to what the last layer makes of it.

        Raises:
            ModelError: a kind of layer is not known here, or the layers do not fit each other or the pictures.
        """
        try:
            made: NDArray[np.float32] = self._made(torch.from_numpy(pictures).to(self.device)).cpu().numpy()
        except (KeyError, IndexError, RuntimeError) as error:
            raise ModelError(f"this network does not fit: {error}") from None
        return made

    @torch.no_grad()
    def _made(self, pictures: Tensor) -> Tensor:
        blobs: dict[str, Tensor] = {}
        for layer, numbers in zip(self._layers, self._numbers, strict=True):
            inputs = [blobs[name] for name in layer.inputs]
            made = pictures if layer.kind == "Input" else _KINDS[layer.kind](layer, numbers, inputs)
            blobs.update(dict.fromkeys(layer.outputs, made))
        return made


def _convolution(layer: Layer, numbers: Numbers, inputs: list[Tensor]) -> Tensor:
    weights = numbers[0].reshape(layer.number(OUTPUTS), -1, layer.number(KERNEL), layer.number(KERNEL))
    stride, padding = layer.number(STRIDE, 1), layer.number(PADDING)
    return _activated(conv2d(inputs[0], weights, numbers[1], stride, padding), layer)


def _deconvolution(layer: Layer, numbers: Numbers, inputs: list[Tensor]) -> Tensor:
    weights = numbers[0].reshape(layer.number(OUTPUTS), -1, layer.number(KERNEL), layer.number(KERNEL))
    stride, padding = layer.number(STRIDE, 1), layer.number(PADDING)
    made = conv_transpose2d(inputs[0], weights.transpose(0, 1).contiguous(), numbers[1], stride, padding)
    return _activated(made, layer)


def _inner_product(layer: Layer, numbers: Numbers, inputs: list[Tensor]) -> Tensor:
    flat = inputs[0].flatten(1)
    made = linear(flat, numbers[0].reshape(layer.number(OUTPUTS), -1), numbers[1])
    return _activated(made, layer)[:, :, None, None]


def _resampled(layer: Layer, _: Numbers, inputs: list[Tensor]) -> Tensor:
    mode = MODES[layer.number(MODE)]
    corners = None if mode == "nearest" else False
    return interpolate(inputs[0], scale_factor=layer.settings[SCALE], mode=mode, align_corners=corners)


def _cropped(layer: Layer, _: Numbers, inputs: list[Tensor]) -> Tensor:
    rows, columns = inputs[1].shape[2:]
    top, left = layer.number(TOP), layer.number(LEFT)
    return inputs[0][:, :, top : top + rows, left : left + columns]


_KINDS: dict[str, Callable[[Layer, Numbers, list[Tensor]], Tensor]] = {
    "Split": lambda _, numbers, inputs: inputs[0],
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "InnerProduct": _inner_product,
    "PReLU": lambda _, numbers, inputs: prelu(inputs[0], numbers[0]),
    "PixelShuffle": lambda layer, _, inputs: pixel_shuffle(inputs[0], layer.number(0)),
    "Interp": _resampled,
    "Pooling": lambda _, numbers, inputs: inputs[0].mean((2, 3), keepdim=True),
    "Crop": _cropped,
    "Eltwise": lambda _, numbers, inputs: inputs[0] + inputs[1],
    "BinaryOp": lambda _, numbers, inputs: inputs[0] + inputs[1],
    "Scale": lambda _, numbers, inputs: inputs[0] * inputs[1],
}


def _activated(x: Tensor, layer: Layer) -> Tensor:
    kind = layer.number(ACTIVATION)
    if kind == RELU:
        return x.relu()
    if kind == LEAKY_RELU:
        return leaky_relu(x, layer.settings[ACTIVATION_LIST])
    return x.sigmoid() if kind == SIGMOID else x
