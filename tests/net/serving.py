"""A web server with bad habits."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Serves `files`; `cuts`, `statuses` … say how it misbehaves, one entry per request of a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.cuts: dict[str, list[int]] = defaultdict(list)
        """Path → after how many bytes each next answer breaks off."""
        self.statuses: dict[str, list[int]] = defaultdict(list)
        """Path → statuses of the next answers."""
        self.ranges = True
        self.etag = '"one"'
        self.content_type = "application/octet-stream"
        self.moved: dict[str, tuple[str, dict[str, str]]] = {}
        """Path → address that it redirects to, headers of that answer."""
        self.requests: list[tuple[str, str | None]] = []
        """Path and Range of every request."""

    def url(self, path: str = "") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, path = self.server, self.path
        server.requests.append((path, self.headers.get("Range")))
        if path in server.moved:
            url, headers = server.moved[path]
            return self._answer(302, {"Location": url, "Content-Length": "0"} | headers)
        if server.statuses[path]:
            return self._answer(server.statuses[path].pop(0), {"Content-Length": "0"})
        if path not in server.files:
            return self._answer(404, {"Content-Length": "0"})
        self._send(server.files[path], server.cuts[path].pop(0) if server.cuts[path] else None)

    def _send(self, data: bytes, cut: int | None) -> None:
        start, status = self._start(), 200
        headers = {"Content-Type": self.server.content_type}
        if self.server.etag:
            headers["ETag"] = self.server.etag
        if start:
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._answer(status, headers | {"Content-Length": str(len(data) - start)})
        self.wfile.write(data[start:] if cut is None else data[start : start + cut])

    def _start(self) -> int:
        asked = self.headers.get("Range")
        same = self.headers.get("If-Range") == self.server.etag
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and same and self.server.ranges else 0

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port of this computer."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
