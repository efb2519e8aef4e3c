"""Looks of the scene on the page: kept, changed into, renamed, forgotten; every page sees the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from tests.server.room.test_stage import seen

Tabs = Callable[..., Awaitable[Tab]]


async def test_a_look_is_kept_shown_renamed_and_forgotten(tabs: Tabs, camera: Camera) -> None:
    near = {"zoom": 2.0, "x": 0.2, "background": "#102030", "effects": ["vignette"]}
    camera.ask("PUT", "/api/settings", {"scene": near})
    tab = await tabs("scene")
    other = await tabs("scene")
    await tab.type("#look-name", "Chat")
    await tab.reads("[data-look=Chat]", "shown")
    await other.reads("[data-look=Chat] .d", "vignette")
    usual = {"zoom": 1.0, "x": 0.0, "background": "#00b140", "effects": []}
    camera.ask("PUT", "/api/settings", {"scene": usual})
    far = seen(camera)
    await tab.click("[aria-label='Show Chat']")
    await tab.reads("[data-look=Chat]", "shown")
    scene = camera.ask("GET", "/api/settings")["scene"]
    assert {key: scene[key] for key in near} == near
    assert await camera.comes(lambda: (seen(camera) != far).mean() > 0.05)
    await tab.click("[aria-label='Rename Chat']")
    await tab.type("#look-new-name", "Talk")
    await other.reads("[data-look=Talk]", "Talk")
    await other.click("[aria-label='Delete Talk']")
    await other.click("[aria-label='Delete Talk for good']")
    assert await camera.comes(lambda: camera.ask("GET", "/api/scenes") == {"scenes": {}})


async def test_a_look_whose_picture_is_gone_is_a_problem_on_the_list(tabs: Tabs, camera: Camera) -> None:
    looks = {"Gone": {"background": "no-such.png"}}
    camera.ask("PUT", "/api/settings", {"scene": {"presets": looks}})
    tab = await tabs("scene")
    await tab.click("[aria-label='Show Gone']")
    await tab.until("document.querySelector('#problems .count')?.innerText === '1'")
    camera.ask("PUT", "/api/settings", {"scene": {"presets": {}}})
