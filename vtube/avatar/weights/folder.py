"""Where the weights lie."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from vtube.errors import ModelError

CHECKOUT = Path(__file__).resolve().parents[3]
MANIFEST = Path("models") / "manifest.yaml"


def models_folder() -> Path:
    """VTUBE_MODELS, else `models/` of the checkout when it can be written, else a folder of the user's own."""
    named = os.environ.get("VTUBE_MODELS")
    if named:
        return Path(named).expanduser().absolute()
    own = CHECKOUT / "models"
    if (CHECKOUT / MANIFEST).is_file() and os.access(own, os.W_OK):
        return own
    return _user_data() / "vtube" / "models"


def manifest_path() -> Path:
    """The manifest of the checkout, or the one that was installed with the package.

    Raises:
        ModelError: neither is there.
    """
    for root in (CHECKOUT, Path(sysconfig.get_path("data")) / "share" / "vtube"):
        if (root / MANIFEST).is_file():
            return root / MANIFEST
    raise ModelError("models/manifest.yaml is missing from this installation; install vtube again")


def _user_data() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
