"""Plug-ins for VTube Studio over HTTP."""

import aiohttp

from tests.server.conftest import Running


async def test_plugins_are_listed_answered_and_shown_out(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.get("/api/plugins") as answer:
        assert (await answer.json())["asking"][0]["name"] == "Bonk"
    for number, status in ((1, 200), (2, 404)):
        async with client.post("/api/plugins/answer", json={"number": number, "allow": True}) as answer:
            assert answer.status == status
    for key, status in (("00ff", 200), ("nobody", 404)):
        async with client.delete(f"/api/plugins/{key}") as answer:
            assert answer.status == status
    assert running.control.calls == [
        ("plugins.answer", 1, True),
        ("plugins.answer", 2, True),
        ("plugins.revoke", "00ff"),
        ("plugins.revoke", "nobody"),
    ]
