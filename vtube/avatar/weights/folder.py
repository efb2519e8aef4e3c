"""Where the manifest of the weights lies."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from vtube.errors import ModelError
from vtube.folders import CHECKOUT, MANIFEST


def manifest_path() -> Path:
    """The manifest of the checkout, or the one that was installed with the package.

    Raises:
        ModelError: neither is there.
    """
    for root in (CHECKOUT, Path(sysconfig.get_path("data")) / "share" / "vtube"):
        if (root / MANIFEST).is_file():
            return root / MANIFEST
    raise ModelError("models/manifest.yaml is missing from this installation; install vtube again")
