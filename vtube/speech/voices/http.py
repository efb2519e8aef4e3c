"""A voice's server, asked over HTTP within bounds of time and size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from vtube.clock import monotonic
from vtube.errors import NO_JSON, SpeechError
from vtube.speech.answer_text import reason
from vtube.speech.decoding import Answer
from vtube.speech.voices.choices import RefusedError
from vtube.text import hidden, public

MAX_ANSWER_BYTES = 64 * 1024 * 1024
CHUNK = 1 << 16


class _NoRedirects(HTTPRedirectHandler):
    """A voice's server has no reason to send us, and our key, elsewhere."""

    def redirect_request(self, *_: object) -> None:
        """No."""


class VoiceServer:
    """One server. `name` is what the user calls the voice; `address` such as http://127.0.0.1:50021."""

    def __init__(self, name: str, address: str, timeout_s: float, headers: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.address = address.rstrip("/")
        self._shown = public(self.address)
        self._timeout = timeout_s
        self._headers = dict(headers or {})
        self._secrets = [value.removeprefix("Bearer ") for value in self._headers.values()]
        self._opener = _opener(self.address)

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """The answer to a GET.

        Raises:
            SpeechError: no answer, a refusal or too much, in one line.
        """
        return self._ask("GET", path, query, None)

    def post(self, path: str, query: Mapping[str, object] | None = None, body: object = None) -> Answer:
        """The answer to a POST of `body` as JSON. Raises: as `get`."""
        return self._ask("POST", path, query, b"" if body is None else json.dumps(body).encode())

    def json(self, answer: Answer, kind: type[Any]) -> Any:
        """`answer` parsed, when it is a `kind` (dict or list).

        Raises:
            SpeechError: it is something else.
        """
        try:
            value = json.loads(answer.body)
        except NO_JSON:
            value = None
        if not isinstance(value, kind):
            raise SpeechError(
                f"{self.name} at {self._shown} answered with something else than expected; is that its address?"
            )
        return value

    def _ask(self, method: str, path: str, query: Mapping[str, object] | None, body: bytes | None) -> Answer:
        url = f"{self.address}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"User-Agent": "vtube", **self._headers}
        if body:
            headers["Content-Type"] = "application/json"
        deadline = monotonic() + self._timeout
        try:
            with self._opener.open(Request(url, body, headers, method=method), timeout=self._timeout) as answer:
                return Answer(
                    self._read(answer, deadline), {key.lower(): value for key, value in answer.headers.items()}
                )
        except HTTPError as error:
            with error:
                said = _reason(error, self._secrets)
                raise RefusedError(f"{self.name} refuses ({error.code}): {said}", error.code) from None
        except TimeoutError:
            raise self._slow() from None
        except (URLError, OSError, HTTPException, ValueError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._slow() from None
            raise SpeechError(
                f"{self.name} does not answer at {self._shown}; start it, or set its address in speech.addresses",
                "server.silent",
                name=self.name,
                address=self._shown,
            ) from None

    def _read(self, answer: Any, deadline: float) -> bytes:
        data = bytearray()
        while chunk := answer.read1(CHUNK):
            data += chunk
            if len(data) > MAX_ANSWER_BYTES:
                raise SpeechError(f"{self.name} answers with more than {MAX_ANSWER_BYTES >> 20} MB")
            if monotonic() > deadline:
                raise self._slow()
        return bytes(data)

    def _slow(self) -> SpeechError:
        return SpeechError(
            f"{self.name} takes longer than {self._timeout:g} s; see speech.timeout_s",
            "server.slow",
            name=self.name,
            setting="speech.timeout_s",
        )


def _opener(address: str) -> OpenerDirector:
    """Proxies are for other computers."""
    host = urlsplit(address).hostname or ""
    return build_opener(_NoRedirects, ProxyHandler({})) if _is_loopback(host) else build_opener(_NoRedirects)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: HTTPError, secrets: Iterable[str]) -> str:
    """What the server says about its refusal, as one line; a key that it repeats is left out."""
    try:
        told = error.read(CHUNK).decode("utf-8", "surrogateescape")
        said = reason(hidden(told, *secrets).encode("utf-8", "surrogateescape"))
    except (OSError, HTTPException):
        said = ""
    return said or hidden(str(error.reason), *secrets)
