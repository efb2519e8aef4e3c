"""What the five networks are made of: convolution, instance norm and activation, in two flavours.

A network of the *standard* variants convolves densely; of the *separable* ones depthwise, then 1 x 1. The nesting
of the modules is what the published state dictionaries name, so that they load strictly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d

Activation = Callable[[], nn.Module]


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a network convolves, and what follows each norm.

    `downsampling` is named apart because the standard rotator and editor were trained with a plain ReLU after
    their strided convolutions and a leaky one everywhere else.
    """

    separable: bool
    activation: Activation
    downsampling: Activation

    def convolution(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> list[nn.Module]:
        """A biasless convolution that keeps the size, or halves it with a stride of 2."""
        padding = (kernel - 1) // 2
        if not self.separable:
            return [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)]
        depthwise = nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False)
        return [depthwise, nn.Conv2d(inputs, outputs, 1, bias=False)]

    def block(self, inputs: int, outputs: int, kernel: int) -> nn.Sequential:
        """Convolution, norm, activation at the same size."""
        return nn.Sequential(*self.convolution(inputs, outputs, kernel), _norm(outputs), self.activation())

    def downsample(self, inputs: int, outputs: int) -> nn.Sequential:
        """Convolution, norm, activation to half the size."""
        return nn.Sequential(*self.convolution(inputs, outputs, 4, 2), _norm(outputs), self.downsampling())

    def upsample(self, inputs: int, outputs: int) -> nn.Sequential:
        """Transposed convolution, norm, activation to twice the size."""
        if not self.separable:
            layers: list[nn.Module] = [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)]
        else:
            layers = [
                nn.ConvTranspose2d(inputs, inputs, 4, 2, 1, groups=inputs, bias=False),
                nn.Conv2d(inputs, outputs, 1, bias=False),
            ]
        return nn.Sequential(*layers, _norm(outputs), self.activation())

    def resnet(self, channels: int) -> Residual:
        """Two 3 x 3 convolutions beside an identity."""
        return Residual(self, channels)

    def path_convolution(self, channels: int) -> nn.Module:
        """A 3 x 3 convolution of a residual's path, bare or separable as the networks are."""
        layers = self.convolution(channels, channels, 3)
        return nn.Sequential(*layers) if self.separable else layers[0]


class Residual(nn.Module):
    """x + path(x)."""

    def __init__(self, flavour: Flavour, channels: int) -> None:
        super().__init__()
        self.resnet_path = nn.Sequential(
            flavour.path_convolution(channels),
            _norm(channels),
            flavour.activation(),
            flavour.path_convolution(channels),
            _norm(channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(1, C, H, W) to the same shape."""
        result: Tensor = features + self.resnet_path(features)
        return result


def relu() -> nn.Module:
    """The activation of the eyebrow and face networks."""
    return nn.ReLU()


def leaky_relu() -> nn.Module:
    """The activation of the rotator and the editor."""
    return nn.LeakyReLU(0.1)


def shift_head(inputs: int) -> nn.Conv2d:
    """A dense 3 x 3 convolution to shifts x, y."""
    return nn.Conv2d(inputs, 2, 3, padding=1, bias=False)


def colour_head(inputs: int) -> nn.Sequential:
    """A dense 3 x 3 convolution to RGBA in [-1, 1]."""
    return nn.Sequential(nn.Conv2d(inputs, 4, 3, padding=1), nn.Tanh())


def alpha_head(inputs: int, channels: int = 1) -> nn.Sequential:
    """A dense 3 x 3 convolution to weights in [0, 1]."""
    return nn.Sequential(nn.Conv2d(inputs, channels, 3, padding=1), nn.Sigmoid())


def run_heads(features: Tensor, *heads: nn.Conv2d | nn.Sequential) -> list[Tensor]:
    """Each head's output, float32, from one convolution: alone, each would waste most of a vector's width."""
    convolutions = [cast(nn.Conv2d, head if isinstance(head, nn.Conv2d) else head[0]) for head in heads]
    weight = torch.cat([convolution.weight for convolution in convolutions])
    bias = torch.cat([_bias(convolution) for convolution in convolutions])
    outputs = conv2d(features, weight, bias, padding=1).float()
    parts = torch.split(outputs, [convolution.out_channels for convolution in convolutions], 1)
    return [part if isinstance(head, nn.Conv2d) else head[1](part) for head, part in zip(heads, parts, strict=True)]


def _bias(convolution: nn.Conv2d) -> Tensor:
    return convolution.weight.new_zeros(convolution.out_channels) if convolution.bias is None else convolution.bias


class InstanceNorm(nn.InstanceNorm2d):
    """Instance norm.

    Of one image on CUDA by batch norm's training arithmetic, which is the same for one and, unlike torch's instance
    norm, leaves channels-last features as they lie.
    """

    def forward(self, features: Tensor) -> Tensor:
        """(n, C, H, W) to the same shape."""
        alone = features.is_cuda and len(features) == 1
        return self.as_batch_norm(features) if alone else super().forward(features)

    def as_batch_norm(self, features: Tensor) -> Tensor:
        """The same of one image, (1, C, H, W), by other means."""
        return batch_norm(features, None, None, self.weight, self.bias, training=True, eps=self.eps)


def _norm(channels: int) -> nn.Module:
    return InstanceNorm(channels, affine=True)
