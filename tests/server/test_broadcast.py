from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.server.conftest import Running


async def ask(client: aiohttp.ClientSession, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    async with client.post(path, json=body) as answer:
        return answer.status, await answer.json()


async def test_a_message_from_any_program_is_handed_in(running: Running, client: aiohttp.ClientSession) -> None:
    body = {"text": "hello", "user": "Mia", "amount": 5.0, "currency": "USD", "kind": "paid", "roles": ["member"]}
    assert await ask(client, "/api/chat", body) == (200, {"ok": True, "number": 1})
    assert running.control.calls == [("chat", body)]


@pytest.mark.parametrize(
    "body",
    [{}, {"text": " "}, {"text": "x" * 2001}, {"text": "a", "kind": "order"}, {"text": "a", "amount": -1}, {"text": 3}],
)
async def test_what_is_no_message_is_refused(running: Running, client: aiohttp.ClientSession, body: Any) -> None:
    status, answer = await ask(client, "/api/chat", body)
    assert status == 400
    assert answer["error"]
    assert running.control.calls == []


async def test_the_broadcast_is_stopped_with_and_without_a_hold(
    running: Running, client: aiohttp.ClientSession
) -> None:
    assert (await ask(client, "/api/dialogue/stop"))[0] == 200
    assert (await ask(client, "/api/dialogue/stop?hold=1"))[0] == 200
    assert (await ask(client, "/api/dialogue/resume"))[0] == 200
    assert (await ask(client, "/api/dialogue/next"))[0] == 200
    assert running.control.calls == [
        ("dialogue.stop", False),
        ("dialogue.stop", True),
        ("dialogue.resume",),
        ("dialogue.next_part",),
    ]


async def test_a_waiting_message_is_approved_or_left_out(running: Running, client: aiohttp.ClientSession) -> None:
    assert (await ask(client, "/api/chat/choose", {"key": "twitch:1"}))[0] == 200
    assert (await ask(client, "/api/chat/choose", {"key": "twitch:1", "answer": False}))[0] == 200
    status, answer = await ask(client, "/api/chat/choose", {"key": "twitch:2"})
    assert (status, answer["error"]) == (400, "no message of that key is waiting any more")
    assert running.control.calls[:2] == [("dialogue.approve", "twitch:1"), ("dialogue.drop", "twitch:1")]


async def test_the_memory_is_told_and_a_viewer_forgotten(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.get("/api/memory") as answer:
        assert (await answer.json())["viewers"] == [{"viewer": "twitch:1"}]
    assert (await ask(client, "/api/memory/forget", {"viewer": "twitch:1"}))[0] == 200
    assert (await ask(client, "/api/memory/forget", {"viewer": "twitch:9"}))[0] == 400


async def test_a_fact_is_written_changed_and_deleted(running: Running, client: aiohttp.ClientSession) -> None:
    async def put(body: Any) -> int:
        async with client.put("/api/memory/fact", json=body) as answer:
            return answer.status

    assert await put({"text": "Mia likes tea", "viewer": "twitch:1", "pinned": True}) == 200
    assert await put({"text": "Mia likes coffee", "number": 9}) == 400
    assert await put({"number": 5}) == 200
    assert await put({"number": 6}) == 400
    assert await put({}) == 400


@pytest.mark.parametrize("name", ["chat", "subtitles"])
async def test_overlays_are_pages_of_their_own(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"/overlay/{name}") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert f"/static/overlay-{name}.js" in page
    for file in ("overlay.css", f"overlay-{name}.js", "follow.js"):
        async with client.get(f"/static/{file}") as answer:
            assert answer.status == 200
