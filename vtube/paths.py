"""Where the program keeps what it fetches and what it remembers."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
MANIFEST = Path("models") / "manifest.yaml"


def models_folder() -> Path:
    """VTUBE_MODELS, else `models/` of the checkout when it can be written, else a folder of the user's own."""
    named = os.environ.get("VTUBE_MODELS")
    if named:
        return Path(named).expanduser().absolute()
    own = CHECKOUT / "models"
    if (CHECKOUT / MANIFEST).is_file() and os.access(own, os.W_OK):
        return own
    return user_folder() / "models"


def shipped(file: Path) -> Path | None:
    """A file that came with the program, in a checkout or where an installation put it; None when it is missing."""
    roots = CHECKOUT, Path(sysconfig.get_path("data")) / "share" / "vtube"
    return next((root / file for root in roots if (root / file).is_file()), None)


def default_picture() -> Path:
    """The picture of Ilta, the default character."""
    return Path(__file__).resolve().parent / "data" / "ilta.png"


def user_folder() -> Path:
    """VTUBE_HOME, else the place where this system keeps the data of a user's programs; it need not exist yet."""
    named = os.environ.get("VTUBE_HOME")
    return Path(named).expanduser().absolute() if named else _user_data() / "vtube"


def _user_data() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
