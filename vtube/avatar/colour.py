"""Between a frame (uint8, sRGB, straight alpha) and what THA3 works on: linear light in [-1, 1], (1, 4, H, W).

sRGB transfer function: IEC 61966-2-1. Alpha is linear in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame

if TYPE_CHECKING:
    from torch import Tensor

Linear = NDArray[np.float32]
"""Shape (1, 4, H, W), float32, [-1, 1]."""

LINEAR_KNEE = 0.04045 / 12.92
"""Linear light where the sRGB curve's straight part ends."""

SRGB_OF_FOURTH_ROOT = (-0.06148334, 0.16349549, 1.24977997, -0.56738774, 0.28097105, -0.06538064)
"""The curved part as a polynomial of the light's fourth root, constant first: two square roots and five products
cost a quarter of a power. Chebyshev fit, off by at most 0.002 of 255."""


def srgb_to_linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """SRGB values in [0, 1] to linear light in [0, 1]."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light in [0, 1] to sRGB values in [0, 1]."""
    curve = 1.055 * np.power(linear, 1 / 2.4) - 0.055
    return np.where(linear <= LINEAR_KNEE, linear * 12.92, curve).astype(np.float32)


def to_linear(frame: Frame) -> Linear:
    """`frame` as THA3 takes it. Invisible pixels become black, for the networks do see their colour."""
    visible = np.where(frame[..., 3:] == 0, np.uint8(0), frame)
    colour = _LINEAR_OF_SRGB[visible[..., :3]]
    alpha = visible[..., 3:].astype(np.float32) / 255
    planes = np.concatenate([colour, alpha], 2).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes * 2 - 1, np.float32)


def to_frame(image: Linear) -> Frame:
    """What THA3 gave, to be shown; values outside [-1, 1] are clipped."""
    light = np.clip((image[0].transpose(1, 2, 0) + 1) / 2, 0, 1)
    light[..., :3] = linear_to_srgb(light[..., :3])
    shown: Frame = np.rint(light * 255).astype(np.uint8)
    return shown


def displayed(image: Tensor) -> Tensor:
    """`to_frame` on tensors, (1, 4, H, W) float32 to (H, W, 4) uint8, on whatever device the image is on."""
    return all_displayed(image)[0].permute(1, 2, 0).contiguous()


def all_displayed(images: Tensor) -> Tensor:
    """The same of many, (n, 4, H, W) float32 to (n, 4, H, W) uint8."""
    import torch

    light = ((images + 1) / 2).clamp(0, 1)
    colour = light[:, :3]
    curve = 1.055 * torch.pow(colour, 1 / 2.4) - 0.055
    shown = torch.cat([torch.where(colour <= LINEAR_KNEE, colour * 12.92, curve), light[:, 3:]], 1)
    return torch.round(shown * 255).to(torch.uint8)


_LINEAR_OF_SRGB: NDArray[np.float32] = srgb_to_linear(np.arange(256) / 255).astype(np.float32)
