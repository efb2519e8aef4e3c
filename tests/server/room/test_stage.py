"""The signal path and the stage: every control pressed, and what the camera then says and shows."""

from __future__ import annotations

import io
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from PIL import Image

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from vtube.frame import Frame

Tabs = Callable[..., Awaitable[Tab]]


def seen(camera: Camera, query: str = "") -> Frame:
    """What the outputs get now."""
    with urllib.request.urlopen(f"{camera.url}/frame.png{query}", timeout=30) as answer:
        return np.asarray(Image.open(io.BytesIO(answer.read())))


async def test_h_hides_the_character_in_every_output_and_puts_it_back(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("expressions")
    assert seen(camera).any()
    await tab.key("h")
    assert await camera.comes(lambda: not camera.state()["on_air"] and not seen(camera).any())
    await tab.reads("#air", "Hidden")
    await tab.reads("#lamp-outputs", "hidden from all")
    assert seen(camera, "?always=1").any()
    await tab.click("#air")
    assert await camera.comes(lambda: camera.state()["on_air"] and seen(camera).any())


async def test_the_lamps_tell_what_is(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("start")
    await tab.reads("#lamp-face", "no tracker")
    await tab.reads("#lamp-voice", "does not listen")
    await tab.reads("#lamp-picture", "fps")
    await tab.reads("#lamp-outputs", "not shown anywhere yet")
    await tab.reads("#air", "Ready")
    await tab.js(f"window.obs = new WebSocket('{camera.url.replace('http', 'ws')}/ws/frames?fps=1')")
    await tab.reads("#lamp-outputs", "viewers: 1")
    await tab.reads("#air", "On air")
    await tab.reads("[data-step=obs]", "done")
    await tab.js("obs.close()")
    await tab.reads("#lamp-outputs", "not shown anywhere yet")


async def test_without_a_face_calibration_says_so(tabs: Tabs) -> None:
    tab = await tabs("face")
    await tab.key("c")
    await tab.until("document.querySelector('.cover .count')?.innerText === '3'")
    await tab.reads(".cover", "No face is seen now")
    await tab.reads(".panel", "not calibrated")


async def test_freeze_and_expressions_by_keys_and_clicks(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("expressions")
    await tab.key(" ")
    assert await camera.comes(lambda: camera.state()["paused"])
    await tab.reads("#lamp-picture", "frozen")
    await tab.key(" ")
    assert await camera.comes(lambda: not camera.state()["paused"])
    await tab.key("2")
    assert await camera.comes(lambda: camera.state()["emotion"] == "joy")
    await tab.until("document.querySelector('.strip [data-name=joy]')?.ariaPressed === 'true'")
    await tab.key("2")
    assert await camera.comes(lambda: camera.state()["emotion"] == "neutral")
    await tab.click(".faces [data-name=grief]")
    assert await camera.comes(lambda: camera.state()["emotion"] == "grief")


async def test_a_snapshot_is_the_picture_with_its_transparency(tabs: Tabs) -> None:
    tab = await tabs("expressions")
    await tab.js(
        "window.taken = new Promise((done) => { const make = URL.createObjectURL; URL.createObjectURL = (blob) => {"
        "createImageBitmap(blob).then((picture) => done([picture.width, blob.type])); return make(blob); }; }); 1"
    )
    await tab.key("p")
    assert await tab.js("taken") == [512, "image/png"]
    await tab.reads(".toast", "downloads")


async def test_a_recording_is_begun_and_ended(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("outputs")
    await tab.choose("#video", "mkv")
    await tab.key("r")

    def recording() -> Any:
        return camera.state()["recording"]

    assert await camera.comes(lambda: recording() and recording()["state"] == "live" and recording()["sent"] > 2)
    await tab.reads(".toast", "Recording to")
    await tab.key("r")
    assert await camera.comes(lambda: recording()["state"] == "closed")
    assert recording()["detail"].endswith(".mkv")


async def test_what_cannot_be_said_is_a_problem_until_it_is_closed(tabs: Tabs) -> None:
    tab = await tabs("voice")
    await tab.click("#say button")
    await tab.reads("#spoken", "nothing to say")
    await tab.type("#say-text", "Hello there")
    await tab.until("document.querySelector('#say-text').value === ''")
    await tab.reads("#problems .count", "1")
    await tab.click("#problems summary")
    await tab.reads("#problems li", "Could not say “Hello there”")
    await tab.click("#problems li button")
    await tab.reads("#problems .sheet", "No problems.")


async def test_the_preview_is_small_and_no_larger_than_shown(tabs: Tabs) -> None:
    tab = await tabs("expressions", width=390, height=844)
    shown = await tab.js("(c => [c.width, c.height])(document.querySelector('vt-stage canvas'))")
    assert max(shown) <= 416
    assert await tab.js("document.documentElement.scrollWidth") == 390
