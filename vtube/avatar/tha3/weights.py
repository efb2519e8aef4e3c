"""From weight files to a poser."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file

from vtube.avatar.tha3.poser import Poser, load
from vtube.avatar.weights.files import network_files


def load_poser(variant: str, folder: Path | None = None) -> Poser:
    """The networks of `variant`, such as `separable_float`, in their files' precision, on the CPU.

    Raises:
        ModelError: files are missing or damaged and cannot be fetched, or do not fit the networks.
    """
    files = network_files(variant, folder)
    return load({name: load_file(path) for name, path in files.items()}, variant.startswith("separable"))
