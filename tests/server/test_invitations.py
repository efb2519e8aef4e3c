"""One browser gets in by an invitation, once and for five minutes; nobody else by it."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import cv2
import numpy as np

from tests.fakes import FakeClock
from tests.server.conftest import Running
from vtube.server.invitations import LIFE_S, MOST, Invitations, qr

TOKEN = {"Authorization": "Bearer correct horse"}


async def invite(running: Running) -> dict[str, object]:
    async with aiohttp.ClientSession(running.url, headers=TOKEN) as owner, owner.post("/api/invitation") as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def test_an_invitation_lets_one_browser_in(serve: Callable[..., Running]) -> None:
    running = serve(token="correct horse")
    told = await invite(running)
    path = str(told["url"]).removeprefix(running.url)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(running.url, cookie_jar=jar) as guest:
        async with guest.get("/api/state") as answer:
            assert answer.status == 401
        async with guest.get(path) as answer:
            assert answer.status == 200
        async with guest.get("/api/state") as answer:
            assert answer.status == 200
        async with guest.get(path) as answer:
            assert answer.status == 200
    async with aiohttp.ClientSession(running.url) as late, late.get(path) as answer:
        assert answer.status == 401


async def test_a_code_opens_the_page_and_nothing_else(serve: Callable[..., Running]) -> None:
    running = serve(token="correct horse")
    code = str((await invite(running))["url"]).rpartition("=")[2]
    async with aiohttp.ClientSession(running.url) as guest:
        async with guest.get(f"/api/state?invite={code}") as answer:
            assert answer.status == 401
        async with guest.post("/api/invitation") as answer:
            assert answer.status == 401


async def test_without_a_token_there_is_nothing_to_invite_to(client: aiohttp.ClientSession) -> None:
    async with client.post("/api/invitation") as answer:
        assert answer.status == 409
        assert "server.token" in (await answer.json())["error"]


def test_codes_end_and_the_oldest_gives_place() -> None:
    clock = FakeClock()
    invitations = Invitations(clock)
    old = invitations.new()
    clock.now += LIFE_S + 1
    assert not invitations.take(old)
    codes = [invitations.new() for _ in range(MOST + 1)]
    assert not invitations.take(codes[0])
    assert all(invitations.take(code) for code in codes[1:])
    assert not invitations.take("")


def test_the_qr_code_is_read_back() -> None:
    rows = qr("http://192.168.178.20:8787/?invite=abc")
    dark = np.array([[one == "1" for one in row] for row in rows])
    picture = np.where(np.kron(dark, np.ones((6, 6), bool)), 0, 255).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == "http://192.168.178.20:8787/?invite=abc"
