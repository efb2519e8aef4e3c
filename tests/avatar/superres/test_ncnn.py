"""ncnn's files read, and the layers in them, on OpenVINO and on torch, beside what they should be."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.superres import graph, ncnn
from vtube.avatar.superres.torch_graph import Network
from vtube.errors import ModelError

HALF, WHOLE = 0x01306B47, 0


def weights(values: NDArray[np.floating], flag: int) -> bytes:
    data = values.astype("<f2" if flag else "<f4").tobytes()
    return struct.pack("<I", flag) + data + bytes(-len(data) % 4)


def bare(values: NDArray[np.floating]) -> bytes:
    return values.astype("<f4").tobytes()


def written(folder: Path, lines: Sequence[str], data: bytes) -> tuple[Path, Path]:
    param, numbers = folder / "net.param", folder / "net.bin"
    param.write_text("\n".join(["7767517", f"{len(lines)} {len(lines)}", *lines, ""]))
    numbers.write_bytes(data)
    return param, numbers


def run(files: tuple[Path, Path], x: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, layers = x.shape, ncnn.read(*files)
    model = graph.model(layers, (rows[0], rows[1], rows[2], rows[3]))
    compiled = new_core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    shown = np.asarray(compiled([x])[0])
    assert np.allclose(Network(layers, "cpu")(x), shown, atol=1e-4)
    return shown


@pytest.fixture
def x() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((1, 3, 8, 6)).astype(np.float32)


def numbers(*shape: int) -> NDArray[np.float32]:
    """What float16 holds exactly."""
    return np.random.default_rng(len(shape)).normal(0, 0.5, shape).astype(np.float16).astype(np.float32)


@pytest.mark.parametrize("flag", [HALF, WHOLE])
def test_a_convolution_with_leaky_slope_after_it(tmp_path: Path, x: NDArray[np.float32], flag: int) -> None:
    weight, bias = numbers(5, 3, 3, 3), numbers(5)
    lines = [
        "Input in 0 1 data 0=8 1=6 2=3",
        f"Convolution c 1 1 data y 0=5 1=3 3=2 4=1 5=1 6={weight.size} 9=2 -23310=1,0.1",
    ]
    shown = run(written(tmp_path, lines, weights(weight, flag) + bare(bias)), x)
    wanted = functional.conv2d(torch.from_numpy(x), torch.from_numpy(weight), torch.from_numpy(bias), 2, 1)
    assert np.allclose(shown, functional.leaky_relu(wanted, 0.1).numpy(), atol=1e-5)


def test_a_transposed_convolution(tmp_path: Path, x: NDArray[np.float32]) -> None:
    weight, bias = numbers(2, 3, 4, 4), numbers(2)
    lines = ["Input in 0 1 data", f"Deconvolution d 1 1 data y 0=2 1=4 3=2 4=3 5=1 6={weight.size}"]
    shown = run(written(tmp_path, lines, weights(weight, HALF) + bare(bias)), x)
    wanted = functional.conv_transpose2d(
        torch.from_numpy(x), torch.from_numpy(weight).transpose(0, 1), torch.from_numpy(bias), 2, 3
    )
    assert np.allclose(shown, wanted.numpy(), atol=1e-5)


def test_a_shuffle_beside_the_enlarged_picture(tmp_path: Path, x: NDArray[np.float32]) -> None:
    weight, bias, slopes = numbers(12, 3, 3, 3), numbers(12), numbers(12)
    lines = [
        "Input in 0 1 data",
        "Split s 1 2 data a b",
        f"Convolution c 1 1 a y 0=12 1=3 4=1 5=1 6={weight.size}",
        "PReLU p 1 1 y z 0=12",
        "PixelShuffle q 1 1 z large 0=2",
        "Interp n 1 1 b near 0=1 1=2.0 2=2.0",
        "BinaryOp add 2 1 large near sum 0=0",
        "Interp h 1 1 sum y 0=3 1=0.5 2=0.5",
    ]
    shown = run(written(tmp_path, lines, weights(weight, HALF) + bare(bias) + bare(slopes)), x)
    source = torch.from_numpy(x)
    large = functional.conv2d(source, torch.from_numpy(weight), torch.from_numpy(bias), 1, 1)
    large = functional.pixel_shuffle(functional.prelu(large, torch.from_numpy(slopes)), 2)
    total = large + functional.interpolate(source, scale_factor=2, mode="nearest")
    wanted = functional.interpolate(total, scale_factor=0.5, mode="bicubic")
    assert np.allclose(shown, wanted.numpy(), atol=1e-4)


def test_channels_weighed_by_their_means_and_a_cropped_sum(tmp_path: Path, x: NDArray[np.float32]) -> None:
    weight, bias = numbers(3, 3), np.zeros(3, np.float32)
    lines = [
        "Input in 0 1 data",
        "Split s 1 3 data a b c",
        "Pooling p 1 1 a mean 0=1 4=1",
        "InnerProduct f 1 1 mean share 0=3 1=1 2=9 9=4",
        "Scale w 2 1 b share weighed 0=-233",
        f"Convolution k 1 1 weighed small 0=3 1=3 5=1 6={27 * 3}",
        "Crop o 2 1 c small cut 0=1 1=1",
        "Eltwise e 2 1 cut small y 0=1",
    ]
    kernel = numbers(3, 3, 3, 3)
    data = weights(weight, HALF) + bare(bias) + weights(kernel, HALF) + bare(bias)
    shown = run(written(tmp_path, lines, data), x)
    source = torch.from_numpy(x)
    share = torch.sigmoid(source.mean((2, 3)) @ torch.from_numpy(weight).T)[..., None, None]
    small = functional.conv2d(source * share, torch.from_numpy(kernel))
    assert np.allclose(shown, (source[..., 1:-1, 1:-1] + small).numpy(), atol=1e-5)


CONVOLUTION = "Convolution c 1 1 data y 0=1 1=1 5=1 6=3"


@pytest.mark.parametrize(
    ("lines", "data", "said"),
    [
        ([CONVOLUTION], weights(np.ones(3), HALF), "damaged"),
        ([CONVOLUTION], weights(np.ones(3), HALF) + bare(np.ones(3)), "longer"),
        ([CONVOLUTION], struct.pack("<I", 77) + bytes(20), "damaged"),
        (["Convolution c 1 1 data y 0=1 1=1 5=1 6=-3"], bytes(20), "damaged"),
        (["Convolution"], bytes(4), "damaged"),
        (["Nonsense n 1 1 data y"], b"", "does not fit"),
        (["Convolution c 1 1 nothing y 0=1 1=1 5=0 6=3"], weights(np.ones(3), HALF), "does not fit"),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path: Path, lines: list[str], data: bytes, said: str) -> None:
    files = written(tmp_path, ["Input in 0 1 data", *lines], data)
    with pytest.raises(ModelError, match=said) as error:
        graph.model(ncnn.read(*files), (1, 3, 8, 8))
    with pytest.raises(ModelError, match=said):
        Network(ncnn.read(*files), "cpu")(np.zeros((1, 3, 8, 8), np.float32))
    assert "\n" not in str(error.value)[:200]


def test_another_file_is_no_network(tmp_path: Path) -> None:
    (tmp_path / "net.param").write_text("hello")
    (tmp_path / "net.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="not a network"):
        ncnn.read(tmp_path / "net.param", tmp_path / "net.bin")
    with pytest.raises(ModelError, match="cannot read"):
        ncnn.read(tmp_path / "none.param", tmp_path / "none.bin")
