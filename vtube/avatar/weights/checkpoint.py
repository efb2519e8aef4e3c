"""Reads the files that `torch.save` writes, as NumPy arrays and without torch.

Such a file is a zip: `NAME/data.pkl` is a pickle of the names and of where each tensor's numbers lie, and
`NAME/data/KEY` holds the numbers of one storage, which several tensors may share. `NAME/byteorder` is missing in
files before torch 2.1.

A pickle may name any function of Python to be called. This one may name only those below, which make tuples;
the arrays are made afterwards, from ranges that have been checked.
"""

from __future__ import annotations

import io
import math
import pickle
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_PICKLE_BYTES = 1 << 24
MAX_ARRAY_BYTES = 1 << 30
"""Of all arrays and of all storages: a stride of 0, or compression, makes many numbers out of a small file."""

STORAGES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "u2",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
"""torch's name of a storage → the NumPy type of its numbers."""

DAMAGE = (
    *(pickle.UnpicklingError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, TypeError),
    *(AttributeError, IndexError, OverflowError, RuntimeError, MemoryError),
)
"""What zipfile and pickle raise over bytes that are not theirs."""


class Storage(NamedTuple):
    """Where numbers lie in the file."""

    kind: str
    key: str
    length: int


class Tensor(NamedTuple):
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class NotAStateError(ValueError):
    """The file is whole, but holds something other than arrays by name."""


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file that `torch.save` wrote; bfloat16, which NumPy lacks, comes as float32.

    Raises:
        NotAStateError: the file holds something other than tensors by name.
        Exception: one of `DAMAGE`: it is no such file, is damaged, or names anything to call or to read elsewhere.
    """
    with zipfile.ZipFile(path) as opened:
        members = [name for name in opened.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(members) != 1:
            raise ValueError("it has no data.pkl")
        state = _Unpickler(io.BytesIO(_member(opened, members[0], MAX_PICKLE_BYTES))).load()
        if not isinstance(state, dict) or not all(isinstance(name, str) for name in state):
            raise NotAStateError("no tensors by name")
        if not all(isinstance(value, Tensor) for value in state.values()):
            raise NotAStateError("something other than tensors")
        return _arrays(state, opened, members[0].removesuffix("data.pkl"))


class _Unpickler(pickle.Unpickler):
    """Makes dictionaries of tuples. What it hands to the pickle cannot be changed by it, nor called to any effect."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in STORAGES:
            return name
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}"[:100]) from None

    def persistent_load(self, pid: Any) -> Storage:
        word, kind, key, _device, length = pid
        if word != "storage" or kind not in STORAGES or type(key) is not str or not _natural(length):
            raise pickle.UnpicklingError("it refers to something other than a storage")
        return Storage(kind, key, length)


class _Rebuild:
    """What the pickle may call. It has no attributes, so that the pickle cannot set any, as it could on a function."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Any:
        storage, offset, shape, strides, *_ = arguments
        return _tensor(storage, offset, shape, strides)


class _Parameter(_Rebuild):
    """A parameter is its tensor."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Any:
        return arguments[0]


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any) -> Tensor:
    if type(storage) is not Storage or not _natural(offset) or type(shape) is not tuple or type(strides) is not tuple:
        raise pickle.UnpicklingError("it has a tensor without a storage")
    if len(shape) != len(strides) or not all(map(_natural, shape + strides)):
        raise pickle.UnpicklingError("it has a tensor of an impossible shape")
    return Tensor(storage, offset, shape, strides)


ALLOWED = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _Rebuild(),
    ("torch._utils", "_rebuild_parameter"): _Parameter(),
}


def _natural(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 62


def _arrays(state: dict[str, Tensor], opened: zipfile.ZipFile, top: str) -> dict[str, NDArray[Any]]:
    storages = {tensor.storage for tensor in state.values()}
    wanted = sum(math.prod(tensor.shape) * _kind(tensor.storage).itemsize for tensor in state.values())
    if max(wanted, sum(storage.length * _kind(storage).itemsize for storage in storages)) > MAX_ARRAY_BYTES:
        raise ValueError("its arrays are too large")
    big = _big_endian(opened, top)
    numbers = {storage: _numbers(storage, opened, top, big) for storage in storages}
    return {name: _view(tensor, numbers[tensor.storage]) for name, tensor in state.items()}


def _kind(storage: Storage) -> np.dtype[Any]:
    return np.dtype(STORAGES[storage.kind])


def _big_endian(opened: zipfile.ZipFile, top: str) -> bool:
    if f"{top}byteorder" not in opened.namelist():
        return False
    return {b"little": False, b"big": True}[_member(opened, f"{top}byteorder", 10)]


def _numbers(storage: Storage, opened: zipfile.ZipFile, top: str, big: bool) -> NDArray[Any]:
    kind = _kind(storage)
    data = _member(opened, f"{top}data/{storage.key}", storage.length * kind.itemsize)
    if len(data) != storage.length * kind.itemsize:
        raise ValueError(f"storage {storage.key} is cut short"[:100])
    numbers = np.frombuffer(data, kind.newbyteorder(">" if big else "<")).astype(kind, copy=False)
    return (numbers.astype(np.uint32) << 16).view(np.float32) if storage.kind == "BFloat16Storage" else numbers


def _view(tensor: Tensor, numbers: NDArray[Any]) -> NDArray[Any]:
    """The tensor's numbers in an array of its own, checked to lie inside their storage."""
    if math.prod(tensor.shape) == 0:
        return np.zeros(tensor.shape, numbers.dtype)
    last = tensor.offset + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
    if last >= len(numbers):
        raise ValueError("it has a tensor that reaches beyond its storage")
    steps = [step * numbers.itemsize for step in tensor.strides]
    return np.lib.stride_tricks.as_strided(numbers[tensor.offset :], tensor.shape, steps, writeable=False).copy(
        order="C"
    )


def _member(opened: zipfile.ZipFile, name: str, limit: int) -> bytes:
    if opened.getinfo(name).file_size > limit:
        raise ValueError(f"{name} is too large"[:100])
    with opened.open(name) as file:
        return file.read(limit + 1)
