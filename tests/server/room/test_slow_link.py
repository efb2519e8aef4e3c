"""The page over 1 Mbit/s and 100 ms: it lives, its lamps are true, sliders act, and the preview is never old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from tests.server.room.conftest import Camera
from tests.server.room.slow import BITS_PER_S, SlowLink
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]
SOON_S = 2.0
TRIES = 4
# The middle of what is drawn, a share of the width; 60 of 512 pixels are moved where the head is turned.
MIDDLE = """
(canvas => {
  const { width, height } = canvas;
  const row = canvas.getContext("2d").getImageData(0, Math.round(height * 0.4), width, 1).data;
  let [sum, weight] = [0, 0];
  for (let x = 0; x < width; x++) { sum += x * row[4 * x + 3]; weight += row[4 * x + 3]; }
  return sum / weight / width;
})(document.querySelector("vt-stage canvas"))
"""
WATCH = """
window.aways = 0;
new MutationObserver(() => { if (document.querySelector(".cover h3")) aways += 1; })
  .observe(document.querySelector("vt-stage"), { childList: true, subtree: true })
"""
DRAWN = "Number(document.querySelector('vt-stage canvas').dataset.drawn)"


@pytest.fixture(scope="module")
def far(light_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Camera]:
    """A camera that may be reached by another port."""
    camera = Camera(tmp_path_factory.mktemp("far"), server={"port": 0, "allowed_hosts": ["127.0.0.1"]})
    yield camera
    camera.close()


async def seconds_until(tab: Tab, script: str) -> float:
    """How long it takes until the page says so."""
    began = time.monotonic()
    await tab.until(script)
    return time.monotonic() - began


def turned(camera: Camera, wanted: float) -> Callable[[], bool]:
    """Whether the head is held where it is wanted."""
    return lambda: abs(camera.state()["held"].get("head_y", 0.0) - wanted) < 0.1


async def test_the_page_lives_and_its_lamps_are_true(tabs: Tabs, far: Camera) -> None:
    async with SlowLink(far.port).opened() as link:
        tab = await tabs("outputs", link.url)
        await tab.js(WATCH)
        took = []
        for _ in range(TRIES):
            far.ask("PUT", "/api/air", {"on": False})
            took.append(
                await seconds_until(tab, "document.querySelector('#lamp-outputs').innerText.includes('hidden')")
            )
            far.ask("PUT", "/api/air", {"on": True})
            await seconds_until(tab, "!document.querySelector('#lamp-outputs').innerText.includes('hidden')")
        assert min(took) < SOON_S, took
        assert await tab.js("aways") == 0


async def test_a_slider_acts_soon(tabs: Tabs, far: Camera) -> None:
    async with SlowLink(far.port).opened() as link:
        tab = await tabs("poser", link.url)
        took = []
        for value in (0.2, 0.4, 0.6, 0.8):
            began = time.monotonic()
            await tab.drag(".one:has([data-name=head_y]) [type=range]", (0.5, 0.5), (0.5 + value / 2, 0.5))
            assert await far.comes(turned(far, value))
            took.append(time.monotonic() - began)
        assert min(took) < SOON_S, took


async def test_the_preview_gets_slower_and_never_old(tabs: Tabs, far: Camera) -> None:
    async with SlowLink(far.port).opened() as link:
        tab = await tabs("expressions", link.url)
        await tab.js(WATCH)
        began, drawn, sent = time.monotonic(), await tab.js(DRAWN), link.down.bytes
        took = []
        for _ in range(TRIES):
            far.ask("PUT", "/api/pose", {"head_y": 1.0})
            took.append(await seconds_until(tab, f"{MIDDLE} > 0.55"))
            far.ask("PUT", "/api/pose", {"head_y": 0.0})
            await seconds_until(tab, f"{MIDDLE} < 0.53")
            await asyncio.to_thread(far.state)
        lasted = time.monotonic() - began
        assert min(took[1:]) < SOON_S, took
        assert await tab.js(DRAWN) - drawn > 4
        assert 8 * (link.down.bytes - sent) / lasted < 1.3 * BITS_PER_S
        assert await tab.js("aways") == 0
