"""Whether the networks are asked about the pictures of a test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_weights(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests that are marked `weights` have them."""
    if request.node.get_closest_marker("weights") is None:
        monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "no-models"))
