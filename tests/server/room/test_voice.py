"""The section Voice tells what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

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
