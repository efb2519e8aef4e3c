"""A batch of stills from the poser, and links for button boxes: made, used, taken away."""

from __future__ import annotations

import base64
import io
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]
KEEP_DOWNLOADS = """
window.saved = [];
URL.createObjectURL = (blob) => { saved.push(blob.arrayBuffer()); return "#poser"; };
HTMLAnchorElement.prototype.click = () => {};
"""
SAVED = """
saved[0].then((bytes) => btoa([...new Uint8Array(bytes)].map((one) => String.fromCharCode(one)).join("")))
"""


async def archive(tab: Tab) -> zipfile.ZipFile:
    """What the page has put into the downloads."""
    await tab.until("window.saved.length === 1")
    return zipfile.ZipFile(io.BytesIO(base64.b64decode(await tab.js(SAVED))))


async def test_the_poses_of_a_file_become_a_zip(tabs: Tabs, camera: Camera, tmp_path: Path) -> None:
    file = tmp_path / "poses.json"
    file.write_text(json.dumps({"left": {"head_y": 1.0, "mouth_smirk_index": 0.0}, "right": {"head_y": -1.0}}))
    tab = await tabs("poser")
    await tab.js(KEEP_DOWNLOADS)
    await tab.files("#stills-file", file)
    await tab.reads("vt-stills", "Save 2 as ZIP")
    await tab.click("vt-stills .btn.main")
    found = await archive(tab)
    assert found.namelist() == ["left.png", "right.png"]
    left, right = (Image.open(io.BytesIO(found.read(name))) for name in found.namelist())
    assert (left.mode, left.size) == ("RGBA", tuple(camera.state()["size"]))
    assert left.tobytes() != right.tobytes()
    await tab.reads(".toast", "2")


async def test_what_is_held_is_one_still(tabs: Tabs) -> None:
    tab = await tabs("poser")
    await tab.js(KEEP_DOWNLOADS)
    await tab.click("vt-stills .seg button:nth-child(4)")
    await tab.reads("vt-stills", "Move something above first.")
    await tab.type("[data-name=mouth_smirk]", "0.5")
    await tab.reads("vt-stills", "Save 1 as ZIP")
    await tab.click("vt-stills .btn.main")
    assert (await archive(tab)).namelist() == ["pose.png"]


async def test_a_link_is_made_acts_and_is_taken_away(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("outputs")
    await tab.type("#link-name", "Stream Deck")
    await tab.reads("[data-link='Stream Deck']", "not shown again")
    await tab.type("#link-action", "expression:fear")
    await tab.reads(".made code", "/api/do/expression:fear?token=")
    link = await tab.js("document.querySelector('.made code').innerText")
    with urllib.request.urlopen(link, timeout=30) as answer:
        assert answer.status == 200
    assert await camera.comes(lambda: camera.state()["emotion"] == "fear")
    await tab.click("[aria-label='Delete Stream Deck']")
    await tab.click("[aria-label='Delete Stream Deck for good']")
    await tab.reads("vt-links", "There are no links yet.")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(link, timeout=30)
