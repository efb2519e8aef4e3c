"""No test of puppets fetches a network."""

from __future__ import annotations

import pytest

from tests.avatar.puppet_fixtures import Nearest
from vtube.avatar.puppet import drawing
from vtube.avatar.puppet.drawing import Doubling


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Nearest:
    network = Nearest()

    def enlarger(name: str, device: str = "cpu") -> Doubling | None:
        return network

    monkeypatch.setattr(drawing, "enlarger", enlarger)
    return network
