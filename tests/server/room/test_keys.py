"""From the first steps to OBS without a mouse: picture, face, voice, outputs; the focus is never lost."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from tests.server.room.test_character import picture, wardrobe

__all__ = ["picture", "wardrobe"]
Tabs = Callable[..., Awaitable[Tab]]
MOST_STEPS = 250


async def reach(tab: Tab, selector: str) -> None:
    """Press Tab until an element has the focus."""
    there = f"document.activeElement.matches({json.dumps(selector)})"
    for _ in range(MOST_STEPS):
        await tab.key("Tab")
        if await tab.js(there):
            return
    raise AssertionError(f"Tab does not reach {selector}")


async def go(tab: Tab, section: str) -> None:
    """Follow a link of the rail; the focus is then at the section's title."""
    await reach(tab, f".rail a[href='#{section}']")
    await tab.key("Enter")
    await tab.until(f"document.activeElement.matches('vt-{section} h2')")


async def test_from_the_first_steps_to_obs_by_keys_alone(tabs: Tabs, wardrobe: Camera, picture: Path) -> None:
    camera = wardrobe
    tab = await tabs("start")
    await reach(tab, "vt-start a[href='#character'], vt-start .btn")
    await tab.key("Enter")
    await tab.until("document.activeElement.closest('vt-character') !== null")
    await reach(tab, "#file")
    await tab.files("#file", picture)
    await tab.reads("vt-character .candidate", "Not on air yet")
    await reach(tab, ".candidate .buttons .btn:first-child")
    await tab.key("Enter")
    assert await camera.comes(lambda: camera.state()["character"] == "other.png")
    await tab.until("!document.querySelector('.candidate') && document.activeElement !== document.body")

    await go(tab, "face")
    await reach(tab, "[data-path='retarget.smoothing'] [type=range]")
    await tab.key("ArrowRight")
    assert await camera.comes(lambda: camera.ask("GET", "/api/settings")["retarget"]["smoothing"] > 0.5)
    assert await tab.js("document.activeElement.matches(\"[data-path='retarget.smoothing'] [type=range]\")")

    await go(tab, "voice")
    await reach(tab, "[data-path='speech.volume'] [type=range]")
    await tab.key("ArrowLeft")
    assert await camera.comes(lambda: camera.ask("GET", "/api/settings")["speech"]["volume"] < 1)

    await go(tab, "outputs")
    await reach(tab, "vt-outputs .code .btn")
    await tab.key("Enter")
    await tab.until("document.querySelector('.toast').innerText.length > 3")
    assert await tab.js("document.activeElement.matches('vt-outputs .code .btn')")


async def test_letting_go_by_keys_leaves_the_focus_at_its_slider(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("poser")
    camera.ask("PUT", "/api/pose", {"head_y": 0.5})
    await reach(tab, ".pr.held .name")
    await tab.key("Enter")
    assert await camera.comes(lambda: camera.state()["held"] == {})
    await tab.until("document.activeElement.matches('.pr [type=range]')")
    camera.ask("PUT", "/api/pose", {"head_y": 0.5})
    await tab.until("document.querySelectorAll('.pr.held').length === 1")
    await tab.js("document.querySelector('.panel .head .btn:not(.ghost)').focus()")
    await tab.key("Enter")
    assert await camera.comes(lambda: camera.state()["held"] == {})
    await tab.until("document.activeElement !== document.body && !document.activeElement.disabled")
