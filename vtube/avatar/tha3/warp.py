"""Moving and mixing pixels: what the networks' outputs are applied with."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import grid_sample


def warp(image: Tensor, shift: Tensor) -> Tensor:
    """Sample `image` (1, C, H, W) at each pixel's own place plus `shift` (1, 2, H, W), bilinearly, edges repeated.

    Shifts are x, y in units of half the picture. Both are taken as float32, where half precision would move pixels
    by a quarter of their width.
    """
    grid = identity_grid(image.shape[2], image.shape[3], image.device) + shift.float().permute(0, 2, 3, 1)
    return grid_sample(image.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)


def mix(alpha: Tensor, over: Tensor, under: Tensor) -> Tensor:
    """`over` where `alpha` is 1, `under` where it is 0."""
    return over * alpha + under * (1 - alpha)


@lru_cache(maxsize=16)
def identity_grid(height: int, width: int, device: torch.device) -> Tensor:
    """(1, H, W, 2): each pixel's centre as x, y in [-1, 1]."""
    x = (np.arange(width) * 2 + 1) / width - 1
    y = (np.arange(height) * 2 + 1) / height - 1
    return torch.from_numpy(np.stack(np.meshgrid(x, y), 2)[None].astype(np.float32)).to(device)
