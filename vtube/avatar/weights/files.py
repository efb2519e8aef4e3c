"""The files that an engine loads: those in the folder when they are whole, else fetched first."""

from __future__ import annotations

from pathlib import Path

from vtube.avatar.weights import NETWORKS, store
from vtube.net.progress import Progress, silent
from vtube.paths import models_folder


def network_files(variant: str, folder: Path | None = None, progress: Progress | None = None) -> dict[str, Path]:
    """Network name → its .safetensors file, for the five networks; fetches and converts what is not there.

    Takes under 50 ms when everything is there, and imports no torch then. `folder`: default `models_folder()`.

    Raises:
        ModelError: there is no such variant, or its weights cannot be had.
    """
    folder = folder or models_folder()
    if here := installed_files(variant, folder):
        return here
    from vtube.avatar.weights import fetch  # a start that finds its weights needs none of it

    return fetch.repair(variant, folder, progress or silent)


def installed_files(variant: str, folder: Path | None = None) -> dict[str, Path] | None:
    """As `network_files`, but None when something is missing: nothing is fetched."""
    folder = folder or models_folder()
    installed = store.read_note(folder / variant) if variant.isidentifier() else {}
    if set(installed) == set(NETWORKS) and not store.problems(folder / variant, installed):
        return store.paths(folder / variant)
    return None
