"""The layers of THA3 as OpenVINO operations, written for the CPU plug-in.

Arithmetic differs from `vtube.avatar.tha3.layers` in rounding only. What is done differently, and why:

- Doubling layers (transposed or resizing) run their four output phases at the small size and interleave the results:
  the plug-in's own transposed depthwise convolution is slow in bfloat16, and resizing first quadruples the reading.
- A 1 x 1 convolution over joined tensors is a sum of 1 x 1 convolutions: joining costs as much as convolving.
- Instance norm of large maps in float32 averages averages. The plug-in's own (MVN) adds up all pixels of a channel
  in one float, whose rounding shows at sharp edges of the final image; bfloat16 has no use for better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from vtube.errors import ModelError

Weights = Mapping[str, NDArray[np.floating]]

EPSILON = 1e-5
"""Added to the variance by every norm of THA3."""

SMALL_MAP = 32
"""Side of the largest map that one float32 accumulator a channel is good enough for."""

POOL = 8
"""Side of the squares whose averages are averaged: short sums round less."""

DOUBLING = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], np.float32)
"""(4, 3): a 3-tap kernel on a doubled row, as a 4-tap kernel transposed over the row itself with stride 2."""

CPU_OPTIONS: dict[str, object] = {
    "PERFORMANCE_HINT": "LATENCY",
    "ENABLE_CPU_PINNING": False,
    "CPU_RUNTIME_CACHE_CAPACITY": "0",
}
"""For every model that runs on the CPU. OpenVINO's cache of executors mixes up depthwise convolutions that differ only
in their padding, seen in its Windows builds 2025.4.1 and 2026.4.1; shapes never change here, so it brings nothing."""

PHASE_TAPS = ([3, 1], [2, 0])
"""Of a transposed 4-tap kernel with stride 2: the taps that make the even and the odd pixels."""


@dataclass
class Layers:
    """Builds operations from one network's weights, named as in its file."""

    network: str
    weights: Weights
    separable: bool
    slope: float
    """Of the activation's negative side; 0 is a ReLU."""
    downsampling_slope: float
    full_precision: bool
    """Whether all is float32, which needs better sums and pays for other short cuts."""
    read: set[str] = field(default_factory=set)

    def weight(self, key: str) -> NDArray[np.float32]:
        """The tensor `key`, float32.

        Raises:
            ModelError: there is none.
        """
        self.read.add(key)
        try:
            return self.weights[key].astype(np.float32)
        except KeyError:
            raise ModelError(f"these weights do not fit the network {self.network}: {key} is missing") from None

    def check_all_read(self, unused: tuple[str, ...]) -> None:
        """Complain about weights that nothing asked for, unless their names begin with one of `unused`.

        Raises:
            ModelError: there are some.
        """
        for key in self.weights:
            if key not in self.read and not key.startswith(unused):
                raise ModelError(f"these weights do not fit the network {self.network}: {key} is not known")

    def block(self, x: Node, prefix: str) -> Node:
        """Convolution, norm, activation."""
        return self.finish(self.convolve(x, self._kernels(prefix)), prefix)

    def downsample(self, x: Node, prefix: str) -> Node:
        """Strided convolution, norm, activation."""
        y = self.convolve(x, self._kernels(prefix), stride=2)
        return activate(self.norm(y, self._norm(prefix)), self.downsampling_slope)

    def upsample(self, x: Node, prefix: str) -> Node:
        """Transposed convolution, norm, activation."""
        kernels = self._kernels(prefix)
        if self.separable:
            return self.finish(doubled(x, *kernels), prefix)
        y = ops.convolution_backprop_data(x, constant(kernels[0]), [2, 2], pads_begin=[1, 1], pads_end=[1, 1])
        return self.finish(y, prefix)

    def resnet(self, x: Node, prefix: str) -> Node:
        """X + norm(convolution(activation(norm(convolution(x)))))."""
        y = self.convolve(x, self._path(f"{prefix}.resnet_path.0"))
        y = activate(self.norm(y, f"{prefix}.resnet_path.1"), self.slope)
        y = self.convolve(y, self._path(f"{prefix}.resnet_path.3"))
        return ops.add(self.norm(y, f"{prefix}.resnet_path.4"), x)

    def resize(self, x: Node, prefix: str, beside: Node | None = None) -> Node:
        """Doubling, joined with `beside` of that size; convolution, norm, activation."""
        kernels = self._kernels(prefix)
        if not self.separable:
            large = nearest_doubled(x)
            joined = large if beside is None else ops.concat([large, beside], 1)
            return self.finish(self.convolve(joined, kernels), prefix)
        depthwise_kernel, mixing = kernels
        channels = x.get_output_shape(0)[1]
        transposed = (DOUBLING @ depthwise_kernel[:channels] @ DOUBLING.T).astype(np.float32)
        y = doubled(x, transposed, mixing[:, :channels])
        if beside is not None:
            y = ops.add(y, pointwise(depthwise(beside, depthwise_kernel[channels:]), mixing[:, channels:]))
        return self.finish(y, prefix)

    def split(self, prefix: str, inputs: int) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
        """A block's kernels for its first `inputs` channels and for the rest."""
        kernels = self._kernels(prefix)
        if not self.separable:
            return [kernels[0][:, :inputs]], [kernels[0][:, inputs:]]
        return ([kernels[0][:inputs], kernels[1][:, :inputs]], [kernels[0][inputs:], kernels[1][:, inputs:]])

    def convolve(self, x: Node, kernels: list[NDArray[np.float32]], stride: int = 1) -> Node:
        """Depthwise and 1 x 1, or dense."""
        if len(kernels) == 2:
            return pointwise(depthwise(x, kernels[0], stride), kernels[1])
        return dense(x, kernels[0], stride)

    def finish(self, x: Node, prefix: str) -> Node:
        """A block's norm and activation."""
        return activate(self.norm(x, self._norm(prefix)), self.slope)

    def norm(self, x: Node, key: str) -> Node:
        """Instance norm with gain and bias."""
        gain = self.weight(f"{key}.weight").reshape(1, -1, 1, 1)
        bias = self.weight(f"{key}.bias").reshape(1, -1, 1, 1)
        if self.full_precision and x.get_output_shape(0)[2] > SMALL_MAP:
            return _exact_norm(x, gain, bias)
        normed = ops.mvn(x, constant(np.array([2, 3])), True, EPSILON, "inside_sqrt")
        return ops.add(ops.multiply(normed, constant(gain)), constant(bias))

    def heads(self, x: Node, *names: str) -> list[Node]:
        """The heads of these names, from one 3 x 3 convolution: alone, each would waste most of a vector's width."""
        biased = [f"{name}.0.bias" in self.weights for name in names]
        kernels = [
            self.weight(f"{name}.0.weight" if has else f"{name}.weight")
            for name, has in zip(names, biased, strict=True)
        ]
        biases = [
            self.weight(f"{name}.0.bias") if has else np.zeros(len(kernel), np.float32)
            for name, has, kernel in zip(names, biased, kernels, strict=True)
        ]
        if self.full_precision and len(kernels) == 1 and not biased[0]:
            return [tap_by_tap(x, kernels[0])]
        y = ops.add(dense(x, np.concatenate(kernels)), constant(np.concatenate(biases).reshape(1, -1, 1, 1)))
        parts = ops.variadic_split(y, constant(np.array(1)), constant(np.array([len(k) for k in kernels])))
        return [parts.output(index) for index in range(len(kernels))]

    def _kernels(self, prefix: str) -> list[NDArray[np.float32]]:
        names = [f"{prefix}.0.weight", f"{prefix}.1.weight"] if self.separable else [f"{prefix}.0.weight"]
        return [self.weight(name) for name in names]

    def _path(self, prefix: str) -> list[NDArray[np.float32]]:
        names = [f"{prefix}.0.weight", f"{prefix}.1.weight"] if self.separable else [f"{prefix}.weight"]
        return [self.weight(name) for name in names]

    def _norm(self, prefix: str) -> str:
        return f"{prefix}.2" if self.separable else f"{prefix}.1"


