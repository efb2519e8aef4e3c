"""THA3 networks with random weights: for everything that needs networks but not their skill."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor

from vtube.avatar.tha3.poser import Poser
from vtube.avatar.weights import NETWORKS


def random_weights(separable: bool, seed: int = 0) -> dict[str, dict[str, Tensor]]:
    """Network name to state dictionary, named as published; features keep a variance of about one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        poser = Poser(separable)
    return {
        name: {
            _published(name, key, separable): _random(value.shape, key, generator)
            for key, value in poser.get_submodule(name).state_dict().items()
        }
        for name in NETWORKS
    }


def soft_picture() -> NDArray[np.uint8]:
    """512 x 512 RGBA without edges: on edges, random networks blow every rounding up."""
    return np.ascontiguousarray((np.indices((512, 512)) // 2)[[0, 1, 0, 1]].transpose(1, 2, 0).astype(np.uint8))


def install(folder: Path, variant: str, weights: dict[str, dict[str, Tensor]]) -> Path:
    """Make `folder` a models folder that has `variant`."""
    home = folder / variant
    home.mkdir(parents=True)
    files = {}
    for network, tensors in weights.items():
        path = home / f"{network}.safetensors"
        save_file(tensors, path)
        files[network] = {"bytes": path.stat().st_size, "sha256": "", "tensors": ""}
    (home / "installed.json").write_text(json.dumps({"origin": "test", "files": files}), encoding="utf-8")
    return folder


def _published(network: str, key: str, separable: bool) -> str:
    return key.removeprefix("body.") if network == "face_morpher" and not separable else key


def _random(shape: torch.Size, key: str, generator: torch.Generator) -> Tensor:
    values = torch.randn(shape, generator=generator)
    if len(shape) == 1:
        return 1 + values / 10 if key.endswith("weight") else values / 10
    scale = 0.001 if "grid_change" in key else (2 / shape[1:].numel()) ** 0.5
    return values * scale
