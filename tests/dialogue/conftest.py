"""A memory in a file of its own, at a time that a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogue.memory_rig import Open, Time
from vtube.dialogue.memory.store import MemoryStore
from vtube.settings import MemorySettings


@pytest.fixture
def wall() -> Time:
    return Time()


@pytest.fixture
def remember(tmp_path: Path, wall: Time) -> Iterator[Open]:
    """Opens the memory; the same file again and again."""
    opened: list[MemoryStore] = []

    def make(name: str = "memory.sqlite", **settings: object) -> MemoryStore:
        opened.append(MemoryStore(tmp_path / name, MemorySettings.model_validate(settings), wall))
        return opened[-1]

    yield make
    for store in opened:
        store.close()
