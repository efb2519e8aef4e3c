"""What the five networks are made of: convolution, instance norm and activation, in two flavours.

A network of the *standard* variants convolves densely; of the *separable* ones depthwise, then 1 x 1. The nesting
of the modules is what the published state dictionaries name, so that they load strictly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

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
            layers = [nn.ConvTranspose2d(inputs, inputs, 4, 2, 1, groups=inputs, bias=False),
                      nn.Conv2d(inputs, outputs, 1, bias=False)]
        return nn.Sequential(*layers, _norm(outputs), self.activation())

    def resnet(self, channels: int) -> Residual:
        """Two 3 x 3 convolutions beside an identity."""
        return Residual(self, channels)

    def _path_convolution(self, channels: int) -> nn.Module:
        layers = self.convolution(channels, channels, 3)
        return nn.Sequential(*layers) if self.separable else layers[0]


class Residual(nn.Module):
    """x + path(x)."""

    def __init__(self, flavour: Flavour, channels: int) -> None:
        super().__init__()
        self.resnet_path = nn.Sequential(
            flavour._path_convolution(channels), _norm(channels), flavour.activation(),
            flavour._path_convolution(channels), _norm(channels),
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


def head(inputs: int, outputs: int, squash: nn.Module | None = None) -> nn.Module:
    """A dense 3 x 3 convolution to an image-like output; with `squash` it has a bias."""
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=squash is not None)
    return convolution if squash is None else nn.Sequential(convolution, squash)


def _norm(channels: int) -> nn.Module:
    return nn.InstanceNorm2d(channels, affine=True)
