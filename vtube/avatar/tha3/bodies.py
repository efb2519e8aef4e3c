"""The three encoder-decoders that carry the five networks."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from vtube.avatar.tha3.layers import Flavour

MAX_CHANNELS = 512
BOTTLENECK_BLOCKS = 6


def widths(start: int, levels: int) -> list[int]:
    """Channels of each level, the finest first: doubling, up to 512."""
    return [min(start << level, MAX_CHANNELS) for level in range(levels)]


class PoserBody(nn.Module):
    """Encoder, pose joined in at the bottleneck, decoder of transposed convolutions.

    The encoder sees no pose, so its result holds for as long as the image does.
    """

    def __init__(self, flavour: Flavour, inputs: int, pose_values: int) -> None:
        super().__init__()
        fine_to_coarse = widths(64, 4)
        pairs = list(itertools.pairwise(fine_to_coarse))
        deepest = fine_to_coarse[-1]
        self.downsample_blocks = nn.ModuleList(
            [flavour.block(inputs, fine_to_coarse[0], 3), *(flavour.downsample(a, b) for a, b in pairs)]
        )
        self.bottleneck_blocks = nn.ModuleList(
            [
                flavour.block(deepest + pose_values, deepest, 3),
                *(flavour.resnet(deepest) for _ in range(BOTTLENECK_BLOCKS - 1)),
            ]
        )
        self.upsample_blocks = nn.ModuleList(flavour.upsample(b, a) for a, b in reversed(pairs))

    def encode(self, image: Tensor) -> Tensor:
        """(1, inputs, S, S) to features (1, 512, S/8, S/8)."""
        for block in self.downsample_blocks:
            image = block(image)
        return image

    def decode(self, features: Tensor, pose: Tensor | None = None) -> Tensor:
        """Features and pose (1, pose_values) to (1, 64, S, S)."""
        if pose is not None:
            features = torch.cat([features, _spread(pose, features)], 1)
        for block in (*self.bottleneck_blocks, *self.upsample_blocks):
            features = block(features)
        return features


class ResizeBody(nn.Module):
    """Encoder and decoder of nearest-neighbour resizing, the pose joined in at the image."""

    def __init__(self, flavour: Flavour, inputs: int) -> None:
        super().__init__()
        fine_to_coarse = widths(64, 4)
        pairs = list(itertools.pairwise(fine_to_coarse))
        self.downsample_blocks = nn.ModuleList(
            [flavour.block(inputs, fine_to_coarse[0], 7), *(flavour.downsample(a, b) for a, b in pairs)]
        )
        self.bottleneck_blocks = nn.ModuleList(flavour.resnet(fine_to_coarse[-1]) for _ in range(BOTTLENECK_BLOCKS))
        self.upsample_blocks = nn.ModuleList(
            nn.Sequential(nn.Upsample(scale_factor=2), flavour.block(b, a, 3)) for a, b in reversed(pairs)
        )

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """(1, C, S, S) and (1, P), with C + P = inputs, to (1, 64, S, S)."""
        features = torch.cat([image, _spread(pose, image)], 1)
        for block in (*self.downsample_blocks, *self.bottleneck_blocks, *self.upsample_blocks):
            features = block(features)
        return features


class UNetBody(nn.Module):
    """Like `ResizeBody`, with each level of the encoder joined to the decoder's."""

    def __init__(self, flavour: Flavour, inputs: int) -> None:
        super().__init__()
        fine_to_coarse = widths(32, 4)
        pairs = list(itertools.pairwise(fine_to_coarse))
        self.downsample_blocks = nn.ModuleList(
            [flavour.block(inputs, fine_to_coarse[0], 3), *(flavour.downsample(a, b) for a, b in pairs)]
        )
        self.bottleneck_blocks = nn.ModuleList(flavour.resnet(fine_to_coarse[-1]) for _ in range(BOTTLENECK_BLOCKS))
        self.upsample_blocks = nn.ModuleList(flavour.block(a + b, a, 3) for a, b in reversed(pairs))
        self.resize = nn.Upsample(scale_factor=2)

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """(1, C, S, S) and (1, P), with C + P = inputs, to (1, 32, S, S)."""
        features = torch.cat([image, _spread(pose, image)], 1)
        levels = []
        for block in self.downsample_blocks:
            features = block(features)
            levels.append(features)
        for block in self.bottleneck_blocks:
            features = block(features)
        for block, level in zip(self.upsample_blocks, reversed(levels[:-1]), strict=True):
            features = block(torch.cat([self.resize(features), level], 1))
        return features


def _spread(pose: Tensor, like: Tensor) -> Tensor:
    return pose[:, :, None, None].expand(-1, -1, like.shape[2], like.shape[3])
