from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.avatar.random_weights import install, random_weights
from vtube.avatar.engines.openvino_graph import build
from vtube.avatar.tha3.poser import load
from vtube.avatar.tha3.weights import load_poser
from vtube.avatar.weights import NETWORKS
from vtube.avatar.weights.files import network_files
from vtube.errors import ModelError

Weights = dict[str, dict[str, torch.Tensor]]


@pytest.fixture(params=[True, False], ids=["separable", "standard"])
def separable(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def weights(separable: bool) -> Weights:
    return random_weights(separable)


def build_openvino(weights: Weights, separable: bool) -> None:
    arrays = {name: {key: value.numpy() for key, value in tensors.items()} for name, tensors in weights.items()}
    build(arrays, separable, half_precision=False)


@pytest.mark.parametrize("taker", [load, build_openvino])
@pytest.mark.parametrize("network", NETWORKS)
def test_no_entry_may_be_missing_or_unknown(taker: object, network: str, weights: Weights, separable: bool) -> None:
    assert callable(taker)
    taker(weights, separable)
    first = next(iter(weights[network]))
    taken = weights[network].pop(first)
    with pytest.raises(ModelError, match=network):
        taker(weights, separable)
    weights[network] |= {first: taken, "surprise.weight": taken}
    with pytest.raises(ModelError, match=network):
        taker(weights, separable)


@pytest.mark.parametrize("taker", [load, build_openvino])
def test_no_network_may_be_missing(taker: object, weights: Weights, separable: bool) -> None:
    assert callable(taker)
    del weights["editor"]
    with pytest.raises(ModelError, match="editor"):
        taker(weights, separable)


@pytest.mark.parametrize("taker", [load, build_openvino])
def test_shapes_are_checked(taker: object, weights: Weights, separable: bool) -> None:
    assert callable(taker)
    key = next(key for key, value in weights["editor"].items() if value.dim() == 4)
    weights["editor"][key] = weights["editor"][key][:, :, :1, :1].repeat(2, 1, 1, 1)
    with pytest.raises(ModelError, match="do not fit"):
        taker(weights, separable)


def test_files_of_half_precision_load_as_such(tmp_path: Path) -> None:
    half = {
        name: {key: value.half() for key, value in tensors.items()} for name, tensors in random_weights(True).items()
    }
    poser = load_poser("separable_half", install(tmp_path, "separable_half", half))
    assert poser.editor.dtype == torch.float16
    assert not any(parameter.requires_grad for parameter in poser.parameters())


@pytest.mark.weights
def test_the_published_weights_fit() -> None:
    load_poser("separable_float")
    for path in network_files("separable_float").values():
        assert all(np.isfinite(value.numpy()).all() for value in load_file(path).values())
