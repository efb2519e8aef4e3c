"""What WHIP says over HTTP (RFC 9725): an offer to an endpoint, its answer, and the goodbye to the session it made."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

ANSWER_S = 7.0
"""How long the endpoint may take to answer; it has a part of what `stream.ANSWER_S` allows for everything."""

LINK_S = 2.0
MOST_REDIRECTS = 5
MOST_BYTES = 200_000
"""Of an answer."""

SDP = "application/sdp"
LINK = re.compile(r'<\s*((?:stun|turn)s?:[^>]+)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;]*))*)')
PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]*))')
REDIRECTS = (301, 302, 307, 308)

ADVICE = {
    400: "the endpoint does not understand the offer; is this a WHIP address?",
    401: "the endpoint refuses the token; put the right one into VTUBE_WHIP_TOKEN",
    403: "the endpoint does not let this token publish here; look at VTUBE_WHIP_TOKEN and the path of the address",
    404: "there is no WHIP endpoint at this path; look at the address",
    405: "there is no WHIP endpoint at this path; look at the address",
    406: "the endpoint takes neither H.264 nor VP8 with Opus",
    409: "somebody streams to this endpoint already",
    415: "there is no WHIP endpoint at this path; look at the address",
    422: "the endpoint takes neither H.264 nor VP8 with Opus",
    429: "the endpoint has had too many attempts, and asks to wait",
    503: "the endpoint is too busy",
}
"""What to do about an answer that is none."""


class RefusedError(Exception):
    """Why there is no session now; one line that names no address."""


class Endpoint:
    """An endpoint, and the session that it made."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        """`token` is empty where none is needed."""
        self._http, self._url = http, url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session: str | None = None

    async def ice_servers(self) -> list[dict[str, Any]]:
        """Those that the endpoint advises, as keyword arguments of RTCIceServer; none where it says nothing."""
        try:
            limit = aiohttp.ClientTimeout(total=LINK_S)
            async with self._http.options(
                self._url, headers=self._headers, timeout=limit, allow_redirects=False
            ) as answer:
                return linked_servers(answer.headers.getall("Link", [])) if answer.ok else []
        except (aiohttp.ClientError, TimeoutError, OSError):
            return []

    async def offer(self, sdp: str) -> str:
        """Send an offer; the endpoint's answer.

        Raises:
            RefusedError: it gave none.
        """
        url = self._url
        for _ in range(MOST_REDIRECTS):
            status, headers, body = await self._post(url, sdp)
            if status not in REDIRECTS:
                return self._accepted(url, status, headers, body)
            url = self._redirected(url, headers.get("Location", ""))
        raise RefusedError("the endpoint sends from one address to the next without end")

    async def leave(self) -> None:
        """End the session."""
        session, self._session = self._session, None
        if session is not None:
            async with self._http.delete(session, headers=self._headers, allow_redirects=False):
                pass

    async def _post(self, url: str, sdp: str) -> tuple[int, Any, str]:
        headers = {**self._headers, "Content-Type": SDP, "Accept": SDP}
        limit = aiohttp.ClientTimeout(total=ANSWER_S)
        try:
            async with self._http.post(
                url, data=sdp.encode(), headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                body = await answer.content.read(MOST_BYTES)
                return answer.status, answer.headers, body.decode("utf-8", "replace")
        except TimeoutError:
            raise RefusedError("the endpoint does not answer") from None
        except aiohttp.ClientConnectorCertificateError:
            raise RefusedError(
                "the endpoint's certificate is not one that this computer trusts; SSL_CERT_FILE can name another"
            ) from None
        except aiohttp.ClientConnectorError as error:
            raise RefusedError(
                f"the endpoint cannot be reached: {error.os_error.strerror or 'no connection'}"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise RefusedError(f"the endpoint cannot be asked: {type(error).__name__}") from None

    def _accepted(self, url: str, status: int, headers: Any, body: str) -> str:
        if status != 201:
            raise RefusedError(f"{ADVICE.get(status, 'the endpoint refuses the stream')} ({status})")
        if "Location" in headers:
            self._session = _joined(url, headers["Location"])
        if not body.startswith("v="):
            raise RefusedError("the endpoint answers with no description of a session; is this a WHIP address?")
        return body

    def _redirected(self, url: str, location: str) -> str:
        target = _joined(url, location) or ""
        if urlsplit(target).scheme not in ("http", "https") or not location:
            raise RefusedError("the endpoint sends to an address that is none")
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise RefusedError("the endpoint sends to an address without encryption, where the token could be read")
        return target


def _joined(url: str, location: str) -> str | None:
    """Where a server points to; None when that is no address."""
    try:
        return urljoin(url, location)
    except ValueError:
        return None


def linked_servers(links: list[str]) -> list[dict[str, Any]]:
    """The STUN and TURN servers of `Link` headers, as WHIP has them: rel="ice-server", username, credential."""
    found = []
    for link in links:
        for url, parameters in LINK.findall(link):
            named = {name: quoted or plain for name, quoted, plain in PARAMETER.findall(parameters)}
            if named.get("rel") == "ice-server":
                found.append({"urls": url, **{key: named[key] for key in ("username", "credential") if key in named}})
    return found


def chosen_codec(answer: str) -> str:
    """The codec that an answer chose for the picture, H264 or VP8.

    Raises:
        RefusedError: it took no picture.
    """
    video = re.search(r"^m=video (\d+) \S+ ([\d ]+)$(.*?)(?=^m=|\Z)", answer.replace("\r", ""), re.M | re.S)
    if video is None or video[1] == "0":
        raise RefusedError("the endpoint takes no picture")
    names = dict(re.findall(r"^a=rtpmap:(\d+) (\w+)/", video[3], re.M))
    for number in video[2].split():
        if names.get(number) in ("H264", "VP8"):
            return str(names[number])
    raise RefusedError("the endpoint takes neither H.264 nor VP8")
