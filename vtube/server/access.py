"""Who may talk to the server.

Any web page the user visits can reach 127.0.0.1 through the user's own browser. Three checks keep such pages out:

Host      must name this server, so that a foreign name pointed at 127.0.0.1 (DNS rebinding) gets nowhere;
initiator the page behind a request, known by Origin, else by Sec-Fetch-Site and Referer, must be the server's own
          or one of `server.allowed_origins`. Programs send none of these headers and are let through. Any page may
          lead to our pages, by a link or in a frame, and to nothing else;
token     asked of everybody as soon as `server.token` is set; a bind beyond loopback is refused without one.
          Only the pages' own files are free: a browser asks for them without the page's token. An invitation opens the
          control page once without it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import socket
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from vtube.net.own_address import own_address
from vtube.server.invitations import Invitations
from vtube.settings import ServerSettings

SAFE_METHODS = frozenset({"GET", "HEAD"})
CORS_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
CORS_HEADERS = "Authorization, Content-Type, Bypass-Tunnel-Reminder"
FREE_OF_TOKEN = ("/static/", "/api/do/")
"""Files that a browser asks for without the page's token, and links, which have a token of their own."""
PAGES = re.compile(r"/|/camera|/overlay/[^/]+|/static/.+")
"""What another site may lead to: our pages act as themselves then, and can be seen but not read or steered."""
FEED = "/api/talkinghead/result_feed"
ANYWHERE = ("0.0.0.0", "::", "")
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether a server bound to `host` is out of other computers' reach."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_address(host: str) -> bool:
    """Whether `host` (as in a Host header, no port) is an IP address: one cannot be rebound as a name can."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class AccessPolicy:
    """The three checks for a server that listens on `port`."""

    def __init__(self, settings: ServerSettings, port: int) -> None:
        self._settings = settings
        self._port = port
        self._names = {*LOOPBACK_NAMES, settings.host.lower()}
        self._remote = not is_loopback(settings.host)
        if self._remote:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}
        self._extra_hosts = {host.lower() for host in settings.allowed_hosts}
        self._origins = {origin.rstrip("/").lower() for origin in settings.allowed_origins}
        token = settings.token or ""
        self._token = token.encode()
        self.invitations = Invitations()
        self.cookie_name = f"vtube_{port}"
        self.cookie = hashlib.sha256(b"vtube session " + self._token).hexdigest()

    @property
    def asks_token(self) -> bool:
        """Whether a token is asked for."""
        return bool(self._token)

    def address(self, host: str) -> str:
        """Where other computers find this server, as far as it is known; `host` is how the asker found it."""
        name = self._settings.host
        if self._remote:
            host = f"{own_address() if name in ANYWHERE else name}:{self._port}"
        return f"http://{host}"

    def knows_host(self, host: str) -> bool:
        """Whether the Host header `host` names this server."""
        host = host.lower()
        name, port = _split(host)
        if host in self._extra_hosts or name in self._extra_hosts:
            return True
        return port == self._port and (name in self._names or (self._remote and is_address(name)))

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether `origin` is a page of this server (seen by the browser as `host`) or an allowed one."""
        return self.allows_cors(origin) or _netloc(origin) == host.lower()

    def allows_cors(self, origin: str) -> bool:
        """Whether the settings name `origin` as one that may use the server across origins."""
        return origin.rstrip("/").lower() in self._origins

    def knows_initiator(self, request: web.BaseRequest) -> bool:
        """Whether the page behind `request` may send it; a program, behind which there is none, may."""
        host = request.headers.get("Host", "")
        origin = request.headers.get("Origin")
        if origin is not None:
            return self.knows_origin(origin, host)
        site = request.headers.get("Sec-Fetch-Site")
        if site in ("none", "same-origin"):
            return True
        referer = request.headers.get("Referer")
        if referer:
            return self.knows_origin(_origin_of(referer), host)
        return site is None or self._is_neighbours_feed(request)

    def _is_neighbours_feed(self, request: web.BaseRequest) -> bool:
        """Whether a page on this server's own host shows the feed as a picture, and the settings allow one there.

        SillyTavern's page sends neither Origin nor Referer with its <img>. The browser itself says that the page is
        of the same site (a port of the same host) and that the answer becomes a picture, which no page can read.
        """
        headers = request.headers
        return (
            request.path == FEED
            and request.method in SAFE_METHODS
            and headers.get("Sec-Fetch-Site") == "same-site"
            and headers.get("Sec-Fetch-Dest") == "image"
            and headers.get("Sec-Fetch-Mode") == "no-cors"
            and _split(headers.get("Host", "").lower())[0] in {_split(_netloc(one))[0] for one in self._origins}
        )

    def has_token(self, request: web.Request) -> bool:
        """Whether `request` shows the token: as a Bearer, as `?token=`, or by the cookie a page has set."""
        if not self._token:
            return True
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(bearer.strip()):
            return True
        if self.has_token_in_query(request):
            return True
        return hmac.compare_digest(request.cookies.get(self.cookie_name, "").encode(), self.cookie.encode())

    def has_token_in_query(self, request: web.Request) -> bool:
        """Whether the address itself shows the token; the answer then sets the cookie."""
        return bool(self._token) and self._is_token(request.query.get("token", ""))

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode("utf-8", "surrogateescape"), self._token)


def _netloc(address: str) -> str:
    """`host:port` of an address in small letters; empty when it has none."""
    try:
        return urlsplit(address.lower()).netloc
    except ValueError:  # [ without ]
        return ""


def _origin_of(address: str) -> str:
    """`scheme://host:port` of an address, which no origin equals when it is damaged."""
    return f"{address.partition(':')[0]}://{_netloc(address)}"


def _split(host: str) -> tuple[str, int | None]:
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        return host, 80
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None


ACCESS = web.AppKey("access", AccessPolicy)


@web.middleware
async def access_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through to its route, answer a preflight, or refuse with 401 or 403."""
    policy = request.app[ACCESS]
    if not policy.knows_host(request.headers.get("Host", "")):
        raise web.HTTPForbidden(text="this server is not known by that host name; see server.allowed_hosts")
    if not _may_show(request) and not policy.knows_initiator(request):
        raise web.HTTPForbidden(text="pages of another origin may not do that; see server.allowed_origins")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="send the body as it is, not compressed")
    if request.method == "OPTIONS":
        return web.Response(status=204)
    free = request.path.startswith(FREE_OF_TOKEN) or policy.has_token(request)
    invited = not free and policy.invitations.taken_by(request)
    if not (free or invited):
        raise web.HTTPUnauthorized(text="the token is missing or wrong: add ?token=… or a Bearer header")
    response = await handler(request)
    if (invited or policy.has_token_in_query(request)) and not response.prepared:
        response.set_cookie(policy.cookie_name, policy.cookie, httponly=True, samesite="Strict", path="/")
    return response


def _may_show(request: web.Request) -> bool:
    """A link or a frame that leads to a page only shows it; the page itself then acts as its own origin."""
    return (
        request.method in SAFE_METHODS
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and "Origin" not in request.headers
        and PAGES.fullmatch(request.path) is not None
    )


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers every response carries: no sniffing, no caching, CORS for allowed origins."""
    policy = request.app[ACCESS]
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    origin = request.headers.get("Origin")
    if origin is not None and policy.allows_cors(origin):
        response.headers.update(
            {
                "Access-Control-Allow-Origin": origin,
                "Vary": "Origin",
                "Access-Control-Allow-Methods": CORS_METHODS,
                "Access-Control-Allow-Headers": CORS_HEADERS,
                "Access-Control-Allow-Private-Network": "true",
            }
        )
