"""The section Character: a picture is looked at before it goes on air, and characters are kept by name."""

from __future__ import annotations

import contextlib
import urllib.error
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from vtube.avatar.picture.judge import Judge
from vtube.paths import default_picture

Tabs = Callable[..., Awaitable[Tab]]


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another picture of the default character, in which the networks do not look."""
    monkeypatch.setattr(Judge, "can_look", property(lambda _: False))
    with Image.open(default_picture()) as image:
        other = image.convert("RGBA")
    other.putpixel((256, 300), (255, 0, 0, 255))
    other.save(tmp_path / "other.png")
    return tmp_path / "other.png"


@pytest.fixture
def wardrobe(camera: Camera) -> Iterator[Camera]:
    """The camera; what was kept is forgotten, and the first character is on air again."""
    first = camera.state()["character"]
    yield camera
    for one in camera.ask("GET", "/api/characters")["characters"]:
        camera.ask("DELETE", f"/api/characters/{one['name']}")
    if camera.state()["character"] != first:
        with contextlib.suppress(urllib.error.HTTPError):
            camera.ask("POST", "/api/character/back")


async def test_a_picture_is_looked_at_and_goes_on_air_by_a_press_alone(
    tabs: Tabs, wardrobe: Camera, picture: Path
) -> None:
    first = wardrobe.state()["character"]
    tab = await tabs("character")
    await tab.files("#file", picture)
    await tab.until("document.querySelector('.candidate .preview')?.src.startsWith('data:image/png')")
    assert wardrobe.state()["character"] == first
    await tab.click(".candidate .btn.main")
    assert await wardrobe.comes(lambda: wardrobe.state()["character"] == "other.png")
    await tab.until("!document.querySelector('.card header .btn').disabled")
    await tab.click(".card header .btn")
    assert await wardrobe.comes(lambda: wardrobe.state()["character"] == first)
    assert await tab.js("faults") == []


async def test_the_previous_one_can_be_asked_for_when_there_was_one(
    tabs: Tabs, light_engine: None, picture: Path, tmp_path: Path
) -> None:
    camera = Camera(tmp_path)
    try:
        first = camera.state()["character"]
        tab = await tabs("character", camera.url)
        assert camera.state()["former"] is None
        await tab.until("document.querySelector('.card header .btn').disabled")
        await tab.files("#file", picture)
        await tab.click(".candidate .btn.main")
        await tab.until("!document.querySelector('.card header .btn').disabled")
        assert camera.state()["former"] == first
        assert await tab.js("document.querySelector('.card header .btn').title") == "Ilta"
        await tab.click(".card header .btn")
        await tab.until("document.querySelector('.card header .btn').title === 'Other'")
        assert camera.state()["character"] == first
    finally:
        camera.close()


async def test_the_head_is_dragged_and_asked_about_anew(tabs: Tabs, wardrobe: Camera, picture: Path) -> None:
    tab = await tabs("character")
    await tab.files("#file", picture)
    await tab.until("document.querySelectorAll('.headbox, .candidate .preview').length === 2")
    left, _, width, _ = await tab.place(".headbox")
    await tab.drag(".headbox", (0.4, 0.4), (0.9, 0.4))
    await tab.until(
        "document.querySelector('vt-character').chosen.head && document.querySelector('vt-character').chosen.told?.fine"
    )
    moved, _, same, _ = await tab.place(".headbox")
    assert moved - left == pytest.approx(width / 2, abs=4) and same == pytest.approx(width, abs=2)
    asked = [float(one) for one in (await tab.js("document.querySelector('vt-character').chosen.head")).split(",")]
    assert asked[0] > 256 + 40 and 120 < asked[2] < 160


async def test_a_character_is_kept_and_put_on_by_name(tabs: Tabs, wardrobe: Camera, picture: Path) -> None:
    tab = await tabs("character")
    await tab.files("#file", picture)
    await tab.type(".candidate .keep input", "Miko")
    await tab.reads("vt-wardrobe", "Miko")
    await tab.click(".candidate .btn:last-of-type:not(.main):not([type=submit])")
    await tab.click("vt-wardrobe .buttons .btn")
    assert await wardrobe.comes(lambda: wardrobe.state()["character"] == "Miko")
    await tab.until("document.querySelector('vt-wardrobe .tag.good') !== null")
    await tab.click("vt-wardrobe .buttons .btn:last-child")
    await tab.until("!document.querySelector('vt-wardrobe li')")
    assert wardrobe.ask("GET", "/api/characters") == {"characters": []}
    assert wardrobe.state()["character"] == "Miko"


async def test_a_file_that_is_dropped_on_any_section_is_looked_at(tabs: Tabs, picture: Path, tmp_path: Path) -> None:
    tab = await tabs("speed")
    await tab.drop(picture)
    await tab.until("location.hash === '#character' && document.querySelector('.candidate img') !== null")
    await tab.js("location.hash = 'poser'")
    await tab.until("document.querySelector('.panel vt-poser') !== null")
    other = tmp_path / "words.txt"
    other.write_text("no picture", "utf-8")
    await tab.drop(other)
    await tab.reads(".panel vt-character", "words.txt")
