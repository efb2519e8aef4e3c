"""Clips over HTTP."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.server.conftest import Running
from vtube.errors import SettingsError


async def test_a_clip_is_asked_for_with_what_is_left_out_filled_in(
    running: Running, client: aiohttp.ClientSession
) -> None:
    async with client.post("/api/clips", json={"text": "Hi", "frame": "bust"}) as answer:
        assert await answer.json() == {"ok": True, "clip": {"id": "1", "state": "waiting"}}
    name, values = running.control.calls[-1]
    assert name == "clips.make"
    assert (values["text"], values["frame"], values["kind"], values["preview"]) == ("Hi", "bust", "mp4", False)


@pytest.mark.parametrize(
    "body",
    [
        {"text": 1},
        {"text": "Hi", "kind": "exe"},
        {"text": "Hi", "fps": 1000},
        {"text": "Hi", "background": "/etc/passwd"},
        {"text": "Hi", "out": "/tmp/x"},
        {"text": "x" * 50_001},
    ],
)
async def test_what_is_no_clip_is_refused(running: Running, client: aiohttp.ClientSession, body: Any) -> None:
    async with client.post("/api/clips", json=body) as answer:
        assert answer.status == 400
    assert running.control.calls == []


async def test_a_refusal_has_the_words_of_the_program(running: Running, client: aiohttp.ClientSession) -> None:
    running.control.failure = SettingsError("there is nothing to say in this text")
    async with client.post("/api/clips", json={"text": "***"}) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "there is nothing to say in this text"})


async def test_clips_are_listed_looked_at_stopped_and_deleted(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.get("/api/clips") as answer:
        assert await answer.json() == {"clips": [{"id": "1", "state": "done"}]}
    async with client.get("/api/clips/1") as answer:
        assert (await answer.json())["state"] == "done"
    for method, path in (("POST", "/resume"), ("POST", "/stop"), ("DELETE", "")):
        async with client.request(method, f"/api/clips/1{path}") as answer:
            assert answer.status == 200
        async with client.request(method, f"/api/clips/2{path}") as answer:
            assert (answer.status, await answer.json()) == (404, {"error": "there is no clip of that id"})
    async with client.get("/api/clips/2") as answer:
        assert answer.status == 404


async def test_a_video_is_played_in_parts_and_downloaded_by_its_name(
    running: Running, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with client.get("/api/clips/1/file") as answer:
        assert answer.status == 404
    running.control.clips.path = tmp_path / "clip.mp4"
    running.control.clips.path.write_bytes(bytes(range(100)))
    async with client.get("/api/clips/1/file", headers={"Range": "bytes=10-19"}) as answer:
        assert answer.status == 206
        assert answer.content_type == "video/mp4"
        assert answer.headers["Content-Range"] == "bytes 10-19/100"
        assert await answer.read() == bytes(range(10, 20))
    async with client.get("/api/clips/1/file?download=1") as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%201.mp4"
        assert len(await answer.read()) == 100


async def test_a_sound_is_handed_in(running: Running, client: aiohttp.ClientSession) -> None:
    async with client.post("/api/clips/sounds?name=voice.ogg", data=io.BytesIO(b"OggS" * 500_000)) as answer:
        assert await answer.json() == {"ok": True, "sound": "sound", "seconds": 1.5}
    assert running.control.calls == [("clips.new_sound", "voice.ogg"), ("clips.keep_sound", "sound")]
    assert running.control.clips.sound.kept == b"OggS" * 500_000


async def test_a_sound_that_is_too_large_or_empty_leaves_nothing(
    running: Running, client: aiohttp.ClientSession
) -> None:
    async def growing() -> Any:
        for _ in range(4):
            yield bytes(1_000_000)

    for body, status in ((io.BytesIO(bytes(3_000_001)), 413), (growing(), 413), (b"", 400)):
        running.control.calls.clear()
        async with client.post("/api/clips/sounds", data=body) as answer:
            assert answer.status == status
        assert running.control.calls[-1] == ("clips.drop_sound", "sound")
        assert running.control.clips.sound.closed
