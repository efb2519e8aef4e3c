"""Small stand-ins for the weights: tiny networks and a manifest that describes them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from vtube.avatar.weights import NETWORKS, tensors
from vtube.avatar.weights.tensors import Tensors

NOWHERE = {"kind": "archive", "title": "nowhere", "url": "https://nowhere.invalid/all.zip"}


def tiny(network: str, seed: int = 0) -> Tensors:
    """The weights of a network of a few layers; every network has other shapes."""
    random = np.random.default_rng(seed)
    width = 3 + NETWORKS.index(network)
    return {
        "body.0.weight": random.standard_normal((width, 4, 3, 3)).astype(np.float32),
        "body.0.bias": random.standard_normal(width).astype(np.float32),
    }


def save_pt(values: Tensors, path: Path) -> None:
    """What `torch.save` writes, as the published files are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: torch.from_numpy(array) for name, array in values.items()}, path)


def save_variant(home: Path, seed: int = 0) -> Path:
    """A folder with the five tiny .pt files."""
    for network in NETWORKS:
        save_pt(tiny(network, seed), home / f"{network}.pt")
    return home


def save_archive(path: Path, variants: list[str], top: str = "models/") -> Path:
    """A zip with a folder of five tiny files per variant."""
    with zipfile.ZipFile(path, "w") as archive:
        for variant in variants:
            home = save_variant(path.parent / f"in-{path.stem}" / variant)
            for network in NETWORKS:
                archive.write(home / f"{network}.pt", f"{top}{variant}/{network}.pt")
    return path


def write_manifest(path: Path, origins: dict[str, list[dict[str, Any]]], known: bool = True) -> Path:
    """A manifest of `separable_float` and `separable_half` for the tiny networks."""
    files = {network: {"tensors": tensors.digest(tiny(network))} for network in NETWORKS} if known else {}
    variant = {"architecture": "separable", "about": "tiny"}
    structures = {network: tensors.structure(tiny(network)) for network in NETWORKS}
    content = {
        "title": "tiny",
        "author": "nobody",
        "licence": "CC0",
        "licence_url": "https://localhost/licence",
        "project": "https://localhost/project",
        "attribution": "nobody's",
        "architectures": {"separable": structures},
        "variants": {
            "separable_float": variant
            | {"precision": "float32", "files": files, "origins": origins.get("float") or [NOWHERE]},
            "separable_half": variant | {"precision": "float16", "origins": origins.get("half") or [NOWHERE]},
        },
    }
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path
