"""The overlays for OBS: transparent, and in any script each part stands where it belongs."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]

PARTS = """
[...document.querySelectorAll('#messages li')].map((line) => [
  line.getBoundingClientRect().width,
  ...[...line.children].map((part) =>
    [part.textContent.trim(), ...[...part.getClientRects()].map((r) => [r.left, r.right])]),
])
"""


async def test_names_amounts_and_texts_of_all_scripts_stand_side_by_side(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("chat")
    written: list[dict[str, Any]] = [
        {"user": "مرحبا", "text": "كيف حالك اليوم؟ hello 123!"},
        {"user": "עברית", "text": "שלום!", "kind": "paid", "amount": 5, "currency": "USD"},
        {"user": "Mia", "text": "<b>no</b> <img src=x onerror=alert(1)>"},
        {"user": "Ken", "text": "x" * 250},
    ]
    for one in written:
        camera.ask("POST", "/api/chat", {"source": "overlay", **one})
    await tab.size(700, 500)
    await tab.go(f"{camera.url}/overlay/chat")
    await tab.until("document.querySelectorAll('#messages li').length >= 4")
    lines = (await tab.js(PARTS))[-4:]
    for width, *parts in lines:
        assert width <= 700
        places = [part[1] for part in parts]
        assert places == sorted(places), "name, amount, text, from left to right"
        assert all(right <= left + 1 for (_, right), (left, _) in itertools.pairwise(places))
    assert [part[0] for part in lines[1][1:]] == ["עברית", "5 USD", "שלום!"]
    assert await tab.js("document.querySelectorAll('#messages img, #messages li b').length") == 0
    assert await tab.js("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert await tab.js("document.documentElement.scrollWidth") <= 700


def writes(camera: Camera) -> bool:
    """Whether her answers are written into the chat."""
    return bool(camera.ask("GET", "/api/settings")["dialogue"]["replies"]["enabled"])


async def test_her_answers_are_written_into_the_chat_at_a_switch(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("chat")
    assert not writes(camera)
    await tab.click("[data-path='dialogue.replies.enabled'] input")
    assert await camera.comes(lambda: writes(camera))
    await tab.click("[data-path='dialogue.replies.enabled'] input")
    assert await camera.comes(lambda: not writes(camera))
