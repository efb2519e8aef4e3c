"""Our engines against the unmodified demo, on its pictures, in random poses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.avatar.conftest import Images, PosesOf
from tests.avatar.random_weights import install
from tests.avatar.reference import PICTURES, Reference, psnr
from vtube.avatar.colour import Linear, to_frame
from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.torch_engine import TorchRenderer
from vtube.avatar.picture.character import Character
from vtube.avatar.weights.files import network_files

pytestmark = pytest.mark.weights

LARGEST_ERROR = 2e-3
"""Of the final image, in [-1, 1]."""
LOWEST_PSNR = 45.0
"""Decibels, as seen."""

SOME = [name if name != "crypko_05" else pytest.param(name, marks=pytest.mark.slow) for name in PICTURES]
"""Every picture; the second, which is much like the first, where there is time."""


def openvino_able(precision: str) -> bool:
    return precision in new_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("engine", ["torch", "openvino"])
def test_float32_is_the_demo(
    engine: str, name: str, reference: Reference, reference_images: Images, poses_of: PosesOf
) -> None:
    request = Request(Character.of(reference.picture(name)), precision="float32", device="cpu")
    renderer: Any = TorchRenderer(request) if engine == "torch" else OpenVinoRenderer(request, keep_linear=True)
    for pose, expected in zip(poses_of(name), reference_images(name), strict=True):
        frame = renderer.render(pose)
        assert np.abs(renderer.linear() - expected).max() < LARGEST_ERROR
        assert np.abs(frame.astype(int) - reference.shown(expected)).max() <= 1 + shade(expected)


def shade(image: Linear) -> int:
    """How many steps of 255 the darkest colours may differ for an image error of `LARGEST_ERROR`."""
    return round(LARGEST_ERROR / 2 * 12.92 * 255) if image.min() < -0.9 else 0


@pytest.mark.parametrize("name", SOME)
def test_bfloat16_looks_like_the_demo(
    name: str, reference: Reference, reference_images: Images, poses_of: PosesOf
) -> None:
    if not openvino_able("BF16"):
        pytest.skip("this processor does not multiply bfloat16")
    renderer = OpenVinoRenderer(Request(Character.of(reference.picture(name)), precision="bfloat16", device="cpu"))
    for pose, expected in zip(poses_of(name), reference_images(name), strict=True):
        assert psnr(renderer.render(pose), to_frame(expected)) >= LOWEST_PSNR


@pytest.mark.parametrize("name", SOME)
def test_half_weights_look_like_the_demo(
    name: str, reference: Reference, reference_images: Images, poses_of: PosesOf, tmp_path: Path
) -> None:
    halved = {
        network: {key: value.half() for key, value in load_file(path).items()}
        for network, path in network_files("separable_float").items()
    }
    models = install(tmp_path, "separable_half", halved)
    renderer = OpenVinoRenderer(
        Request(Character.of(reference.picture(name)), "separable_half", "float32", models=models)
    )
    for pose, expected in zip(poses_of(name), reference_images(name), strict=True):
        assert psnr(renderer.render(pose), to_frame(expected)) >= LOWEST_PSNR


@pytest.mark.parametrize("name", SOME)
def test_half_precision_looks_like_the_demo(
    name: str, reference: Reference, reference_images: Images, poses_of: PosesOf
) -> None:
    """On a GPU as it is; elsewhere with every layer's result rounded as a GPU would."""
    cuda = torch.cuda.is_available()
    request = Request(
        Character.of(reference.picture(name)),
        precision="float16" if cuda else "float32",
        device="cuda" if cuda else "cpu",
    )
    renderer = TorchRenderer(request) if cuda else RoundedRenderer(request)
    for pose, expected in list(zip(poses_of(name), reference_images(name), strict=True))[: None if cuda else 1]:
        assert psnr(renderer.render(pose), to_frame(expected)) >= LOWEST_PSNR


class RoundedRenderer(TorchRenderer):
    """float32 arithmetic whose weights and features are rounded to float16."""

    def _start(self, poser: Any, picture: Any) -> None:
        poser = poser.half().float()
        for module in poser.modules():
            if not list(module.children()):
                module.register_forward_hook(lambda _module, _inputs, output: output.half().float())
        super()._start(poser, picture)
