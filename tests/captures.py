"""Where the real recordings are: the folder named by VTUBE_CAPTURES, else the usual places near the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def captures() -> Path:
    """The folder of recordings; skips the test where it is absent (they are not ours to publish)."""
    root = Path(__file__).resolve().parent.parent
    named = os.environ.get("VTUBE_CAPTURES")
    for folder in [Path(named)] if named else [root / "captures", root.parent / "shared" / "captures"]:
        if folder.is_dir():
            return folder
    pytest.skip("the recordings are not here; VTUBE_CAPTURES names their folder")
