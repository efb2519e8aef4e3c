"""Expressions of the user's own over HTTP, and the pictures of all."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.server.conftest import Running


async def test_a_pose_is_kept_told_and_taken_away(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.put("/api/expressions/a%20b", json={"mouth_smirk": 1}) as answer:
        assert answer.status == 200
    async with client.get("/api/expressions") as answer:
        assert await answer.json() == {"a b": {"mouth_smirk": 1.0}}
    async with client.get("/api/expressions?all=1") as answer:
        assert (await answer.json()).keys() == {"joy"}
    async with client.delete("/api/expressions/a%20b") as answer:
        assert answer.status == 200
    async with client.delete("/api/expressions/a%20b") as answer:
        assert answer.status == 400
        assert "no expression of your own" in (await answer.json())["error"]


async def test_sillytaverns_names_of_parameters_are_understood(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.post("/api/expressions", json={"sly": {"mouth_smirk_index": 0, "mouth_smirk": 0.5}}) as answer:
        assert await answer.json() == {"ok": True, "names": ["sly"]}
    assert running.control.calls[-1] == ("expressions.put", {"sly": {"mouth_smirk": 0.5}})


@pytest.mark.parametrize("body", [[], {"sly": 1}, {"sly": {"a": "b"}}, {"": {}}, {"sly": {"a": 11}}])
async def test_what_are_no_expressions_is_refused(running: Running, client: aiohttp.ClientSession, body: Any) -> None:
    async with client.post("/api/expressions", json=body) as answer:
        assert answer.status == 400
    assert running.control.calls == []


async def test_a_portrait_is_a_picture_or_not_there(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.get("/api/emotions/joy.webp") as answer:
        assert answer.status == 200
        assert answer.content_type == "image/webp"
        assert await answer.read() == b"RIFF"
    async with client.get("/api/emotions/anger.webp") as answer:
        assert answer.status == 404
