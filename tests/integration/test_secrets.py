"""Whatever goes wrong, no key is in what the program prints, answers, shows or writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.ports import free_port
from tests.waiting import PROGRAM_S, eventually
from tests.web import serving
from vtube.registry import installed
from vtube.server.app import ROUTES

VARIABLES = (
    "TWITCH_TOKEN",
    "YOUTUBE_API_KEY",
    "BILIBILI_SESSDATA",
    "SOCIALSTREAM_SESSION",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "VTUBE_STREAM_KEY",
    "VTUBE_TWITCH_KEY",
    "VTUBE_YOUTUBE_KEY",
    "VTUBE_SRT_PASSPHRASE",
    "VTUBE_WHIP_TOKEN",
    "VTUBE_ICE_USERNAME",
    "VTUBE_ICE_PASSWORD",
)
MARK = "marker9f3c"
"""Every secret begins so."""

ENDLESS = ("/stream", "/ws/", "/api/talkinghead/result_feed")
SECRETS = {name: f"{MARK}-{name.lower().replace('_', '-')}" for name in VARIABLES}


class Mirror:
    """A server that refuses everything, and repeats all that it was told in doing so."""

    def __init__(self) -> None:
        self.address = ""
        self.told: list[str] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Mirror:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.refuse)
        async with serving(app) as self.address:
            self._ready.set()
            await self._over.wait()

    def knows(self, secret: str) -> bool:
        """Whether it was told the secret, and so has repeated it."""
        return any(secret in one for one in list(self.told))

    async def refuse(self, request: web.Request) -> web.Response:
        told = f"{dict(request.headers)} {request.query_string} {await request.text()}"
        self.told.append(told)
        body = {"message": told, "error": {"message": told, "code": 403, "errors": [{"reason": told}]}}
        status = (403, 500, 400)[len(self.told) % 3]
        return web.json_response(body, status=status, reason="No", headers={"X-Told": told.replace("\n", " ")[:4000]})


def asked(address: str, method: str = "GET", body: object = None) -> str:
    """Everything of an answer, whatever its status."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return f"{answer.headers}{answer.read(4_000_000).decode('utf-8', 'replace')}"
    except urllib.error.HTTPError as error:
        return f"{error.headers}{error.read().decode('utf-8', 'replace')}"


def settings(mirror: Mirror) -> dict[str, Any]:
    sockets = mirror.address.replace("http", "ws", 1)
    return {
        "speech": {"voice": "openai", "addresses": {"openai": mirror.address}},
        "dialogue": {
            "sources": {
                "addresses": {
                    "eventsub": mirror.address,
                    "twitch": "irc://127.0.0.1:9",
                    "youtube": mirror.address,
                    "bilibili": mirror.address,
                    "socialstream": sockets,
                }
            },
            "model": {"addresses": {"openai": mirror.address, "anthropic": mirror.address}},
            "selection": {"cooldown_s": 0},
        },
    }


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, Mirror, Path, subprocess.Popen[str]]]:
    """The program with every secret, against servers that repeat them; gives its address and where it prints."""
    with Mirror() as mirror:
        config, printed, port = tmp_path / "config.yaml", tmp_path / "printed.txt", free_port()
        config.write_text(json.dumps(settings(mirror)))
        chats = ("twitch:stars", "youtube:jfKfPfyJRdk", "bilibili:6", "socialstream")
        outputs = ["null", *(["stream:rtmp://127.0.0.1:9/live"] if installed("av") else [])]
        outputs += [f"whip:{mirror.address}/whip"] if installed("av") and installed("aiortc") else []
        specs = [f"--chat={one}" for one in chats] + [f"--output={one}" for one in outputs]
        environment = {**os.environ, **SECRETS, "VTUBE_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
        with printed.open("w") as sink:
            program = subprocess.Popen(
                [
                    *(sys.executable, "-m", "vtube", "run", "--verbose", "--engine=puppet", "--no-bake"),
                    *("--llm=openai:m", f"--config={config}", f"--port={port}", *specs),
                ],
                stdout=sink,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                text=True,
            )
        try:
            yield f"http://127.0.0.1:{port}", mirror, printed, program
        finally:
            program.kill()
            program.wait(PROGRAM_S)


def answers(address: str) -> Iterator[tuple[str, str]]:
    """What every route says, by its name."""
    described = json.loads(asked(f"{address}/api/openapi.json").partition("\n\n")[2])
    for route in ROUTES:
        path = route.path.partition(":")[0].replace("{name", "x").replace("{action", "x").replace("{key", "x")
        if route.path.startswith(ENDLESS):
            continue
        content = described["paths"].get(route.path, {}).get(route.method.lower(), {}).get("requestBody", {})
        media = content.get("content", {}).get("application/json", {})
        examples = [one["value"] for one in media.get("examples", {}).values()] or [media.get("example", {})]
        for body in examples if route.method != "GET" else [None]:
            yield f"{route.method} {path}", asked(address + path, route.method, body)


def is_up(address: str) -> bool:
    with contextlib.suppress(OSError):
        return "speech" in asked(f"{address}/api/state")
    return False


@pytest.mark.slow
def test_no_secret_is_told_anywhere(running: tuple[str, Mirror, Path, subprocess.Popen[str]], tmp_path: Path) -> None:
    address, mirror, printed, program = running
    assert eventually(lambda: program.poll() is None and is_up(address), 90), printed.read_text()[-3000:]
    for llm in ("openai", "anthropic"):
        asked(f"{address}/api/settings", "PUT", {"llm": f"{llm}:m", "save": False})
        asked(f"{address}/api/chat", "POST", {"user": "Mia", "text": f"hello {llm}?", "kind": "paid", "amount": 1})
        key = SECRETS[f"{llm.upper()}_API_KEY"]
        assert eventually(partial(mirror.knows, key), 60)
    needed = ("TWITCH_TOKEN", "YOUTUBE_API_KEY", "BILIBILI_SESSDATA")
    assert eventually(lambda: all(mirror.knows(SECRETS[name]) for name in needed), 60)
    told = dict(answers(address))
    told["state in the end"] = asked(f"{address}/api/state")
    program.send_signal(signal.SIGINT)
    program.wait(PROGRAM_S)
    told["printed"] = printed.read_text()
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "config.yaml":
            told[str(path)] = path.read_bytes().decode("utf-8", "replace")
    doctor = subprocess.run(
        [sys.executable, "-m", "vtube", "doctor", "--verbose"],
        capture_output=True,
        text=True,
        env={**os.environ, **SECRETS},
        timeout=PROGRAM_S,
        check=False,
    )
    told["doctor"] = doctor.stdout + doctor.stderr
    leaks = {where: text[max(0, text.find(MARK) - 80) :][:200] for where, text in told.items() if MARK in text}
    assert leaks == {}
    assert len(told) > 60


SPOILT = {name: f"{secret} with spaces" for name, secret in SECRETS.items()} | {"VTUBE_WHIP_URL": f"ftp://{MARK}/x"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec", ["--output=stream:twitch", "--output=whip", "--chat=socialstream", "--chat=youtube:no", "--llm=openai"]
)
def test_an_error_at_the_start_tells_none(spec: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*(sys.executable, "-m", "vtube", "run", "--verbose", "--engine=puppet"), spec, "--chat=bilibili:no"],
        capture_output=True,
        text=True,
        env={**os.environ, **SPOILT, "VTUBE_HOME": str(tmp_path)},
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.returncode != 0
    assert MARK not in done.stdout + done.stderr
