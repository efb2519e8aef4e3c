from __future__ import annotations

from collections.abc import Callable

import aiohttp
import pytest

from tests.server.conftest import Running
from vtube.frame import Frame
from vtube.server.access import AccessPolicy, is_loopback
from vtube.settings import ServerSettings

TOKEN = "correct horse"
SILLY = "http://127.0.0.1:8000"


def policy(**settings: object) -> AccessPolicy:
    return AccessPolicy(ServerSettings.model_validate(settings), 8787)


@pytest.mark.parametrize("host", ["localhost:8787", "127.0.0.1:8787", "[::1]:8787", "LOCALHOST:8787"])
def test_own_names_are_known(host: str) -> None:
    assert policy().knows_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "localhost:80",
        "localhost:8787:8787",
        "localhost.evil.com:8787",
        "evil.com:8787",
        "127.0.0.1.evil.com:8787",
        "192.168.0.5:8787",
        "127.0.0.1:x",
        "127.0.0.1:⁸⁷⁸⁷",
        "[::1]",
        "@localhost:8787",
        "127.0.0.1:99999999999999999999",
    ],
)
def test_other_names_are_not(host: str) -> None:
    assert not policy().knows_host(host)


def test_port_80_needs_no_naming() -> None:
    assert AccessPolicy(ServerSettings(), 80).knows_host("localhost")


def test_a_remote_server_is_known_by_any_address_but_not_by_any_name() -> None:
    remote = policy(host="0.0.0.0", token=TOKEN)
    assert remote.knows_host("192.168.0.5:8787")
    assert remote.knows_host("[fe80::1]:8787")
    assert not remote.knows_host("evil.com:8787")
    assert not remote.knows_host("192.168.0.5:8788")


