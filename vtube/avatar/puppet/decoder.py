"""The decoders on OpenVINO: straight from their weights, without torch, with what the player needs as outputs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_layers import CPU_OPTIONS
from vtube.avatar.puppet.face_layers import CHOICE, FLOW_UNIT, around_of, bilinear
from vtube.avatar.puppet.layout import FULL, MOVING, NOTHING, SHIFT_UNIT, SLOPE, Shape
from vtube.errors import EngineError
from vtube.frame import Frame

log = logging.getLogger(__name__)

PADDED = [1, 1], [1, 1], [1, 1], [1, 1]
"""Of a convolution of 3 x 3: strides, padding at both ends, dilations."""
Weights = Mapping[str, NDArray[np.floating]]


def body_model(weights: Weights, shape: Shape) -> ov.Model:
    """(1, 6) to shift (128, 128, 2) float32 in pixels; what a body learns besides is not shown."""
    kept = MOVING * shape.shuffle**2
    weights = {**weights, **{name: weights[name][:kept] for name in ("head.weight", "head.bias")}}
    values, image = _decoded(weights, replace(shape, outputs=MOVING))
    shift = ops.multiply(image, _constant(np.float32(SHIFT_UNIT)))
    return ov.Model([_last_channels(shift)], [values], "body")


def face_model(weights: Weights, shape: Shape, neutral: Frame) -> ov.Model:
    """(1, 39) to the box of the face, (rows, columns, 3) uint8; `neutral`: the same of the pose of zeros.

    A face of more detail than the picture and one of layers come as (rows, columns, 4): RGBA premultiplied, what covers
    the drawing.
    """
    if shape.soft:
        return _layered_face(weights, shape, neutral)
    values, image = _decoded(weights, shape)
    colours = ops.clamp(ops.add(_channels(image, 0, 3), _picture(neutral[..., :3])), 0.0, 1.0)
    if shape.outputs == 3:
        return ov.Model([_pixels(colours)], [values], "face")
    cover = _or_nothing(ops.sigmoid(_channels(image, 3, 4)))
    return ov.Model([_pixels(ops.concat([ops.multiply(colours, cover), cover], 1))], [values], "face")


def _layered_face(weights: Weights, shape: Shape, neutral: Frame) -> ov.Model:
    """Of every pixel: chosen among the drawing, the neutral face, moved, and some paints. Layers are RGBA."""
    values, last = _last_level(weights, shape)
    logits = ops.depth_to_space(_convolved(last, weights, "head"), "depth_first", shape.shuffle)
    chosen = ops.softmax(ops.multiply(logits, _constant(np.float32(CHOICE))), 1)
    paints = _paints(last, weights, shape, around_of(neutral, shape.shuffle))
    layers = [_moved(neutral, _flow(last, weights, shape), shape)]
    layers += [ops.clamp(_channels(paints, first, first + 4), 0.0, 1.0) for first in range(0, 4 * shape.paints, 4)]
    parts = [ops.multiply(layer, _channels(chosen, number, number + 1)) for number, layer in enumerate(layers, 1)]
    cover = ops.subtract(_constant(np.float32(1)), _channels(chosen, 0, 1))
    return ov.Model([_pixels(ops.multiply(reduce(ops.add, parts), _counted(cover)))], [values], "face")


def _paints(last: Node, weights: Weights, shape: Shape, around: Frame) -> Node:
    """RGBA of each paint, opaque, one after the other: one convolution for all, its alpha has no weights."""
    taps, bias = weights["soft.weight"][2:], weights["soft.bias"][2:]
    opaque = np.zeros((shape.paints, 4, *taps.shape[1:]), np.float32)
    opaque[:, :3] = taps.reshape(shape.paints, 3, *taps.shape[1:])
    colours = np.ones((shape.paints, 4, *around.shape[:2]), np.float32)
    colours[:, :3] = around.transpose(2, 0, 1) / 255 + bias.reshape(shape.paints, 3, 1, 1)
    cells = ops.convolution(last, _constant(opaque.reshape(-1, *taps.shape[1:])), *PADDED)
    return _enlarged(ops.add(cells, _constant(colours.reshape(1, -1, *around.shape[:2]))), shape)


def _flow(last: Node, weights: Weights, shape: Shape) -> Node:
    """(1, 2, rows, columns): by how much each pixel of the neutral face is moved, in halves of its sides."""
    unit = 2 * FLOW_UNIT * (shape.shuffle / 2) / np.array(shape.size[::-1])
    cells = ops.convolution(last, _constant(weights["soft.weight"][:2] * unit[:, None, None, None]), *PADDED)
    return _enlarged(ops.add(cells, _constant((weights["soft.bias"][:2] * unit).reshape(1, 2, 1, 1))), shape)


def _moved(neutral: Frame, flow: Node, shape: Shape) -> Node:
    """The neutral face, opaque, as `flow` says from where each pixel comes."""
    rows, columns = shape.size
    x = (np.arange(columns) + 0.5) * 2 / columns - 1
    y = (np.arange(rows) + 0.5) * 2 / rows - 1
    grid = ops.add(flow, _constant(np.stack(np.meshgrid(x, y))[None]))
    sheet = np.dstack([neutral[..., :3], np.full(neutral.shape[:2], 255, np.uint8)])
    options = {"align_corners": False, "mode": "bilinear", "padding_mode": "border"}
    return ops.grid_sample(_picture(sheet), _turned(grid), options)


def _picture(pixels: Frame) -> Node:
    """(rows, columns, channels) bytes to (1, channels, rows, columns), full range."""
    return _constant(pixels.transpose(2, 0, 1)[None] / 255)


def _enlarged(cells: Node, shape: Shape) -> Node:
    """Bilinearly, from the middles of cells to those of pixels: OpenVINO multiplies matrices faster than it resizes."""
    down, across = (bilinear(size // shape.shuffle, shape.shuffle) for size in shape.size)
    rows = ops.matmul(_constant(down[None, None]), cells, False, False)
    return ops.matmul(rows, _constant(across), False, True)


def compiled(models: Sequence[ov.Model], precision: str) -> tuple[list[ov.InferRequest], str]:
    """`models` on one thread of the CPU, and their precision; auto: bf16 where the processor multiplies it, else f32.

    Raises:
        EngineError: the processor cannot.
    """
    core = new_core()
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    wanted = (["bf16", "f32"] if able else ["f32"]) if precision == "auto" else [precision]
    for choice in wanted:
        try:
            return [_compiled(core, model, choice) for model in models], choice
        except RuntimeError:
            log.info("OpenVINO does not calculate in %s here", choice)
    raise EngineError(f"OpenVINO cannot play a puppet in {precision} here")


def _compiled(core: ov.Core, model: ov.Model, precision: str) -> ov.InferRequest:
    options = {**CPU_OPTIONS, "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": 1}
    return core.compile_model(model, "CPU", options).create_infer_request()


def _decoded(weights: Weights, shape: Shape) -> tuple[Node, Node]:
    """The input, and the image (1, outputs, rows, columns)."""
    values, last = _last_level(weights, shape)
    return values, ops.depth_to_space(_convolved(last, weights, "head"), "depth_first", shape.shuffle)


def _last_level(weights: Weights, shape: Shape) -> tuple[Node, Node]:
    """The input, and what the convolutions at the end look at."""
    values = ops.parameter([1, shape.inputs], np.float32)
    x = told = values
    for name in ("linear1", "linear2", "linear3"):
        told = x
        x = ops.matmul(x, _constant(weights[f"{name}.weight"]), False, True)
        x = _activated(ops.add(x, _constant(weights[f"{name}.bias"][None])))
    x = ops.reshape(x, _constant(np.array([1, shape.widths[0], shape.rows, shape.columns])), False)
    for level in range(len(shape.widths) - 1):
        x = _level(x, weights, level, told if shape.styled else None)
    return values, x


def _level(x: Node, weights: Weights, level: int, told: Node | None) -> Node:
    name = f"levels.{level}"
    rows, columns = weights[f"{name}.place"].shape[2:]
    large = ops.interpolate(
        _convolved(x, weights, f"{name}.before"),
        _constant(np.array([rows, columns])),
        "nearest",
        "sizes",
        axes=_constant(np.array([2, 3])),
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    large = ops.add(large, _constant(weights[f"{name}.place"]))
    if told is not None:
        scale, shift = _style(told, weights, level)
        large = ops.add(ops.add(large, ops.multiply(large, scale)), shift)
    x = _activated(large)
    return ops.add(x, _activated(_convolved(x, weights, f"{name}.after")))


def _style(told: Node, weights: Weights, level: int) -> tuple[Node, Node]:
    """What the parameters say of a level's channels: (1, channels, 1, 1) each."""
    style = ops.matmul(told, _constant(weights[f"styles.{level}.weight"]), False, True)
    style = ops.add(style, _constant(weights[f"styles.{level}.bias"][None]))
    style = ops.unsqueeze(style, _constant(np.array([2, 3])))
    channels = style.get_output_shape(0)[1] // 2
    return _channels(style, 0, channels), _channels(style, channels, 2 * channels)


