"""One file over HTTP: resumed where it was cut off, bounded, checked.

A download lies as `NAME.part` with its validator in `NAME.part.json` until it is whole, over several starts of the
program if need be. Range requests carry If-Range (RFC 9110, 13.1.5), so that a file that changed meanwhile starts
from its beginning.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any

from vtube.errors import DAMAGED, ModelError
from vtube.net.progress import Progress
from vtube.paths import file_sha256, is_there, remove, replace

TIMEOUT_S = 30.0
ATTEMPTS = 4
"""Failures in a row, without a byte in between, after which a download gives up."""

BLOCK = 1 << 20
USER_AGENT = "vtube"

REFUSALS = {401: "refuses", 403: "refuses", 404: "does not have", 410: "no longer has"}


@dataclass(frozen=True)
class Download:
    """What to fetch and what is known of it."""

    url: str
    label: str
    max_bytes: int
    sha256: str | None = None


class _AgainError(Exception):
    """Worth another attempt; the message says why it was needed."""


def download(wanted: Download, target: Path, progress: Progress, sleep: Callable[[float], None] = time.sleep) -> None:
    """Fetch `wanted` to `target`, which appears only when it is whole and right.

    Raises:
        ModelError: the address does not answer, refuses, sends something else or too much, or the disk is full.
    """
    part = target.with_name(target.name + ".part")
    failures = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        while True:
            before = _size(part)
            try:
                announced = _transfer(wanted, part, progress)
                break
            except _AgainError as reason:
                failures = 1 if _size(part) > before else failures + 1
                if failures >= ATTEMPTS:
                    raise ModelError(f"{_reached(wanted.url)}: {reason}; try again later") from None
                sleep(0.5 * 2**failures)
        remove(_validator_path(part))
        _check(wanted, part, announced)
        replace(part, target)
    except OSError as error:
        raise ModelError(f"cannot write {target}: {error.strerror or error}") from None


def _transfer(wanted: Download, part: Path, progress: Progress) -> str | None:
    """One attempt, onto what `part` already holds; returns the sha256 that the server announces, if it does."""
    request = urllib.request.Request(wanted.url, headers={"User-Agent": USER_AGENT})
    held, validator = _size(part), _read_validator(part, wanted.url)
    if held and validator:
        request.add_header("Range", f"bytes={held}-")
        request.add_header("If-Range", validator)
    redirects = _Redirects()
    try:
        with urllib.request.build_opener(redirects).open(request, timeout=TIMEOUT_S) as response:
            _receive(wanted, response, part, progress)
    except urllib.error.HTTPError as error:
        _explain_status(error.code, wanted.url, part)
    except urllib.error.URLError as error:
        if isinstance(error.reason, socket.gaierror | ssl.SSLCertVerificationError):
            raise ModelError(f"cannot reach {_reached(wanted.url)}") from None
        raise _AgainError(f"no connection ({error.reason})") from None
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _AgainError(f"the connection broke ({type(error).__name__})") from None
    return redirects.announced


def _receive(wanted: Download, response: Any, part: Path, progress: Progress) -> None:
    if response.headers.get_content_type() == "text/html":
        raise ModelError(f"{_host(wanted.url)} sends a web page instead of the file; the link may be gone")
    start, total = _span(response, _size(part))
    if (total or 0) > wanted.max_bytes:
        raise ModelError(f"{_host(wanted.url)} sends {total:,} bytes, more than this file can have")
    if start == 0:
        _write_validator(part, wanted.url, response.headers)
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        done = _copy(response, file, start, wanted, lambda done: progress(done, total, wanted.label))
    if total is not None and done < total:
        raise _AgainError("the connection broke")


def _copy(response: Any, file: IO[bytes], done: int, wanted: Download, report: Callable[[int], None]) -> int:
    while block := response.read1(BLOCK):
        done += len(block)
        if done > wanted.max_bytes:
            raise ModelError(f"{_host(wanted.url)} sends more bytes than this file can have")
        file.write(block)
        report(done)
    return done


def _span(response: Any, held: int) -> tuple[int, int | None]:
    """First byte that this answer brings, and the size of the whole file where it is told."""
    if response.status != 206:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else None
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    if match is None or int(match[1]) > held:
        raise _AgainError("the server answers another part than was asked for")
    return int(match[1]), None if match[2] == "*" else int(match[2])


def _check(wanted: Download, part: Path, announced: str | None) -> None:
    expected = wanted.sha256 or announced
    if expected and file_sha256(part) != expected:
        remove(part)
        raise ModelError(f"what {_host(wanted.url)} sent is damaged: its sha256 is not {expected[:12]}…")


def _explain_status(status: int, url: str, part: Path) -> None:
    if status == 416:
        remove(part)
        raise _AgainError("the file there is shorter than before")
    if status in (408, 429) or status >= 500:
        raise _AgainError(f"the server is busy (HTTP {status})")
    raise ModelError(f"{_host(url)} {REFUSALS.get(status, 'does not give')} the file (HTTP {status})")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections, never from https to http; keeps the sha256 that a first answer announces.

    Hugging Face names the sha256 of a large file in X-Linked-ETag of the answer that redirects to its storage.
    """

    announced: str | None = None

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        etag = headers.get("X-Linked-ETag", "").strip('"')
        if re.fullmatch(r"[0-9a-f]{64}", etag):
            self.announced = etag
        if req.type == "https" and not newurl.startswith("https:"):
            raise ModelError(f"{_host(req.full_url)} leads to an address that is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _validator_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_validator(part: Path, url: str) -> str | None:
    try:
        note = json.loads(_validator_path(part).read_text(encoding="utf-8"))
        return str(note["validator"]) if note["url"] == url and note["validator"].isprintable() else None
    except DAMAGED:
        return None


def _write_validator(part: Path, url: str, headers: Message) -> None:
    """Keep what If-Range needs: a strong ETag, else the time of the last change, else nothing."""
    etag = headers.get("ETag", "")
    validator = etag if etag.startswith('"') else headers.get("Last-Modified", "")
    _validator_path(part).write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")


def _size(path: Path) -> int:
    return path.stat().st_size if is_there(path) else 0


def _reached(url: str) -> str:
    """The host, and the proxy before it that this computer is set to, without its password."""
    host, scheme = _host(url), url.partition(":")[0]
    proxy = urllib.request.getproxies().get(scheme, "")
    if not proxy or urllib.request.proxy_bypass(host):
        return host
    shown = proxy.rstrip("/").rpartition("@")[2].rpartition("/")[2]
    return f"{host} through the proxy {shown} (from the variable {scheme}_proxy or the system's settings)"


def _host(url: str) -> str:
    return urllib.request.Request(url).host
