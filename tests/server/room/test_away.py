"""The program is killed and started again: the page says so and goes on; what pages change, all see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]


async def test_a_program_that_stops_covers_the_stage_until_it_is_back(tabs: Tabs, tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    try:
        tab = await tabs("voice", camera.url)
        camera.close()
        await tab.reads(".cover", "has stopped")
        await tab.until("document.querySelector('.panel').inert && document.querySelector('.acts').inert")
        await tab.reads(".top", "the program has stopped")
        await tab.until("document.querySelectorAll('.stage > .lamps .off').length === 4")
    finally:
        camera.close()
    again = Camera(tmp_path, camera.port)
    try:
        await tab.until("!document.querySelector('.cover') && !document.querySelector('.panel').inert")
        again.ask("PUT", "/api/emotion", {"name": "joy"})
        await tab.until("document.querySelector('.strip [data-name=joy]')?.ariaPressed === 'true'")
    finally:
        again.close()


async def test_what_one_page_holds_the_other_lets_go(tabs: Tabs, camera: Camera) -> None:
    one, other = await tabs("poser"), await tabs("poser")
    await one.type("[data-name=head_y]", "0.5")
    await other.type("[data-name=mouth_aaa]", "1")
    assert await camera.comes(lambda: camera.state()["held"] == {"head_y": 0.5, "mouth_aaa": 1.0})
    await one.until("document.querySelectorAll('.pr.held').length === 2")
    await one.js("location.reload()")
    await one.until("document.querySelectorAll('.pr.held').length === 2")
    await one.click(".panel .head .btn:not(.ghost)")
    assert await camera.comes(lambda: camera.state()["held"] == {})
    await other.until("document.querySelectorAll('.pr.held').length === 0")


async def test_a_setting_is_changed_on_both_pages_undone_and_put_back(tabs: Tabs, camera: Camera) -> None:
    one, other = await tabs("face"), await tabs("face")

    def smoothing() -> object:
        return camera.ask("GET", "/api/settings")["retarget"]["smoothing"]

    shown = "document.querySelector('[data-path=\"retarget.smoothing\"] input[type=number]').value"
    await one.type("[data-path='retarget.smoothing'] input[type=number]", "0.25")
    assert await camera.comes(lambda: smoothing() == 0.25)
    await other.until(f"{shown} === '0.25'")
    await one.js("document.activeElement.blur()")
    await one.key("u")
    assert await camera.comes(lambda: smoothing() == 0.5)
    await other.until(f"{shown} === '0.5'")
    await other.type("[data-path='retarget.smoothing'] input[type=number]", "0.75")
    assert await camera.comes(lambda: smoothing() == 0.75)
    await one.until(f"{shown} === '0.75'")
    await one.click("[data-path='retarget.smoothing'] .tiny.ghost")
    assert await camera.comes(lambda: smoothing() == 0.5)


async def test_a_favourite_gets_the_key_that_is_chosen(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("expressions")
    await tab.choose(".keys label:nth-child(8) select", "grief")

    def favourites() -> list[str]:
        return list(camera.ask("GET", "/api/settings")["emotion"]["favourites"])

    assert await camera.comes(lambda: favourites()[7] == "grief")
    await tab.js("document.activeElement.blur()")
    await tab.until("document.querySelector('.strip').lastElementChild.dataset.name === 'grief'")
    await tab.key("8")
    assert await camera.comes(lambda: camera.state()["emotion"] == "grief")
    first = ["neutral", "joy", "love", "surprise", "pride", "anger", "sadness", "fear"]
    camera.ask("PUT", "/api/settings", {"emotion": {"favourites": first}})


async def test_a_page_shows_what_is_held_though_it_let_go_in_between(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("poser")
    camera.ask("PUT", "/api/pose", {"head_y": 0.5})
    await tab.until("document.querySelectorAll('.pr.held').length === 1")
    await tab.js("document.querySelector('.panel .head .btn:not(.ghost)').click()")
    assert await camera.comes(lambda: camera.state()["held"] == {})
    camera.ask("PUT", "/api/pose", {"head_y": 0.5})  # before the page has been told anything
    await tab.until("document.querySelectorAll('.pr.held').length === 1")
