"""The control room and the camera's page in a real Firefox: the same page, the same steps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import numpy as np
import pytest

from benchmarks.browser import decode
from tests.server.conftest import Running
from tests.server.room.conftest import Camera
from tests.server.room.firefox import FIREFOX, FirefoxTab, firefox_session, running_firefox
from tests.server.room.test_page import SECTIONS
from tests.server.test_shaders import finished
from tests.server.test_webgl import alike
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.prepare import prepare
from vtube.frame import Frame, recipe_of
from vtube.paths import default_picture
from vtube.scene.background import Background

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox here")
GOAL_DB = 40
CHAINS = [["vignette"], ["grade:0.6", "outline:0.01", "shadow:0.8", "scanlines"], ["bloom", "aberration"], ["pixelate"]]
SHOWN = "[...document.querySelectorAll('canvas')].find((canvas) => !canvas.hidden)"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The one Firefox of these tests."""
    with running_firefox() as found:
        yield found


@pytest.fixture
async def tab(port: int, camera: Camera) -> AsyncIterator[FirefoxTab]:
    """A tab in front of the camera; a test in which the page met a fault fails."""
    async with firefox_session(port, camera.url) as one:
        yield one


async def test_every_section_shows(tab: FirefoxTab) -> None:
    await tab.open("start")
    await tab.reads("#lamp-picture", "fps")
    for section in SECTIONS:
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")
        assert await tab.js("document.documentElement.scrollWidth") == 1400, section


async def test_a_slider_moves_the_character(tab: FirefoxTab, camera: Camera) -> None:
    await tab.open("poser")
    slider = "vt-poser input[type=range]"
    assert camera.state()["held"] == {}
    await tab.click(slider)
    await tab.key("ArrowRight")
    await tab.until(f"document.querySelector('{slider}').value !== '0'")
    assert await camera.comes(lambda: len(camera.state()["held"]) == 1)


async def test_h_hides_and_shows_again(tab: FirefoxTab, camera: Camera) -> None:
    await tab.open("expressions")
    await tab.key("h")
    assert await camera.comes(lambda: not camera.state()["on_air"])
    await tab.reads("#air", "Hidden")
    await tab.click("#air")
    assert await camera.comes(lambda: camera.state()["on_air"])


async def test_what_is_typed_is_said(tab: FirefoxTab) -> None:
    await tab.open("voice")
    await tab.type("#say-text", "Hello there")
    await tab.until("document.querySelector('#say-text').value === ''")


async def test_the_cameras_page_shows_the_frames(tab: FirefoxTab) -> None:
    await tab.size(512, 512)
    await tab.go(f"{tab.base}/camera")
    await tab.until("document.querySelector('#character')?.width === 512")
    middle = "[...document.querySelector('#character').getContext('2d').getImageData(256, 250, 1, 1).data]"
    await tab.until(f"{middle}[3] === 255")


async def over_white(tab: FirefoxTab, frame: Frame) -> Frame:
    """What the page shows of `frame` when it does so as it should, or after a while."""
    shown = np.zeros_like(frame)
    for _ in range(60):
        await asyncio.sleep(0.05)
        shown = decode(await tab.screenshot())
        if alike(shown, on_white(frame)) >= GOAL_DB:
            break
    return shown


def on_white(frame: Frame) -> Frame:
    flat = Background("#ffffff", frame.shape[1], frame.shape[0]).flatten(frame)
    return np.dstack((flat, np.full(flat.shape[:2], 255, np.uint8)))


async def test_webgl_draws_puppet_and_effects_as_the_processor_does(port: int, serve: Callable[..., Running]) -> None:
    running, size = serve(), (512, 512)
    renderer = PuppetRenderer(Request(prepare(default_picture())))
    async with firefox_session(port, running.url) as tab:
        await tab.size(*size)
        await tab.go(f"{running.url}/camera?draw=webgl")
        if await tab.js("document.createElement('canvas').getContext('webgl2') === null"):
            pytest.skip("this Firefox has no WebGL 2")
        for effects in CHAINS:
            frame = finished(renderer, size, effects)
            assert recipe_of(frame) is not None
            running.broadcast.publish(frame, time.monotonic())
            await tab.until(f"{SHOWN}?.width === 512 && {SHOWN}.id === ''")
            assert alike(await over_white(tab, frame), on_white(frame)) >= GOAL_DB, effects
    renderer.close()
