"""Real HTTP servers on free ports that answer as the test says and keep what they were asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


Answer = tuple[int, bytes]
Route = Callable[[Asked], Answer]


@dataclass
class FakeServer:
    """Routes by path; anything else is 404."""

    routes: dict[str, Route]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


def as_json(value: object) -> Answer:
    return 200, json.dumps(value).encode()


def _handler(server: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            url = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else None
            query = {key: values[0] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
            asked = Asked(self.command, url.path, query, dict(self.headers), body)
            server.asked.append(asked)
            route = server.routes.get(url.path)
            status, content = route(asked) if route is not None else (404, b"not here")
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", content.decode())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Route]], FakeServer]]:
    """Starts servers; stops them in the end. A route that waits on `released` is let go then."""
    running: list[tuple[ThreadingHTTPServer, FakeServer]] = []

    def start(routes: dict[str, Route]) -> FakeServer:
        fake = FakeServer(routes)
        real = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
        real.daemon_threads = True
        fake.url = f"http://127.0.0.1:{real.server_address[1]}"
        threading.Thread(target=real.serve_forever, args=(0.02,), daemon=True).start()
        running.append((real, fake))
        return fake

    yield start
    for real, fake in running:
        fake.released.set()
        real.shutdown()
        real.server_close()
