"""The four steps of THA3 as OpenVINO models, straight from the weights: no torch, nothing to convert or to cache.

Building and compiling takes a fraction of a second. Inputs and outputs as in `vtube.avatar.tha3.poser`, except where
said; where eyebrow or face features meet the pose, the part that no pose changes is computed in the step before.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from vtube.avatar.colour import LINEAR_KNEE, SRGB_OF_FOURTH_ROOT
from vtube.avatar.engines.openvino_layers import Layers, Weights, constant
from vtube.errors import ModelError
from vtube.frame import SIZE

EYEBROWS, FACE, HALF = 128, 192, 256
BOTTLENECK = 512
"""Channels where the pose meets the features of the eyebrow and face networks."""
STAGES = range(1, 4)
BLOCKS = range(6)
SLOPES = {
    "eyebrow_decomposer": 0.0,
    "eyebrow_morphing_combiner": 0.0,
    "face_morpher": 0.0,
    "two_algo_face_body_rotator": 0.1,
    "editor": 0.1,
}
"""Each network's activation: the slope of its negative side."""
UNUSED = ("combine_alpha.", "direct_creator.")
"""Heads that were trained and have weights, but whose outputs no step uses."""


def build(networks: Mapping[str, Weights], separable: bool, half_precision: bool) -> dict[str, ov.Model]:
    """The models `picture`, `eyebrows`, `face` and `body`.

    Raises:
        ModelError: weights are missing or misshapen, or there are some that no network of THA3 has.
    """

    def layers(name: str, slope: float) -> Layers:
        if name not in networks:
            raise ModelError(f"the weights of {name} are missing; `vtube models fetch` gets them again")
        return Layers(name, networks[name], separable, slope, slope if separable else 0.0, not half_precision)

    every = {name: layers(name, slope) for name, slope in SLOPES.items()}
    decomposer, combiner, morpher, rotator, editor = every.values()
    try:
        models = {
            "picture": _picture(decomposer, combiner),
            "eyebrows": _eyebrows(combiner, morpher),
            "face": _face(morpher),
            "body": _body(rotator, editor),
        }
    except RuntimeError as error:  # a shape does not go with the one before
        raise ModelError(f"these weights do not fit the networks of THA3: {str(error).splitlines()[-1]}") from None
    for network in every.values():
        network.check_all_read(UNUSED)
    return models


def _picture(decomposer: Layers, combiner: Layers) -> ov.Model:
    """Picture to background, eyebrows, and the combiner's bottleneck before its pose (1, 512, 16, 16)."""
    picture = _input(4, SIZE)
    brows = _cut(picture, 64, 192, EYEBROWS)
    features = decomposer.block(_encoded(decomposer, brows, "body"), "body.bottleneck_blocks.0")
    alpha, colour, brow_alpha, brow_colour = decomposer.heads(
        _decoded(decomposer, features, "body"),
        "background_layer_alpha",
        "background_layer_color_change",
        "eyebrow_layer_alpha",
        "eyebrow_layer_color_change",
    )
    background = _mix(ops.sigmoid(alpha), ops.tanh(colour), brows)
    layer = _mix(ops.sigmoid(brow_alpha), brows, ops.tanh(brow_colour))
    encoded = _encoded(combiner, ops.concat([background, layer], 1), "body")
    return ov.Model([background, layer, _before_pose(combiner, encoded, "body")], [picture], "picture")


