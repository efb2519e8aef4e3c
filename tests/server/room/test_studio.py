"""The Studio in a browser: from words to a video that plays and is downloaded."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.audio.test_file import write_wav
from tests.clips.hurry import in_a_hurry
from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from tests.waiting import eventually

Tabs = Callable[..., Awaitable[Tab]]
PLAYS = "(v => v && v.readyState >= 2 && v.currentTime > 0.2 && v.videoWidth)(document.querySelector('{}'))"
FEW_FRAMES = "document.querySelector('vt-studio').set({fps: 5})"


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with in_a_hurry():
        yield


@pytest.fixture(scope="module")
def speaking(light_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Camera]:
    """A camera whose voice is a tone."""
    folder = tmp_path_factory.mktemp("speaking")
    tone = write_wav(folder / "tone.wav", 24_000, 1, 0.5)
    copy = f"import shutil, sys; shutil.copy({str(tone)!r}, sys.argv[1])"
    command = [sys.executable, "-c", copy, "{out}", "{text}"]
    camera = Camera(folder, speech={"voice": "command", "command": command})
    yield camera
    camera.close()


def clips(camera: Camera) -> list[dict[str, Any]]:
    return [clip for clip in camera.ask("GET", "/api/clips")["clips"] if not clip["preview"]]


async def come(camera: Camera, *states: str) -> None:
    """Wait, while the browser goes on, until every clip is in one of these states; another process makes them."""

    def there() -> bool:
        found = camera.ask("GET", "/api/clips")["clips"]
        return bool(found) and all(clip["state"] in states for clip in found)

    assert await asyncio.to_thread(eventually, there, 300.0), camera.ask("GET", "/api/clips")


async def test_words_become_a_video_that_plays_and_is_downloaded(tabs: Tabs, speaking: Camera) -> None:
    tab = await tabs("studio", speaking.url)
    assert await tab.js("document.querySelector('vt-studio .btn.main').disabled")
    await tab.type("#clip-text", "[joy] Hello everyone!", enter=False)
    await tab.type("#clip-name", "Greeting", enter=False)
    await tab.js(FEW_FRAMES)
    await tab.choose("#clip-kind", "webm")
    await tab.choose("#clip-rows", "720")
    await tab.choose("#clip-emotion", "joy")
    await tab.click("vt-studio .seg button:nth-child(4)")
    await tab.click("vt-studio .buttons .btn:not(.main)")
    await tab.until("document.querySelector('vt-studio progress') !== null")
    await come(speaking, "done")
    await tab.until(PLAYS.format("#clip-preview"))
    assert await tab.js("document.querySelector('#clip-preview').videoWidth") == 480
    await tab.click("vt-studio .btn.main")
    await tab.until("document.querySelector('.clip') !== null")
    await come(speaking, "done")
    await tab.until("document.querySelector('.clip[data-state=done]') !== null")
    (clip,) = clips(speaking)
    assert (clip["title"], clip["settings"]["emotion"], clip["settings"]["frame"]) == ("Greeting", "joy", "face")
    await tab.reads(".clip", "720 × 720")
    await tab.click(".clip .r button:first-child")
    await tab.until(PLAYS.format(".clip video"))
    assert await tab.js("document.querySelector('.clip video').videoWidth") == 720
    link = await tab.js("(a => [a.href, a.download])(document.querySelector('.clip a'))")
    assert link[1] == "Greeting.webm"
    async with aiohttp.ClientSession() as session, session.get(link[0]) as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        assert len(await answer.read()) == clip["size_bytes"]
    await tab.type("#clip-text", "Something else", enter=False)
    await tab.click(".clip [aria-label^='Use the settings']")
    await tab.until("document.querySelector('#clip-text').value === '[joy] Hello everyone!'")
    await tab.click(".clip [aria-label^='Delete']")
    await tab.click(".clip [aria-label$='for good']")
    await tab.until("document.querySelector('.clip') === null")
    assert clips(speaking) == []


async def test_a_clip_that_fails_says_why(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("studio")
    await tab.js("document.querySelector('vt-studio').set({from: 'text', kind: 'webm'})")
    await tab.type("#clip-text", "Nobody says this.", enter=False)
    await tab.click("vt-studio .btn.main")
    await tab.until("document.querySelector('.clip') !== null")
    await come(camera, "failed")
    await tab.until("document.querySelector('.clip[data-state=failed]') !== null")
    await tab.reads(".clip .fault", "Nobody says this.")
    for clip in clips(camera):
        camera.ask("DELETE", f"/api/clips/{clip['id']}")


async def test_a_sound_is_dropped_and_made_in_the_background(tabs: Tabs, camera: Camera, tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "my voice.wav", 48_000, 1, 1.0)
    tab = await tabs("studio")
    await tab.js("document.querySelector('vt-studio').set({kind: 'webm', rows: 720, fps: 5, name: ''})")
    await tab.drop(sound)
    await tab.reads("vt-studio .empty", "my voice.wav · 0:01")
    await tab.click("vt-studio .btn.main")
    await tab.until("document.querySelector('.clip') !== null")
    await come(camera, "done")
    await tab.until("document.querySelector('.clip[data-state=done]') !== null")
    await tab.reads(".clip b", "my voice")
    assert json.dumps(clips(camera)[0]["settings"]["sound"]).endswith('.wav"')
    for clip in clips(camera):
        camera.ask("DELETE", f"/api/clips/{clip['id']}")
