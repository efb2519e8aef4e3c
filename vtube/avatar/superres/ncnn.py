"""Networks in ncnn's format, read without ncnn.

A `.param` is text: a magic number, two counts, then a layer a line: kind, name, how many blobs go in and come out,
their names, and `key=value` pairs. A `.bin` holds the numbers of the layers in the same order: weights after a flag
that says their kind, biases and slopes bare. Source: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtube.errors import ModelError

MAGIC = "7767517"
FLAG_FLOAT32, FLAG_FLOAT16 = 0, 0x01306B47
ALIGNMENT = 4
"""Bytes; weights are padded to a multiple."""
MOST_BYTES = 64_000_000

OUTPUTS, HAS_BIAS, WEIGHTS = 0, 5, 6
INNER_BIAS, INNER_WEIGHTS = 1, 2
"""Keys of a layer's numbers; inner products count differently from convolutions."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    settings: Mapping[int, float]
    """Keys below -23300 are lists, kept without their count as the last number: activations have one."""
    weights: Numbers = field(default_factory=lambda: np.zeros(0, np.float32))
    bias: Numbers = field(default_factory=lambda: np.zeros(0, np.float32))

    def number(self, key: int, default: int = 0) -> int:
        """A setting as a whole number."""
        return int(self.settings.get(key, default))


def read(param: Path, numbers: Path) -> list[Layer]:
    """The network of the files `param` and `numbers` (.bin), layer by layer.

    Raises:
        ModelError: a file cannot be read, is not of ncnn, or the two do not belong together.
    """
    try:
        lines = param.read_text("ascii").splitlines()
        if numbers.stat().st_size > MOST_BYTES:
            raise ModelError(f"{numbers.name} is too large")
        source = _Numbers(numbers.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"cannot read {param.with_suffix('')}: {error}") from None
    if not lines or lines[0].strip() != MAGIC:
        raise ModelError(f"{param.name} is not a network of ncnn")
    try:
        layers = [_filled(_layer(line.split()), source) for line in lines[2:] if line.strip()]
    except (ValueError, IndexError):
        raise ModelError(f"{param.name} is damaged, or belongs to another {numbers.name}") from None
    if not source.is_at_end:
        raise ModelError(f"{numbers.name} is longer than {param.name} says")
    return layers


class _Numbers:
    """What is left of a `.bin`."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._data)

    def weights(self, count: int) -> Numbers:
        """`count` numbers after their flag."""
        flag = int(self._take(1, np.dtype("<u4"))[0])
        if flag not in (FLAG_FLOAT32, FLAG_FLOAT16):
            raise ValueError(f"weights of an unknown kind {flag:#x}")
        values = self._take(count, np.dtype("<f2" if flag else "<f4"))
        self._place += -self._place % ALIGNMENT
        return values.astype(np.float32)

    def bare(self, count: int) -> Numbers:
        """`count` float32."""
        return self._take(count, np.dtype("<f4")).astype(np.float32)

    def _take(self, count: int, kind: np.dtype[np.generic]) -> NDArray[np.generic]:
        values = np.frombuffer(self._data, kind, count, self._place)
        self._place += values.nbytes
        return values


def _layer(words: list[str]) -> Layer:
    inputs, outputs = int(words[2]), int(words[3])
    names = words[4 : 4 + inputs + outputs]
    settings = dict(_setting(word) for word in words[4 + inputs + outputs :])
    return Layer(words[0], tuple(names[:inputs]), tuple(names[inputs:]), settings)


def _setting(word: str) -> tuple[int, float]:
    key, value = word.split("=")
    return int(key), float(value.split(",")[-1])


def _filled(layer: Layer, source: _Numbers) -> Layer:
    if layer.kind in ("Convolution", "Deconvolution"):
        count, has_bias = layer.number(WEIGHTS), layer.number(HAS_BIAS)
    elif layer.kind == "InnerProduct":
        count, has_bias = layer.number(INNER_WEIGHTS), layer.number(INNER_BIAS)
    elif layer.kind == "PReLU":
        return Layer(layer.kind, layer.inputs, layer.outputs, layer.settings, source.bare(layer.number(OUTPUTS)))
    else:
        return layer
    weights = source.weights(count)
    bias = source.bare(layer.number(OUTPUTS)) if has_bias else np.zeros(layer.number(OUTPUTS), np.float32)
    return Layer(layer.kind, layer.inputs, layer.outputs, layer.settings, weights, bias)
