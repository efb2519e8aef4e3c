"""The section Voice tells what is missing."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable

import pytest

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from vtube.audio import devices
from vtube.audio.devices import SoundInput

Tabs = Callable[..., Awaitable[Tab]]


async def test_the_automatic_voice_names_the_languages_that_it_lacks(tabs: Tabs, camera: Camera) -> None:
    voices = camera.ask("GET", "/api/voices")["voices"]
    here = [one for one in voices if one["ready"] or one["command"]]
    lacking = {
        language
        for one in here
        for language in one["languages"]
        if not any(other["ready"] and language in other["languages"] for other in here)
    }
    tab = await tabs("voice")
    await tab.choose("#voice-name", "auto")
    await tab.until("document.querySelector('#voice-name')?.value === 'auto'")
    told = "[...document.querySelectorAll('vt-voice .fix')].filter((one) => one.innerText.includes('not installed'))"
    await tab.until(f"{told}.length === {len(lacking)}")
    camera.ask("PUT", "/api/settings", {"speech": {"voice": "command"}})


async def test_a_sound_system_that_hangs_is_told_and_the_rest_of_the_section_is_there(
    tabs: Tabs, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = threading.Event()

    def hanging() -> list[SoundInput]:
        back.wait(60)
        return []

    monkeypatch.setattr(devices, "named_inputs", hanging)
    monkeypatch.setattr(devices.sound_inputs, "__defaults__", (0.0, 0.5))
    tab = await tabs("voice")
    try:
        await tab.reads("vt-voice", "Mouth opens")
        await tab.reads("vt-voice .fix.bad", "does not answer")
    finally:
        back.set()
    monkeypatch.setattr(devices, "named_inputs", lambda: [SoundInput("mic", "Yeti")])
    await tab.click("vt-voice .card header button")
    await tab.until("document.querySelector('vt-voice').innerText.includes('Yeti')")
    assert await tab.js("document.querySelector('vt-voice .fix.bad') === null")