def test_further_hosts_come_from_the_settings() -> None:
    tunnelled = policy(allowed_hosts=["localhost:9000", "studio.example"])
    assert tunnelled.knows_host("localhost:9000")
    assert tunnelled.knows_host("studio.example:443")
    assert tunnelled.knows_host("studio.example")
    assert not tunnelled.knows_host("localhost:9001")


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        ("http://localhost:8787", True),
        ("https://localhost:8787", True),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8787", False),
        ("null", False),
        ("", False),
        ("file://", False),
        (SILLY, True),
        (f"{SILLY}/", True),
        ("http://127.0.0.1:80001", False),
    ],
)
def test_origins(origin: str, known: bool) -> None:
    assert policy(allowed_origins=[SILLY]).knows_origin(origin, "localhost:8787") is known


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("127.5.5.5", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.5", False),
        ("studio.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


async def status(url: str, path: str, method: str = "GET", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.request(method, url + path, headers=named) as answer:
        await answer.read()
        return answer.status


async def status_only(url: str, path: str, **headers: str) -> int:
    """The status of an answer that need not end."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.get(url + path, headers=named) as answer:
        return answer.status


def foreign(destination: str) -> dict[str, str]:
    """What a browser says of another site's link or frame."""
    return {
        "Sec_Fetch_Site": "cross-site",
        "Sec_Fetch_Mode": "navigate",
        "Sec_Fetch_Dest": destination,
        "Referer": "http://evil.com/",
    }


ALL = [
    ("GET", "/"),
    ("GET", "/camera"),
    ("GET", "/frame.png"),
    ("GET", "/stream.rgba"),
    ("GET", "/ws/frames"),
    ("GET", "/api/state"),
    ("PUT", "/api/pose"),
    ("POST", "/api/say"),
    ("POST", "/api/calibrate"),
    ("GET", "/api/talkinghead/unload"),
    ("GET", "/nothing"),
    ("OPTIONS", "/api/pose"),
]


@pytest.mark.parametrize(("method", "path"), ALL)
async def test_a_rebound_name_gets_nowhere(running: Running, method: str, path: str) -> None:
    assert await status(running.url, path, method, Host=f"evil.com:{running.port}") == 403
    assert not running.control.calls


@pytest.mark.parametrize(("method", "path"), ALL)
@pytest.mark.parametrize("origin", ["http://evil.com", "null", "http://localhost:3000"])
async def test_a_foreign_page_gets_nowhere(running: Running, method: str, path: str, origin: str) -> None:
    assert await status(running.url, path, method, Origin=origin) == 403
    assert not running.control.calls


@pytest.mark.parametrize(
    "path", ["/api/talkinghead/unload", "/api/talkinghead/start_talking", "/frame.png", "/stream.mjpg", "/api/state"]
)
async def test_a_foreign_page_without_origin_gets_nowhere_either(running: Running, path: str) -> None:
    embedded = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
    for more in ({}, {"Referer": "http://evil.com/page"}, {"Referer": "junk"}):
        assert await status(running.url, path, **embedded, **more) == 403
    assert not running.control.calls


async def test_a_link_may_lead_to_a_page_but_not_act(running: Running) -> None:
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Referer": "http://evil.com/"}
    assert await status(running.url, "/camera", **link) == 200
    assert await status(running.url, "/api/talkinghead/unload", **link) == 403
    assert await status(running.url, "/api/state", "POST", **link) == 403


@pytest.mark.parametrize("path", ["/", "/camera", "/static/camera.js"])
@pytest.mark.parametrize("destination", ["document", "iframe"])
async def test_another_site_may_lead_to_our_pages(running: Running, path: str, destination: str) -> None:
    assert await status(running.url, path, **foreign(destination)) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/stream.rgba",
        "/stream.nut",
        "/stream.mjpg",
        "/frame.png",
        "/api/state",
        "/api/talkinghead/result_feed",
        "/api/openapi.json",
        "/metrics",
        "/camera/x",
        "/static/../stream.rgba",
        "/%2e%2e/stream.rgba",
        "/nothing",
    ],
)
@pytest.mark.parametrize("destination", ["document", "iframe", "embed", "object"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_and_to_nothing_else_that_could_become_a_download(
    running: Running, picture: Frame, path: str, destination: str, site: str
) -> None:
    running.broadcast.publish(picture, 0.0)
    assert await status(running.url, path, **{**foreign(destination), "Sec_Fetch_Site": site}) == 403


async def test_an_old_browser_s_foreign_page_is_known_by_its_address(running: Running) -> None:
    assert await status(running.url, "/frame.png", Referer="http://evil.com/") == 403
    assert await status(running.url, "/frame.png", Referer="http://[x") == 403
    assert await status(running.url, "/camera", Referer="http://evil.com/") == 200
    assert await status(running.url, "/api/state", Referer=f"{running.url}/camera") == 200


async def test_an_address_typed_by_hand_shows_anything(running: Running, picture: Frame) -> None:
    running.broadcast.publish(picture, 0.0)
    assert await status(running.url, "/frame.png", Sec_Fetch_Site="none", Sec_Fetch_Mode="navigate") == 200


FEED_PICTURE = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}


@pytest.mark.parametrize(
    ("origins", "changed", "path", "right"),
    [
        ([SILLY], {}, "/api/talkinghead/result_feed", 200),
        ([SILLY], {"Referer": f"{SILLY}/"}, "/api/talkinghead/result_feed", 200),
        ([SILLY], {"Referer": "http://127.0.0.1:9999/"}, "/api/talkinghead/result_feed", 403),
        ([], {}, "/api/talkinghead/result_feed", 403),
        (["http://localhost:8000"], {}, "/api/talkinghead/result_feed", 403),
        ([SILLY], {"Sec_Fetch_Site": "cross-site"}, "/api/talkinghead/result_feed", 403),
        ([SILLY], {"Sec_Fetch_Dest": "iframe"}, "/api/talkinghead/result_feed", 403),
        ([SILLY], {"Sec_Fetch_Dest": "empty"}, "/api/talkinghead/result_feed", 403),
        ([SILLY], {"Sec_Fetch_Mode": "navigate"}, "/api/talkinghead/result_feed", 403),
        ([SILLY], {}, "/api/talkinghead/unload", 403),
        ([SILLY], {}, "/frame.png", 403),
    ],
)
async def test_a_neighbour_s_picture_of_the_feed_needs_an_allowed_origin_on_this_host(
    serve: Callable[..., Running], origins: list[str], changed: dict[str, str], path: str, right: int
) -> None:
    running = serve(allowed_origins=origins)
    assert await status_only(running.url, path, **{**FEED_PICTURE, **changed}) == right
    assert ("pause", True) not in running.control.calls


async def test_the_feed_tells_whether_it_is_there(serve: Callable[..., Running]) -> None:
    running = serve(allowed_origins=[SILLY])
    assert await status(running.url, "/api/talkinghead/result_feed", "HEAD", Origin=SILLY) == 200


async def test_compressed_bodies_are_refused(running: Running) -> None:
    assert await status(running.url, "/api/say", "POST", Content_Encoding="gzip") == 415


async def test_the_own_page_may_act(running: Running) -> None:
    own = {"Sec_Fetch_Site": "same-origin"}
    assert await status(running.url, "/api/calibrate", "POST", Origin=running.url, **own) == 200
    assert await status(running.url, "/api/state", **own) == 200


async def test_an_allowed_origin_may_act_and_read(serve: Callable[..., Running]) -> None:
    running = serve(allowed_origins=[SILLY])
    async with aiohttp.ClientSession(running.url, headers={"Origin": SILLY}) as page:
        async with page.options("/api/talkinghead/set_emotion") as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == SILLY
            assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
        async with page.get("/api/state") as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, SILLY)
        async with page.get("/api/nothing") as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (404, SILLY)
    picture = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors", "Referer": f"{SILLY}/chat"}
    assert await status(running.url, "/frame.png", **picture) == 503
    assert await status(running.url, "/api/state", Origin="http://127.0.0.1:8001") == 403


async def test_nobody_gets_cors_by_default(client: aiohttp.ClientSession, running: Running) -> None:
    async with client.get("/api/state", headers={"Origin": running.url}) as answer:
        assert answer.status == 200
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(("method", "path"), [pair for pair in ALL if pair[0] != "OPTIONS"])
async def test_a_token_is_asked_of_everybody(serve: Callable[..., Running], method: str, path: str) -> None:
    running = serve(token=TOKEN)
    assert await status(running.url, path, method) == 401
    assert await status(running.url, path, method, Authorization="Bearer wrong horse") == 401
    assert await status(running.url, f"{path}?token=wrong", method) == 401
    assert await status(running.url, path, method, Cookie=f"vtube_{running.port}=wrong") == 401
    assert not running.control.calls


async def test_the_token_opens_by_header_by_query_and_by_the_page_s_cookie(serve: Callable[..., Running]) -> None:
    running = serve(token=TOKEN)
    assert await status(running.url, "/api/state", Authorization=f"Bearer {TOKEN}") == 200
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(running.url, cookie_jar=jar) as browser:
        async with browser.get("/camera", params={"token": TOKEN}) as answer:
            assert answer.status == 200
            assert "HttpOnly" in answer.headers["Set-Cookie"]
            assert "SameSite=Strict" in answer.headers["Set-Cookie"]
            assert TOKEN not in answer.headers["Set-Cookie"]
        async with browser.get("/static/camera.js") as answer:
            assert answer.status == 200
        async with browser.ws_connect("/ws/frames") as page:
            assert not page.closed


async def test_the_pages_own_files_are_free_of_the_token(serve: Callable[..., Running]) -> None:
    running = serve(token=TOKEN)
    assert await status(running.url, "/static/camera.js") == 200
    assert await status(running.url, "/static/../api/state") == 401
    assert await status(running.url, "/static/camera.js", Origin="http://evil.com") == 403


async def test_a_token_that_is_no_text_is_refused_and_no_fault(serve: Callable[..., Running]) -> None:
    running = serve(token=TOKEN)
    assert await status(running.url, "/api/state?token=%ff%fe") == 401
    assert await status(running.url, "/api/state", Cookie=f'vtube_{running.port}="\\377"') == 401
