"""Weights in and out of files: .pt (read safely) and .safetensors (read and written), as NumPy arrays by name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.avatar.weights import checkpoint
from vtube.errors import ModelError
from vtube.paths import write_whole
from vtube.text import first_line

Tensors = dict[str, NDArray[Any]]

MAX_FILE_BYTES = 1 << 30


def read(path: Path) -> Tensors:
    """The arrays in a .pt or .safetensors file; a .pt may hold nothing else.

    Raises:
        ModelError: the file is missing, too large, damaged, or holds anything but named arrays.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ModelError(f"{path} is too large for weights of THA3")
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from None
    return _read_safetensors(path) if path.suffix == ".safetensors" else _read_pt(path)


def write(tensors: Mapping[str, NDArray[Any]], path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a .safetensors file at once: `path` holds the old contents or the new, never a part.

    Raises:
        ModelError: the disk is full or the folder cannot be written.
    """
    from safetensors.numpy import save  # not needed by a start that finds its weights

    def put(part: Path) -> None:
        with part.open("wb") as file:
            file.write(save({name: np.ascontiguousarray(array) for name, array in tensors.items()}, metadata))
            file.flush()
            os.fsync(file.fileno())

    try:
        write_whole(path, put)
    except OSError as error:
        raise ModelError(f"cannot write {path}: {error.strerror or error}") from None


def structure(tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of the sorted lines `name 3x4x5`: the same for any numbers that fit the same network."""
    lines = (f"{name} {'x'.join(map(str, tensors[name].shape))}" for name in sorted(tensors))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest(tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of all names, types, shapes and numbers, whatever file they came in."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.data)
    return total.hexdigest()


def halve(tensors: Mapping[str, NDArray[Any]]) -> Tensors:
    """The same arrays, rounded to the nearest float16."""
    return {name: array.astype(np.float16) for name, array in tensors.items()}


def _read_safetensors(path: Path) -> Tensors:
    from safetensors import SafetensorError  # see write()
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path} is damaged: {first_line(error)}") from None


def _read_pt(path: Path) -> Tensors:
    try:
        return checkpoint.read(path)
    except checkpoint.NotAStateError:
        raise ModelError(f"{path} does not hold the weights of one network") from None
    except checkpoint.DAMAGE as error:
        raise ModelError(f"{path} is not a whole file of weights: {first_line(error)}") from None
