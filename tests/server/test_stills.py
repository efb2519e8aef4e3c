"""A batch of stills: a ZIP of whole PNGs, bounded, one at a time, named so that every system takes it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.server.conftest import Running
from tests.waiting import eventually
from vtube.server.stills import MOST, file_names


async def batch(client: aiohttp.ClientSession, body: Any) -> dict[str, Image.Image]:
    async with client.post("/api/stills", json=body) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "application/zip"
        with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
            assert archive.testzip() is None
            return {name: Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()}


async def test_a_batch_is_a_zip_of_rgba_pictures(client: aiohttp.ClientSession, running: Running) -> None:
    poses = [
        {"name": "joy", "expression": "joy", "strength": 0.5},
        {"name": "../a\\b:c", "pose": {"eyebrow_troubled_left": 1.0}},
        {"name": "Joy"},
    ]
    found = await batch(client, {"stills": poses})
    assert list(found) == ["joy.png", "_a_b_c.png", "Joy 2.png"]
    assert {(one.mode, one.size) for one in found.values()} == {("RGBA", (64, 32))}
    assert found["_a_b_c.png"].getpixel((0, 0)) == (255, 255, 255, 255)
    assert eventually(lambda: running.control.calls == [("stills.draw", 3, (64, 32)), ("stills.close",)])


@pytest.mark.parametrize(
    ("size", "expected"),
    [({"width": 128}, (128, 64)), ({"height": 64}, (128, 64)), ({"width": 64, "height": 100}, (64, 100))],
)
async def test_another_size(client: aiohttp.ClientSession, size: dict[str, int], expected: tuple[int, int]) -> None:
    found = await batch(client, {"stills": [{"name": "one"}], **size})
    assert found["one.png"].size == expected


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"stills": []}, "stills"),
        ({"stills": [{"name": "x"}] * (MOST + 1)}, "stills"),
        ({"stills": [{"name": "x", "expression": "jo"}]}, "no emotion jo"),
        ({"stills": [{"name": "x", "pose": {"head_q": 1}}]}, "no pose parameter"),
        ({"stills": [{"name": "x"}], "width": 4096}, "width"),
        ({"stills": [{"name": "x"}] * MOST, "width": 2048, "height": 2048}, "too much for one batch"),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_drawn(
    client: aiohttp.ClientSession, running: Running, body: Any, line: str
) -> None:
    async with client.post("/api/stills", json=body) as answer:
        assert answer.status == 400
        assert line in (await answer.json())["error"]
    assert ("stills.draw", 1, (64, 32)) not in running.control.calls


def test_names_are_files_on_every_system() -> None:
    assert file_names(["a/b", "a?b", "...", "", "嬉しい", "x" * 200, "Con", "nul.a", "console"]) == [
        "a_b.png",
        "a_b 2.png",
        "still.png",
        "still 2.png",
        "嬉しい.png",
        "x" * 80 + ".png",
        "Con_.png",
        "nul.a_.png",
        "console.png",
    ]
