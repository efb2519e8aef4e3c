from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests.speech.conftest import FakeServer, Route
from vtube.errors import SpeechError
from vtube.speech.decoding import Answer
from vtube.speech.voices import http
from vtube.speech.voices.http import VoiceServer

Serve = Callable[[dict[str, Route]], FakeServer]


def test_query_body_and_headers_arrive(serve: Serve) -> None:
    fake = serve({"/say": lambda _: (200, b"sound")})
    server = VoiceServer("miko", fake.url + "/", 5, {"Authorization": "Bearer key"})
    assert server.post("/say", {"text": "あ&b"}, {"speed": 1}).body == b"sound"
    asked = fake.asked[0]
    assert (asked.method, asked.query, asked.body) == ("POST", {"text": "あ&b"}, {"speed": 1})
    assert asked.headers["Authorization"] == "Bearer key"
    assert server.get("/say").body == b"sound"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, b"out of\nmemory\x1b[31m"), r"miko refuses \(500\): out of memory"),
        ((422, b'{"detail":"no speaker 99"}'), "no speaker 99"),
        ((404, b""), r"refuses \(404\): Not Found"),
        ((500, b"x" * 100_000), r"refuses \(500\): x{120}$"),
    ],
)
def test_a_refusal_is_one_bounded_line(serve: Serve, answer: tuple[int, bytes], words: str) -> None:
    server = VoiceServer("miko", serve({"/say": lambda _: answer}).url, 5)
    with pytest.raises(SpeechError, match=words) as caught:
        server.get("/say")
    assert "\n" not in str(caught.value)


def test_a_server_that_is_down_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(SpeechError, match=rf"miko does not answer at http://127.0.0.1:{port}; start it"):
            VoiceServer("miko", f"http://127.0.0.1:{port}", 30).get("/")


def test_a_slow_server_is_left(serve: Serve) -> None:
    fake = serve({})
    fake.routes["/say"] = lambda _: (200, b"late" if fake.released.wait(20) else b"")
    with pytest.raises(SpeechError, match=r"takes longer than 0\.2 s; see speech\.timeout_s"):
        VoiceServer("miko", fake.url, 0.2).get("/say")


def test_an_endless_answer_is_cut_off(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1 << 20)
    server = VoiceServer("miko", serve({"/say": lambda _: (200, bytes(3 << 20))}).url, 5)
    with pytest.raises(SpeechError, match="more than 1 MB"):
        server.get("/say")


def test_nobody_is_sent_elsewhere_with_our_key(serve: Serve) -> None:
    other = serve({"/": lambda _: (200, b"")})
    fake = serve({"/say": lambda _: (302, other.url.encode())})
    with pytest.raises(SpeechError, match=r"refuses \(302\)"):
        VoiceServer("miko", fake.url, 5, {"Authorization": "Bearer key"}).get("/say")
    assert not other.asked


def test_proxies_do_not_stand_before_this_computer(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert VoiceServer("miko", serve({"/": lambda _: (200, b"ok")}).url, 5).get("/").body == b"ok"


@pytest.mark.parametrize("answer", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_json_of_another_kind_is_refused(answer: bytes) -> None:
    with pytest.raises(SpeechError, match="something else than expected"):
        VoiceServer("miko", "http://127.0.0.1:1", 5).json(Answer(answer), dict)
