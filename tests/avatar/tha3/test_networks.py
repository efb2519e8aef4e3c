"""Our networks against the demo's, under the same random weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.avatar.random_weights import random_weights, soft_picture
from tests.avatar.reference import Reference, drawn, random_poses
from vtube import pose as parameters
from vtube.avatar.colour import to_linear
from vtube.avatar.tha3.layers import InstanceNorm
from vtube.avatar.tha3.poser import Poser, load
from vtube.avatar.tha3.warp import identity_grid, warp

VARIANTS = {"separable_float": True, "standard_float": False}


@torch.inference_mode()
def final(poser: Poser, image: torch.Tensor, pose: torch.Tensor) -> torch.Tensor:
    """All four steps."""
    picture, eyebrows, face, body = poser.steps()
    brow_face = eyebrows(image, *picture(image), pose[:, parameters.EYEBROWS])
    images = face(image, *brow_face, pose[:, parameters.FACE])
    result: torch.Tensor = body(*images, pose[:, parameters.BODY])[0]
    return result


@pytest.mark.weights
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_demo_takes_the_same_weights_and_draws_the_same(variant: str, reference: Reference) -> None:
    separable = VARIANTS[variant]
    weights = random_weights(separable)
    image = torch.from_numpy(to_linear(soft_picture()))
    poses = random_poses(1)
    expected = drawn(reference.poser(variant, weights), image[0], poses)[0]
    ours = final(load(weights, separable), image, torch.from_numpy(poses)).numpy()
    assert ours.shape == (1, 4, 512, 512)
    off = np.abs(ours - expected)  # rounding differs with the processor, and warps by chance enlarge it: up to 2.5e-3
    assert np.quantile(off, 0.99) < 1e-3 and off.max() < 1e-2 and ours.std() > 0.1


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_batch_norm_of_one_image_is_instance_norm(layout: torch.memory_format) -> None:
    norm = InstanceNorm(5, affine=True)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    features = (torch.randn(1, 5, 16, 12) * 3 + 7).contiguous(memory_format=layout)
    other = norm.as_batch_norm(features)
    assert torch.allclose(other, norm(features), atol=1e-5)
    assert other.is_contiguous(memory_format=layout)


def test_a_warp_of_nothing_changes_nothing() -> None:
    image = torch.rand(1, 4, 16, 12)
    assert torch.allclose(warp(image, torch.zeros(1, 2, 16, 12)), image, atol=1e-6)


def test_a_shift_is_in_units_of_half_the_picture_and_repeats_the_edge() -> None:
    image = torch.arange(8.0).expand(1, 1, 8, 8).contiguous()
    right = torch.zeros(1, 2, 8, 8)
    right[:, 0] = 2 / 8
    assert torch.allclose(warp(image, right)[0, 0, 0], torch.tensor([1.0, 2, 3, 4, 5, 6, 7, 7]), atol=1e-5)


def test_the_grid_is_pixel_centres() -> None:
    grid = identity_grid(2, 4, torch.device("cpu"))
    assert grid[0, 0].tolist() == [[-0.75, -0.5], [-0.25, -0.5], [0.25, -0.5], [0.75, -0.5]]
