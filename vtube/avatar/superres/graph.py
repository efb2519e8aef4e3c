"""ncnn's layers as OpenVINO operations: as many kinds as the networks here have.

Sources: https://github.com/Tencent/ncnn/wiki/operators and .../wiki/operation-param-weight-table (facts, not code).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from vtube.avatar.superres.ncnn import OUTPUTS, Layer
from vtube.errors import ModelError

KERNEL, STRIDE, PADDING, ACTIVATION, ACTIVATION_LIST = 1, 3, 4, 9, -23310
"""Keys of a convolution's settings."""
RELU, LEAKY_RELU, SIGMOID = 1, 2, 4
"""Kinds of activation."""
LEFT, TOP = 0, 1
"""Keys of a crop's settings."""
MODE, SCALE = 0, 1
"""Keys of a resampling's settings."""
MODES = {1: "nearest", 2: "linear_onnx", 3: "cubic"}
CUBIC = -0.75
"""Coefficient of ncnn's cubic."""


def model(layers: Sequence[Layer], shape: tuple[int, int, int, int]) -> ov.Model:
    """`layers` for inputs of `shape` (n, 3, rows, columns), [0, 1] float32; the last layer is the output.

    Raises:
        ModelError: a kind of layer is not known here, or the layers do not fit each other or the shape.
    """
    source = ops.parameter(list(shape), np.float32)
    blobs: dict[str, Node] = {}
    try:
        for layer in layers:
            if layer.kind == "Input":
                made = source
            else:
                made = _KINDS[layer.kind](layer, [blobs[name] for name in layer.inputs])
            blobs.update(dict.fromkeys(layer.outputs, made))
        return ov.Model([blobs[layers[-1].outputs[0]]], [source], "superres")
    except (KeyError, IndexError, ValueError, RuntimeError) as error:
        raise ModelError(f"this network does not fit: {error}") from None


def _convolution(layer: Layer, inputs: list[Node]) -> Node:
    kernel, stride, padding = layer.number(KERNEL), layer.number(STRIDE, 1), layer.number(PADDING)
    channels = inputs[0].get_output_shape(0)[1]
    weights = layer.weights.reshape(layer.number(OUTPUTS), channels, kernel, kernel)
    both, edge = [stride, stride], [padding, padding]
    y = ops.convolution(inputs[0], _constant(weights), both, edge, edge, [1, 1])
    return _activated(ops.add(y, _per_channel(layer.bias)), layer)


def _deconvolution(layer: Layer, inputs: list[Node]) -> Node:
    kernel, stride, padding = layer.number(KERNEL), layer.number(STRIDE, 1), layer.number(PADDING)
    channels = inputs[0].get_output_shape(0)[1]
    weights = layer.weights.reshape(layer.number(OUTPUTS), channels, kernel, kernel).transpose(1, 0, 2, 3)
    y = ops.convolution_backprop_data(
        inputs[0],
        _constant(np.ascontiguousarray(weights)),
        [stride, stride],
        pads_begin=[padding, padding],
        pads_end=[padding, padding],
    )
    return _activated(ops.add(y, _per_channel(layer.bias)), layer)


def _inner_product(layer: Layer, inputs: list[Node]) -> Node:
    outputs = layer.number(OUTPUTS)
    batch = inputs[0].get_output_shape(0)[0]
    flat = ops.reshape(inputs[0], _constant(np.array([batch, -1])), False)
    y = ops.matmul(flat, _constant(layer.weights.reshape(outputs, -1)), False, True)
    y = _activated(ops.add(y, _constant(layer.bias[None])), layer)
    return ops.reshape(y, _constant(np.array([batch, outputs, 1, 1])), False)


def _prelu(layer: Layer, inputs: list[Node]) -> Node:
    return ops.prelu(inputs[0], _constant(layer.weights))


def _pixel_shuffle(layer: Layer, inputs: list[Node]) -> Node:
    return ops.depth_to_space(inputs[0], "depth_first", layer.number(0))


def _resampled(layer: Layer, inputs: list[Node]) -> Node:
    scale, mode = np.full(2, layer.settings[SCALE], np.float32), MODES[layer.number(MODE)]
    return ops.interpolate(
        inputs[0],
        _constant(scale),
        mode,
        "scales",
        axes=_constant(np.array([2, 3])),
        coordinate_transformation_mode="asymmetric" if mode == "nearest" else "half_pixel",
        nearest_mode="floor",
        cube_coeff=CUBIC,
    )


def _pooled(_: Layer, inputs: list[Node]) -> Node:
    return ops.reduce_mean(inputs[0], _constant(np.array([2, 3])), True)


def _cropped(layer: Layer, inputs: list[Node]) -> Node:
    rows, columns = list(inputs[1].get_output_shape(0))[2:]
    top, left = layer.number(TOP), layer.number(LEFT)
    start, stop = np.array([top, left]), np.array([top + rows, left + columns])
    return ops.slice(
        inputs[0], _constant(start), _constant(stop), _constant(np.array([1, 1])), _constant(np.array([2, 3]))
    )


def _sum(_: Layer, inputs: list[Node]) -> Node:
    return ops.add(inputs[0], inputs[1])


def _product(_: Layer, inputs: list[Node]) -> Node:
    return ops.multiply(inputs[0], inputs[1])


_KINDS: dict[str, Callable[[Layer, list[Node]], Node]] = {
    "Split": lambda _, inputs: inputs[0],
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "InnerProduct": _inner_product,
    "PReLU": _prelu,
    "PixelShuffle": _pixel_shuffle,
    "Interp": _resampled,
    "Pooling": _pooled,
    "Crop": _cropped,
    "Eltwise": _sum,
    "BinaryOp": _sum,
    "Scale": _product,
}


def _activated(x: Node, layer: Layer) -> Node:
    kind = layer.number(ACTIVATION)
    if kind == RELU:
        return ops.relu(x)
    if kind == LEAKY_RELU:
        return ops.prelu(x, _constant(np.array([layer.settings[ACTIVATION_LIST]], np.float32)))
    return ops.sigmoid(x) if kind == SIGMOID else x


def _per_channel(values: NDArray[np.float32]) -> Node:
    return _constant(values.reshape(1, -1, 1, 1))


def _constant(value: NDArray[np.generic]) -> Node:
    return ops.constant(value.astype(np.int64 if value.dtype.kind == "i" else np.float32))
