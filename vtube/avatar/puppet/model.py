"""The puppet's two networks as torch modules; only fitting uses them, `decoder` plays their weights.

Both go from a few numbers to a small image. Each level doubles the size; a learnt map adds to every level what is
always so at a place, which leaves the convolutions with what the pose changes. The last doubling is a shuffle of
channels to pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu, pixel_shuffle

from vtube.avatar.puppet.layout import SLOPE, Shape, body_shape, face_shape


class Decoder(nn.Module):
    """(n, inputs) to (n, outputs, *shape.size)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        first = shape.widths[0]
        self.linear1 = nn.Linear(shape.inputs, shape.hidden)
        self.linear2 = nn.Linear(shape.hidden, shape.hidden)
        self.linear3 = nn.Linear(shape.hidden, first * shape.rows * shape.columns)
        self.levels = nn.ModuleList(
            Level(before, width, shape.rows << depth, shape.columns << depth)
            for depth, (before, width) in enumerate(zip(shape.widths, shape.widths[1:], strict=False), 1)
        )
        self.styles = nn.ModuleList(style(shape.hidden, width) for width in shape.widths[1:] if shape.styled)
        self.head = small_convolution(shape.widths[-1], shape.head_channels)
        if shape.soft:
            self.soft = small_convolution(shape.widths[-1], shape.soft)

    def forward(self, values: Tensor) -> Tensor:
        """The small image."""
        return self.image(self.last(values))

    def last(self, values: Tensor) -> Tensor:
        """The last level: (n, channels, rows, columns) of cells."""
        x = leaky_relu(self.linear1(values), SLOPE)
        told = leaky_relu(self.linear2(x), SLOPE)
        x = leaky_relu(self.linear3(told), SLOPE)
        x = x.reshape(-1, self.shape.widths[0], self.shape.rows, self.shape.columns)
        x = x.contiguous(memory_format=torch.channels_last)
        for number, level in enumerate(self.levels):
            x = level(x, self.styles[number](told) if self.shape.styled else None)
        return x

    def image(self, last: Tensor) -> Tensor:
        """What the last level says of every pixel."""
        return pixel_shuffle(self.head(last), self.shape.shuffle)

    def cells(self, last: Tensor) -> Tensor:
        """What it says of cells alone, (n, soft, rows, columns)."""
        cells: Tensor = self.soft(last)
        return cells


def small_convolution(inputs: int, outputs: int) -> nn.Conv2d:
    """One that begins with little."""
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
    with torch.no_grad():
        convolution.weight.mul_(0.2)
        convolution.get_parameter("bias").zero_()
    return convolution


def style(hidden: int, channels: int) -> nn.Linear:
    """What scales and shifts a level's channels; at first as good as nothing."""
    linear = nn.Linear(hidden, 2 * channels)
    with torch.no_grad():
        linear.weight.mul_(0.3)
        linear.bias.zero_()
    return linear


class Level(nn.Module):
    """Doubles: a convolution before and one, residual, after."""

    def __init__(self, inputs: int, outputs: int, rows: int, columns: int) -> None:
        super().__init__()
        self.before = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.place = nn.Parameter(torch.randn(1, outputs, rows, columns) * 0.05)
        self.after = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x: Tensor, style: Tensor | None = None) -> Tensor:
        """(n, inputs, rows / 2, columns / 2) to (n, outputs, rows, columns); `style` (n, 2 · outputs)."""
        large = interpolate(self.before(x), scale_factor=2.0, mode="nearest") + self.place
        if style is not None:
            scale, shift = style[:, :, None, None].chunk(2, 1)
            large = large * (1 + scale) + shift
        x = leaky_relu(large, SLOPE)
        return x + leaky_relu(self.after(x), SLOPE)


MASK_AT_START = -4.0
"""Before the sigmoid: nearly nothing is taken away."""


def body_decoder() -> Decoder:
    """6 parameters to shift, mask and added colour, 128 x 128."""
    decoder = Decoder(body_shape())
    with torch.no_grad():
        decoder.head.get_parameter("bias")[8:12] = MASK_AT_START
    return decoder


COVER_AT_START = -1.0
"""Before the sigmoid: the drawing shows through for the most part."""


DRAWING_AT_START = 1.5
"""Before the softmax: the drawing is chosen for the most part."""


def face_decoder(rows: int, columns: int, detail: int = 1, paints: int = 0) -> Decoder:
    """39 parameters to the face's box, in full ranges; see `face_shape`."""
    decoder = Decoder(face_shape(rows, columns, detail, paints))
    if paints:
        with torch.no_grad():
            decoder.head.get_parameter("bias")[: (2 * detail) ** 2] = DRAWING_AT_START
    elif detail > 1:
        with torch.no_grad():
            decoder.head.get_parameter("bias")[3 * (2 * detail) ** 2 :] = COVER_AT_START
    return decoder
