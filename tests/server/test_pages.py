from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from tests.server.conftest import Running
from vtube.server.pages import FOLDER, TYPES, names

FILES = sorted(names())


@pytest.mark.parametrize("path", ["/", "/camera"])
async def test_a_page_loads_and_keeps_foreign_things_out(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_policy_lets_the_page_reach_its_socket(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.get("/camera") as answer:
        assert f"ws://127.0.0.1:{running.port}" in answer.headers["Content-Security-Policy"]


async def test_only_the_camera_page_may_be_framed(client: aiohttp.ClientSession) -> None:
    async with client.get("/") as control, client.get("/camera") as camera:
        assert "frame-ancestors 'none'" in control.headers["Content-Security-Policy"]
        assert "frame-ancestors" not in camera.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", FILES)
async def test_every_file_has_a_type_that_browsers_accept(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"/static/{name}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == TYPES[Path(name).suffix]


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/nothing.js",
        "/static/",
        "/static/..%5capp.py",
        "/static/camera.css%00",
        "/static/CAMERA.css",
        "/favicon.ico",
    ],
)
async def test_nothing_else_is_served(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.status == 404
        assert "nothing at" in await answer.text()


@pytest.mark.parametrize("name", FILES)
def test_pages_need_nothing_from_elsewhere(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", text)
    for wanted in re.findall(r'"/static/([^"]+)"', text):
        assert wanted.partition("#")[0] in FILES