def constant(values: NDArray[np.generic] | float) -> Node:
    """A constant; Python floats become float32."""
    return ops.constant(np.float32(values) if isinstance(values, float) else values)


def depthwise(x: Node, kernel: NDArray[np.float32], stride: int = 1) -> Node:
    """Each channel with its own kernel (C, 1, K, K), keeping the size or, with stride 2, halving it."""
    pad = [(kernel.shape[-1] - 1) // 2] * 2
    return ops.group_convolution(x, constant(kernel[:, None]), [stride] * 2, pad, pad, [1, 1])


def doubled(x: Node, kernel: NDArray[np.float32], mixing: NDArray[np.float32]) -> Node:
    """Transposed depthwise convolution (C, 1, 4, 4) to twice the size, then `mixing` (O, C, 1, 1)."""
    phases = []
    for down, rows in enumerate(PHASE_TAPS):
        for right, columns in enumerate(PHASE_TAPS):
            taps = np.ascontiguousarray(kernel[:, :, rows][..., columns][:, None])
            y = ops.group_convolution(x, constant(taps), [1, 1], [1 - down, 1 - right], [down, right], [1, 1])
            phases.append(pointwise(y, mixing))
    return ops.depth_to_space(ops.concat(phases, 1), "blocks_first", 2)


def pointwise(x: Node, kernel: NDArray[np.float32]) -> Node:
    """Mixes channels: kernel (O, C, 1, 1)."""
    return ops.convolution(x, constant(kernel), [1, 1], [0, 0], [0, 0], [1, 1])


def dense(x: Node, kernel: NDArray[np.float32], stride: int = 1) -> Node:
    """An ordinary convolution, keeping the size or, with stride 2, halving it."""
    pad = [(kernel.shape[-1] - 1) // 2] * 2
    return ops.convolution(x, constant(kernel), [stride] * 2, pad, pad, [1, 1])


def tap_by_tap(x: Node, kernel: NDArray[np.float32]) -> Node:
    """`dense` of few outputs (O, C, 3, 3), in half the time: all taps' products, each moved to its place, summed."""
    outputs, channels, height, width = kernel.shape
    taps = outputs * height * width
    products = pointwise(x, kernel.transpose(0, 2, 3, 1).reshape(taps, channels, 1, 1))
    places = np.tile(np.eye(height * width, dtype=np.float32).reshape(-1, 1, height, width), (outputs, 1, 1, 1))
    sums = np.repeat(np.eye(outputs, dtype=np.float32), height * width, axis=1)[:, :, None, None]
    return pointwise(depthwise(products, places), sums)


def nearest_doubled(x: Node) -> Node:
    """Twice the size, each pixel four times."""
    return ops.interpolate(
        x,
        constant(np.array([2.0, 2.0], np.float32)),
        "nearest",
        "scales",
        axes=constant(np.array([2, 3])),
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def activate(x: Node, slope: float) -> Node:
    """ReLU, leaky by `slope`."""
    return ops.prelu(x, constant(np.array([slope], np.float32))) if slope else ops.relu(x)


def _exact_norm(x: Node, gain: NDArray[np.float32], bias: NDArray[np.float32]) -> Node:
    mean = _mean(x)
    variance = _mean(ops.squared_difference(x, mean))
    scale = ops.divide(constant(gain), ops.sqrt(ops.add(variance, constant(EPSILON))))
    return ops.add(ops.multiply(x, scale), ops.subtract(constant(bias), ops.multiply(mean, scale)))


def _mean(x: Node) -> Node:
    """(1, C, S, S) to each channel's mean (1, C, 1, 1)."""
    while x.get_output_shape(0)[2] % POOL == 0 and x.get_output_shape(0)[2] > POOL:
        x = ops.avg_pool(x, [POOL] * 2, [0, 0], [0, 0], [POOL] * 2, True)
    return ops.reduce_mean(x, constant(np.array([2, 3])), True)
