"""The section Chat: what is written there, who is answered, and what is forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab

Tabs = Callable[..., Awaitable[Tab]]


def waiting(camera: Camera) -> list[str]:
    """The texts that wait for an answer."""
    return [one["text"] for one in camera.state()["dialogue"]["waiting"]]


def answered(camera: Camera) -> list[Any]:
    """The texts that were answered."""
    return [one["text"] for one in camera.state()["dialogue"]["log"]]


async def test_a_message_is_written_and_answered_when_it_is_approved(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("chat")
    await tab.type("#write-text", "Do you like the rain?")
    await tab.reads(".messages", "Do you like the rain?")
    assert waiting(camera) == ["Do you like the rain?"]
    await tab.click(".messages [aria-label='Answer You: Do you like the rain?']")
    assert await camera.comes(lambda: "Do you like the rain?" in answered(camera))
    await tab.reads(".answers", "You: Do you like the rain?")


async def test_a_message_is_left_out_and_silence_forgets_the_others(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("chat")
    for user in ("Mia", "Ken"):
        camera.ask("POST", "/api/chat", {"text": f"Are you there, says {user}?", "user": user, "source": "twitch"})
    await tab.reads(".messages", "says Ken?")
    await tab.click(".messages [aria-label^='Leave out Mia']")
    assert await camera.comes(lambda: waiting(camera) == ["Are you there, says Ken?"])
    await tab.click("vt-chat .head button")
    assert await camera.comes(lambda: waiting(camera) == [])
    await tab.until("!document.querySelector('.messages').innerText.includes('says')")


async def test_nobody_is_answered_while_answers_are_off(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("chat")
    await tab.click("vt-chat .head [role=switch]")
    assert await camera.comes(lambda: camera.state()["dialogue"]["state"] == "held")
    await tab.reads("vt-chat .fix", "Nobody is answered")
    await tab.click("vt-chat .head [role=switch]")
    assert await camera.comes(lambda: camera.state()["dialogue"]["state"] == "idle")


async def test_a_viewer_is_forgotten_only_when_asked_twice(tabs: Tabs, camera: Camera) -> None:
    body = {"text": "My name is Rue, remember?", "user": "Rue", "user_id": "7", "source": "twitch"}
    camera.ask("POST", "/api/chat", body)

    def viewers() -> list[str]:
        return [one["viewer"] for one in camera.ask("GET", "/api/memory")["viewers"]]

    assert await camera.comes(lambda: "twitch:7" in viewers())
    tab = await tabs("chat")
    await tab.click("vt-memory header button")
    await tab.click(".viewers [aria-label='Forget: Rue']")
    assert "twitch:7" in viewers()
    await tab.click(".viewers [aria-label='Forget for good?: Rue']")
    assert await camera.comes(lambda: "twitch:7" not in viewers())
    await tab.until("!document.querySelector('vt-memory').innerText.includes('Rue')")


async def test_a_fact_is_changed_and_kept_for_good(tabs: Tabs, camera: Camera) -> None:
    camera.ask("PUT", "/api/memory/fact", {"text": "likes tea", "viewer": "twitch:9"})

    def facts() -> list[Any]:
        return [(one["text"], bool(one["pinned"])) for one in camera.ask("GET", "/api/memory")["facts"]]

    tab = await tabs("chat")
    await tab.click("vt-memory header button")
    await tab.type(".facts-kept [aria-label='Change: likes tea']", "likes coffee")
    assert await camera.comes(lambda: ("likes coffee", False) in facts())
    await tab.click(".facts-kept [aria-label='Keep for good: likes coffee']")
    assert await camera.comes(lambda: ("likes coffee", True) in facts())
