"""Where the manifest of the weights lies."""

from __future__ import annotations

from pathlib import Path

from vtube.errors import ModelError
from vtube.paths import MANIFEST, shipped


def manifest_path() -> Path:
    """The manifest of the checkout, or the one that was installed with the package.

    Raises:
        ModelError: neither is there.
    """
    path = shipped(MANIFEST)
    if path is None:
        raise ModelError("models/manifest.yaml is missing from this installation; install vtube again")
    return path
