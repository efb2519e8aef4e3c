"""Actions over HTTP, and links with a token of their own."""

from collections.abc import Callable

import aiohttp

from tests.server.conftest import Running

TOKEN = "a link's token"


async def test_actions_are_listed_and_done(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.get("/api/actions") as answer:
        assert (await answer.json())["actions"] == ["expression:joy", "air"]
    async with client.post("/api/do", json={"action": "expression:joy"}) as answer:
        assert answer.status == 200
    assert running.control.calls == [("do", "expression:joy")]


async def test_a_link_acts_with_its_token_and_for_no_foreign_page(
    client: aiohttp.ClientSession, running: Running
) -> None:
    page = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    for token, headers, status in (
        (TOKEN, {}, 200),
        (TOKEN, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ("wrong", {}, 401),
        ("", {}, 401),
        (TOKEN, page, 403),
        (TOKEN, {"Origin": "https://evil.example"}, 403),
    ):
        async with client.get("/api/do/expression:joy", params={"token": token}, headers=headers) as answer:
            assert answer.status == status
            assert TOKEN not in await answer.text()
    assert running.control.calls == [("do", "expression:joy")] * 2


async def test_a_link_needs_no_token_of_the_page_and_opens_nothing_else(serve: Callable[..., Running]) -> None:
    running = serve(token="the page's own token")
    async with aiohttp.ClientSession(running.url) as client:
        async with client.get("/api/do/air", params={"token": TOKEN}) as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
        for path in ("/api/state", "/api/links", "/api/do", "/api/do/../state"):
            async with client.get(path, params={"token": TOKEN}) as answer:
                assert answer.status in (401, 405)
        async with client.get("/api/do/air") as answer:
            assert answer.status == 401
    assert running.control.calls == [("do", "air")]


async def test_links_are_made_listed_and_taken_away(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.post("/api/links", json={"name": "Stream Deck"}) as answer:
        assert (await answer.json())["token"] == TOKEN
    async with client.get("/api/links") as answer:
        assert await answer.json() == {"links": [{"key": "0f", "name": "Stream Deck"}]}
    for key, status in (("0f", 200), ("gone", 404)):
        async with client.delete(f"/api/links/{key}") as answer:
            assert answer.status == status