def _eyebrows(combiner: Layers, morpher: Layers) -> ov.Model:
    """Picture, results of `picture`, (1, 12) to face and the morpher's bottleneck before its pose (1, 512, 24, 24)."""
    picture, background, layer = _input(4, SIZE), _input(4, EYEBROWS), _input(4, EYEBROWS)
    features, pose = _input(BOTTLENECK, EYEBROWS // 8), _values(12)
    shift, alpha, colour = combiner.heads(
        _posed(combiner, features, pose, "body"),
        "morphed_eyebrow_layer_grid_change",
        "morphed_eyebrow_layer_alpha",
        "morphed_eyebrow_layer_color_change",
    )
    moved = _mix(ops.sigmoid(alpha), ops.tanh(colour), _warp(layer, shift))
    weight = ops.multiply(ops.add(_channels(moved, 3, 4), constant(1.0)), constant(0.5))
    brows = ops.concat(
        [_mix(weight, _channels(moved, 0, 3), _channels(background, 0, 3)), _channels(background, 3, 4)], 1
    )
    face = _pasted(_cut(picture, 32, 160, FACE), brows, 32, 32)
    encoded = _before_pose(morpher, _encoded(morpher, face, _face_body(morpher)), _face_body(morpher))
    return ov.Model([face, encoded], [picture, background, layer, features, pose], "eyebrows")


def build_face(weights: Weights, separable: bool, half_precision: bool, size: int) -> dict[str, ov.Model]:
    """The face morpher alone, for a square of `size` pixels, a multiple of 8; trained at 192.

    `encode` takes (1, 4, size, size) to the bottleneck before its pose; `decode` takes both and (1, 27) to the morphed
    image, (1, 4, size, size).

    Raises:
        ModelError: weights are missing or misshapen.
    """
    slope = SLOPES["face_morpher"]
    morpher = Layers("face_morpher", weights, separable, slope, slope, not half_precision)
    seen, face, features, pose = _input(4, size), _input(4, size), _input(BOTTLENECK, size // 8), _values(27)
    try:
        encoded = _before_pose(morpher, _encoded(morpher, seen, _face_body(morpher)), _face_body(morpher))
        morphed = _morphed(morpher, face, features, pose)
    except RuntimeError as error:  # a shape does not go with the one before
        raise ModelError(f"these weights do not fit the networks of THA3: {str(error).splitlines()[-1]}") from None
    return {
        "encode": ov.Model([encoded], [seen], "encode"),
        "decode": ov.Model([morphed], [face, features, pose], "decode"),
    }


def _face(morpher: Layers) -> ov.Model:
    """Picture, results of `eyebrows`, (1, 27) to the picture with its new face, at both sizes."""
    picture, face = _input(4, SIZE), _input(4, FACE)
    features, pose = _input(BOTTLENECK, FACE // 8), _values(27)
    full = _pasted(picture, _morphed(morpher, face, features, pose), 32, 160)
    half = ops.avg_pool(full, [2, 2], [0, 0], [0, 0], [2, 2], True)  # stays float32 among bfloat16
    return ov.Model([full, half], [picture, face, features, pose], "face")


def _morphed(morpher: Layers, face: Node, features: Node, pose: Node) -> Node:
    shift, colour, alpha, eye_colour, eye_alpha = morpher.heads(
        _posed(morpher, features, pose, _face_body(morpher)),
        "iris_mouth_grid_change",
        "iris_mouth_color_change",
        "iris_mouth_alpha",
        "eye_color_change",
        "eye_alpha",
    )
    mouth = _mix(ops.sigmoid(alpha), ops.tanh(colour), _warp(face, shift))
    return _mix(ops.sigmoid(eye_alpha), ops.tanh(eye_colour), mouth)


def _face_body(morpher: Layers) -> str:
    """The prefix of the body's weights, which the standard variant's file lacks."""
    return "body" if "body.downsample_blocks.0.0.weight" in morpher.weights else ""


def _body(rotator: Layers, editor: Layers) -> ov.Model:
    """Results of `face` and (1, 6) to the frame (512, 512, 4) uint8, the image behind it and the whole grid change."""
    full, half, pose = _input(4, SIZE), _input(4, HALF), _values(6)
    y = rotator.block(ops.concat([half, _spread(pose, HALF)], 1), "encoder_decoder.downsample_blocks.0")
    for stage in STAGES:
        y = rotator.downsample(y, f"encoder_decoder.downsample_blocks.{stage}")
    for block in BLOCKS:
        y = rotator.resnet(y, f"encoder_decoder.bottleneck_blocks.{block}")
    for stage in STAGES:
        y = rotator.resize(y, f"encoder_decoder.upsample_blocks.{stage - 1}.1")
    (shift,) = rotator.heads(y, "grid_change_creator")
    turned = _doubled(ops.concat([_warp(half, shift), shift], 1))
    image, whole = _edited(editor, full, turned, pose)
    return ov.Model([_displayed(image), image, whole], [full, half, pose], "body")


def _edited(editor: Layers, full: Node, turned: Node, pose: Node) -> tuple[Node, Node]:
    """The image, and the shift (1, 2, 512, 512) by which it samples `full`."""
    y = editor.block(ops.concat([full, turned, _spread(pose, SIZE)], 1), "body.downsample_blocks.0")
    levels = [y]
    for stage in STAGES:
        levels.append(editor.downsample(levels[-1], f"body.downsample_blocks.{stage}"))
    y = levels.pop()
    for block in BLOCKS:
        y = editor.resnet(y, f"body.bottleneck_blocks.{block}")
    for stage in STAGES:
        y = editor.resize(y, f"body.upsample_blocks.{stage - 1}", beside=levels.pop())
    colour, alpha, further = editor.heads(y, "color_change_creator", "alpha_creator", "grid_change_creator")
    whole = ops.add(_channels(turned, 4, 6), further)
    return _mix(ops.sigmoid(alpha), ops.tanh(colour), _warp(full, whole)), whole


def _encoded(layers: Layers, image: Node, body: str) -> Node:
    y = layers.block(image, _under(body, "downsample_blocks.0"))
    for stage in STAGES:
        y = layers.downsample(y, _under(body, f"downsample_blocks.{stage}"))
    return y


def _before_pose(layers: Layers, features: Node, body: str) -> Node:
    kernels, _ = layers.split(_under(body, "bottleneck_blocks.0"), BOTTLENECK)
    return layers.convolve(features, kernels)


def _posed(layers: Layers, features: Node, pose: Node, body: str) -> Node:
    first = _under(body, "bottleneck_blocks.0")
    _, kernels = layers.split(first, BOTTLENECK)
    spread = _spread(pose, features.get_output_shape(0)[2])
    return _decoded(layers, layers.finish(ops.add(features, layers.convolve(spread, kernels)), first), body)


def _decoded(layers: Layers, features: Node, body: str) -> Node:
    for block in BLOCKS[1:]:
        features = layers.resnet(features, _under(body, f"bottleneck_blocks.{block}"))
    for stage in STAGES:
        features = layers.upsample(features, _under(body, f"upsample_blocks.{stage - 1}"))
    return features


def _under(body: str, name: str) -> str:
    return f"{body}.{name}" if body else name


def _input(channels: int, size: int) -> Node:
    return ops.parameter([1, channels, size, size], np.float32)


def _values(count: int) -> Node:
    return ops.parameter([1, count], np.float32)


def _spread(pose: Node, size: int) -> Node:
    """(1, P) to (1, P, size, size), by a product: the plug-in's broadcast is slower."""
    values = ops.reshape(pose, constant(np.array([1, -1, 1, 1])), False)
    return ops.multiply(values, constant(np.ones((1, 1, size, size), np.float32)))


def _channels(x: Node, start: int, stop: int) -> Node:
    return ops.slice(
        x, constant(np.array([start])), constant(np.array([stop])), constant(np.array([1])), constant(np.array([1]))
    )


def _cut(x: Node, top: int, left: int, size: int) -> Node:
    return _box(x, top, top + size, left, left + size)


def _box(x: Node, top: int, bottom: int, left: int, right: int) -> Node:
    return ops.slice(
        x,
        constant(np.array([top, left])),
        constant(np.array([bottom, right])),
        constant(np.array([1, 1])),
        constant(np.array([2, 3])),
    )


def _pasted(under: Node, patch: Node, top: int, left: int) -> Node:
    """`under` with `patch` at `top`, `left`."""
    size, inner = under.get_output_shape(0)[2], patch.get_output_shape(0)[2]
    bottom, right = top + inner, left + inner
    middle = ops.concat([_box(under, top, bottom, 0, left), patch, _box(under, top, bottom, right, size)], 3)
    return ops.concat([_box(under, 0, top, 0, size), middle, _box(under, bottom, size, 0, size)], 2)


def _mix(alpha: Node, over: Node, under: Node) -> Node:
    """`over` where `alpha` is 1, `under` where it is 0."""
    return ops.add(ops.multiply(ops.subtract(over, under), alpha), under)


def _warp(image: Node, shift: Node) -> Node:
    """As `vtube.avatar.tha3.warp.warp`."""
    places = ops.transpose(shift, constant(np.array([0, 2, 3, 1])))
    grid = ops.add(places, constant(_identity_grid(image.get_output_shape(0)[2])))
    options = {"align_corners": False, "mode": "bilinear", "padding_mode": "border"}
    return ops.grid_sample(image, grid, options)


def _identity_grid(size: int) -> NDArray[np.float32]:
    centres = ((np.arange(size) * 2 + 1) / size - 1).astype(np.float32)
    return np.stack(np.meshgrid(centres, centres), 2)[None]


def _doubled(x: Node) -> Node:
    """Bilinearly, to twice the size."""
    return ops.interpolate(
        x,
        constant(np.array([2.0, 2.0], np.float32)),
        "linear_onnx",
        "scales",
        axes=constant(np.array([2, 3])),
        coordinate_transformation_mode="half_pixel",
    )


def _displayed(image: Node) -> Node:
    """As `vtube.avatar.colour.to_frame`; alpha goes through the same operations and is put back by a mask."""
    light = ops.clamp(ops.multiply(ops.add(image, constant(1.0)), constant(0.5)), 0.0, 1.0)
    root = ops.sqrt(ops.sqrt(light))
    *lower, highest = SRGB_OF_FOURTH_ROOT
    curve: Node = constant(highest)
    for coefficient in reversed(lower):
        curve = ops.add(ops.multiply(curve, root), constant(coefficient))
    straight = ops.multiply(light, constant(12.92))
    colour = ops.select(ops.less_equal(light, constant(LINEAR_KNEE)), straight, curve)
    is_colour = constant(np.array([1, 1, 1, 0], np.float32).reshape(1, 4, 1, 1))
    scaled = ops.round(ops.multiply(_mix(is_colour, colour, light), constant(255.0)), "half_to_even")
    pixels = ops.transpose(ops.convert(scaled, "u8"), constant(np.array([0, 2, 3, 1])))
    return ops.squeeze(pixels, constant(np.array([0])))
