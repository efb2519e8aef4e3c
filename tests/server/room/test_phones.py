"""What to enter in a phone's app, and what is said when no phone gets through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]


async def test_the_address_is_shown_with_its_code_or_what_is_in_the_way(tabs: Tabs, camera: Camera) -> None:
    found = camera.ask("GET", "/api/phones")
    tab = await tabs("face")
    await tab.click("vt-phones .seg button:nth-child(5)")
    if not found["reach"]:
        await tab.reads("vt-phones", "in no network")
        return
    await tab.reads("vt-phones code", found["addresses"][0])
    await tab.reads("vt-phones", "No tracker listens for Live Link Face")
    assert len(await tab.js("document.querySelector('vt-phones .qr path').getAttribute('d')")) > 500
