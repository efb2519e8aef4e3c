"""Beside a puppet's file: the folder and the lock of its bake. Needs neither torch nor OpenVINO."""

from __future__ import annotations

from pathlib import Path

from vtube.avatar.puppet import evaluate, file, sampling
from vtube.avatar.puppet.progress import Plan


def baking_folder(path: Path) -> Path:
    """Where the bake of the puppet `path` keeps what is done."""
    return path.with_suffix(f".baking{sampling.VERSION}")


def lock_path(path: Path) -> Path:
    """Of the lock that a bake of the puppet `path` holds."""
    return path.with_suffix(".lock")


def version() -> str:
    """What decides whether a refused picture would be refused again."""
    floors = evaluate.PSNR_FLOOR_DB, evaluate.FACE_PSNR_FLOOR_DB, evaluate.SHARPNESS_FLOOR
    return f"{file.VERSION} {sampling.VERSION} {floors} {Plan()}"
