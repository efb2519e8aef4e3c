"""Small stand-ins for the weights: tiny networks, a manifest that describes them, a web server with bad habits."""

from __future__ import annotations

import threading
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from vtube.avatar.weights import NETWORKS, tensors
from vtube.avatar.weights.tensors import Tensors

NOWHERE = {"kind": "archive", "title": "nowhere", "url": "https://nowhere.invalid/all.zip"}


def tiny(network: str, seed: int = 0) -> Tensors:
    """The weights of a network of a few layers; every network has other shapes."""
    random = np.random.default_rng(seed)
    width = 3 + NETWORKS.index(network)
    return {
        "body.0.weight": random.standard_normal((width, 4, 3, 3)).astype(np.float32),
        "body.0.bias": random.standard_normal(width).astype(np.float32),
    }


def save_pt(values: Tensors, path: Path) -> None:
    """What `torch.save` writes, as the published files are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: torch.from_numpy(array) for name, array in values.items()}, path)


def save_variant(home: Path, seed: int = 0) -> Path:
    """A folder with the five tiny .pt files."""
    for network in NETWORKS:
        save_pt(tiny(network, seed), home / f"{network}.pt")
    return home


def save_archive(path: Path, variants: list[str], top: str = "models/") -> Path:
    """A zip with a folder of five tiny files per variant."""
    with zipfile.ZipFile(path, "w") as archive:
        for variant in variants:
            home = save_variant(path.parent / f"in-{path.stem}" / variant)
            for network in NETWORKS:
                archive.write(home / f"{network}.pt", f"{top}{variant}/{network}.pt")
    return path


def write_manifest(path: Path, origins: dict[str, list[dict[str, Any]]], known: bool = True) -> Path:
    """A manifest of `separable_float` and `separable_half` for the tiny networks."""
    files = {network: {"tensors": tensors.digest(tiny(network))} for network in NETWORKS} if known else {}
    variant = {"architecture": "separable", "about": "tiny"}
    structures = {network: tensors.structure(tiny(network)) for network in NETWORKS}
    content = {
        "title": "tiny",
        "author": "nobody",
        "licence": "CC0",
        "licence_url": "https://localhost/licence",
        "project": "https://localhost/project",
        "attribution": "nobody's",
        "architectures": {"separable": structures},
        "variants": {
            "separable_float": variant
            | {"precision": "float32", "files": files, "origins": origins.get("float") or [NOWHERE]},
            "separable_half": variant | {"precision": "float16", "origins": origins.get("half") or [NOWHERE]},
        },
    }
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


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