def _convolved(x: Node, weights: Weights, name: str) -> Node:
    y = ops.convolution(x, _constant(weights[f"{name}.weight"]), *PADDED)
    return ops.add(y, _constant(weights[f"{name}.bias"].reshape(1, -1, 1, 1)))


def _activated(x: Node) -> Node:
    return ops.prelu(x, _constant(np.array([SLOPE])))


def _channels(x: Node, start: int, stop: int) -> Node:
    one = _constant(np.array([1]))
    return ops.slice(x, _constant(np.array([start])), _constant(np.array([stop])), one, one)


def _or_nothing(x: Node) -> Node:
    """What is too little comes to 0, without a step; see `layout.NOTHING`."""
    return ops.multiply(x, _counted(ops.abs(x)))


def _counted(share: Node) -> Node:
    """How much of a share counts, [0, 1]."""
    above = ops.subtract(share, _constant(np.float32(NOTHING / 255)))
    return ops.clamp(ops.multiply(above, _constant(np.float32(255 / (FULL - NOTHING)))), 0.0, 1.0)


def _pixels(x: Node) -> Node:
    """[0, 1] to bytes, (rows, columns, channels)."""
    scaled = ops.round(ops.clamp(ops.multiply(x, _constant(np.float32(255))), 0.0, 255.0), "half_to_even")
    return ops.convert(_last_channels(scaled), "u8")


def _last_channels(x: Node) -> Node:
    return ops.squeeze(_turned(x), _constant(np.array([0])))


def _turned(x: Node) -> Node:
    """Channels last."""
    return ops.transpose(x, _constant(np.array([0, 2, 3, 1])))


def _constant(value: NDArray[np.generic] | np.float32) -> Node:
    array = np.asarray(value)
    return ops.constant(array.astype(np.int64 if array.dtype.kind == "i" else np.float32))
