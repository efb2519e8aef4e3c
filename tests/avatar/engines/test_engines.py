"""What every engine promises, with networks of random weights; parity has its own file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.avatar.random_weights import install, random_weights, soft_picture
from tests.avatar.reference import psnr, random_poses
from vtube import pose as parameters
from vtube.avatar.engines import openvino_engine, torch_engine
from vtube.avatar.engines.cuda_graph import captured
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.engines.torch_engine import TorchRenderer
from vtube.avatar.engines.torch_plain import PlainTorchRenderer
from vtube.avatar.picture.character import Character
from vtube.errors import EngineError, PictureError

ENGINES: dict[str, Callable[[Request], Any]] = {"torch": TorchRenderer, "openvino": OpenVinoRenderer}
PICTURE = soft_picture()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    install(folder, "standard_float", random_weights(False))
    return install(folder, "separable_float", random_weights(True))


def request_for(models: Path, **options: Any) -> Request:
    return Request(Character.of(PICTURE), **{"precision": "float32", "device": "cpu", "models": models, **options})


@pytest.fixture(scope="module")
def renderers(models: Path) -> Iterator[dict[str, Any]]:
    renderers = {
        "torch": TorchRenderer(request_for(models)),
        "openvino": OpenVinoRenderer(request_for(models), keep_linear=True),
    }
    yield renderers
    for renderer in renderers.values():
        renderer.close()


def agree(one: Any, other: Any, pose: parameters.Pose, least_db: float = 62) -> None:
    assert psnr(one.render(pose), other.render(pose)) > least_db
    assert np.abs(one.linear() - other.linear()).mean() < 1e-3


def test_engines_agree(renderers: dict[str, Any]) -> None:
    agree(renderers["openvino"], renderers["torch"], random_poses(1)[0])


def test_engines_agree_on_what_a_puppet_learns_from(renderers: dict[str, Any]) -> None:
    one, other = renderers["openvino"], renderers["torch"]
    for pose in random_poses(2):
        agree(one, other, pose)
        assert one.shift().shape == other.shift().shape == (2, 512, 512)
        assert np.abs(one.shift() - other.shift()).mean() < 1e-3
        faces = one.face(pose), other.face(pose)
        assert faces[0].shape == faces[1].shape == (192, 192, 4)
        assert psnr(*faces) > 60


def test_engines_agree_on_the_standard_networks(models: Path) -> None:
    request = request_for(models, variant="standard_float")
    agree(OpenVinoRenderer(request, keep_linear=True), TorchRenderer(request), random_poses(1)[0], 57)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_frame_is_a_frame_and_a_shortcut_draws_what_the_long_way_draws(
    engine: str, renderers: dict[str, Any]
) -> None:
    renderer, (first, second) = renderers[engine], random_poses(2)
    long = renderer.render(second)
    kept = long.copy()
    first[parameters.EYEBROWS] = second[parameters.EYEBROWS]
    renderer.render(first)
    assert np.array_equal(renderer.render(second), long)
    assert np.array_equal(long, kept)
    assert long.shape == (512, 512, 4) and long.dtype == np.uint8 and long.flags.c_contiguous
    assert renderer.detail == "float32 on CPU"


@pytest.mark.parametrize("engine", ENGINES)
def test_closed_twice(engine: str, models: Path) -> None:
    renderer = ENGINES[engine](request_for(models))
    renderer.close()
    renderer.close()
    assert not [name for name, value in vars(renderer).items() if isinstance(value, torch.nn.Module)]
    with pytest.raises(EngineError, match="closed"):
        renderer.render(parameters.neutral())


def test_the_plain_yardstick_draws_the_same(models: Path, renderers: dict[str, Any]) -> None:
    pose = random_poses(1)[0]
    plain = PlainTorchRenderer(request_for(models)).render(pose)
    assert np.abs(plain.astype(int) - renderers["torch"].render(pose)).max() <= 1


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_here_is_said(engine: str, models: Path) -> None:
    with pytest.raises(EngineError, match="quantum"):
        ENGINES[engine](request_for(models, device="quantum"))
    with pytest.raises(EngineError, match="float8"):
        ENGINES[engine](request_for(models, precision="float8"))


@pytest.mark.parametrize("capabilities, precision", [(["FP32"], "float32"), (["FP32", "BF16"], "bfloat16")])
def test_openvino_takes_bfloat16_where_the_processor_does(capabilities: list[str], precision: str) -> None:
    assert openvino_engine.choose_precision("auto", capabilities) == precision
    assert openvino_engine.choose_precision("float32", capabilities) == "float32"


def test_openvino_refuses_what_the_processor_cannot() -> None:
    with pytest.raises(EngineError, match="calculates in float32"):
        openvino_engine.choose_precision("bfloat16", ["FP32"])


def test_torch_takes_half_precision_on_cuda_only() -> None:
    assert torch_engine.choose_precision("auto", torch.device("cuda")) == "float16"
    assert torch_engine.choose_precision("auto", torch.device("cpu")) == "float32"


def test_torch_names_a_gpu_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError, match="cuda"):
        torch_engine.choose_device("cuda")


def test_elsewhere_than_on_cuda_nothing_is_captured() -> None:
    def compute() -> None:
        """Nothing."""

    assert captured(compute, torch.device("cpu")) is compute


@pytest.mark.parametrize(
    "picture",
    [np.zeros((512, 512, 3), np.uint8), np.zeros((256, 256, 4), np.uint8), np.zeros((512, 512, 4), np.float32)],
)
def test_pictures_of_another_size_or_kind_are_refused(picture: Any) -> None:
    with pytest.raises(PictureError, match="512 x 512"):
        Character.of(picture)
