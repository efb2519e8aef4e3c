"""What a clip is called."""

from __future__ import annotations

import pytest

from vtube.clips.clip import Clip
from vtube.clips.order import Order


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (Order("[joy] Hello  everyone!"), "Hello everyone!"),
        (Order("# The beginning\n[joy] Hello"), "The beginning Hello"),
        (Order("[joy] Hello", name=" Greeting "), "Greeting"),
        (Order("[joy]"), "key"),
        (Order("a [ b"), "a [ b"),
        (Order("x" * 200), "x" * 60),
    ],
)
def test_its_title_is_what_is_said(order: Order, title: str) -> None:
    assert Clip("key", 0.0, order).title == title
