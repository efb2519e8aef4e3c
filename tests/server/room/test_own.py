"""Expressions of the user's own: from the poser, from a file, away; two pages see the same."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]


async def test_what_is_held_becomes_an_expression_on_every_page(tabs: Tabs, camera: Camera) -> None:
    other = await tabs("expressions")
    tab = await tabs("poser")
    await tab.type("[data-name=mouth_smirk]", "0.5")
    assert await camera.comes(lambda: camera.state()["held"] == {"mouth_smirk": 0.5})
    await tab.type("#keep-name", "sly")
    await tab.reads(".toast", "sly")
    assert camera.ask("GET", "/api/expressions") == {"sly": {"mouth_smirk": 0.5}}
    await other.until("(e => e && (e.click(), true))(document.querySelector('.own [data-name=sly]'))")
    shown = await camera.comes(lambda: camera.state()["emotion"] == "sly")
    assert shown, (camera.state()["emotion"], await other.js("document.body.innerText.slice(0, 3000)"))
    await other.until("[...document.querySelectorAll('.keys option')].some((one) => one.value === 'sly')")
    await other.click("[aria-label='Delete sly']")
    await other.click("[aria-label='Delete sly for good']")
    assert await camera.comes(lambda: camera.state()["expressions"] == [] and camera.state()["emotion"] == "neutral")


async def test_sillytaverns_file_is_read(tabs: Tabs, camera: Camera, tmp_path: Path) -> None:
    file = tmp_path / "_emotions.json"
    values = {
        "wry": {"mouth_smirk_index": 0.0, "mouth_smirk": 0.25},
        "asleep": {"eye_wink_left": 1, "eye_wink_right": 1},
    }
    file.write_text(json.dumps(values), encoding="utf-8")
    tab = await tabs("expressions")
    await tab.files("#own-file", file)
    assert await camera.comes(lambda: camera.state()["expressions"] == ["asleep", "wry"])
    file.write_text('{"odd": {"mouth_smrk": 1}}', encoding="utf-8")
    await tab.files("#own-file", file)
    await tab.until("document.querySelector('#problems .count')?.innerText === '1'")
    assert camera.state()["expressions"] == ["asleep", "wry"]
    for name in ("asleep", "wry"):
        camera.ask("DELETE", f"/api/expressions/{name}")
