"""Clips without their low priority, which computers that are full of tests would starve; it has a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from vtube.clips.order import Materials, Order, command
from vtube.studio import clips


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """While the block runs, clips are rendered as anything else is."""

    def quick(order: Order, materials: Materials) -> list[str]:
        return [word for word in command(order, materials) if word != "--low-priority"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clips, "command", quick)
        yield
