"""The pages and their files, read from the package: they work without a network."""

from __future__ import annotations

import functools
from pathlib import Path

from aiohttp import web

from vtube.server.access import ACCESS
from vtube.server.invitations import invitation, qr
from vtube.server.services import SERVICES

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Said here because Windows' registry may call a .js file text/plain, which browsers then refuse to run."""
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws://{host} wss://{host}; "
    "base-uri 'none'; form-action 'none'; object-src 'none'"
)


async def control_page(request: web.Request) -> web.FileResponse:
    """The page that shows and steers everything; no other page may frame it."""
    return _file(request, "index.html", f"{POLICY}; frame-ancestors 'none'")


async def camera_page(request: web.Request) -> web.FileResponse:
    """The page for an OBS Browser Source: the character and nothing else."""
    return _file(request, "camera.html", POLICY)


async def post_invitation(request: web.Request) -> web.Response:
    """An address that lets one more browser in, once, within five minutes, with its QR code as rows of 0 and 1."""
    policy = request.app[ACCESS]
    if not policy.asks_token:
        line = "server.token is not set: this computer needs no invitation, and others cannot reach the program"
        raise web.HTTPConflict(text=line)
    return web.json_response(invitation(policy.address(request.host), policy.invitations.new()))


async def get_phones(request: web.Request) -> web.Response:
    """What to enter in the app of a phone that tracks a face: the `addresses` of this computer, and the `apps`.

    `codes` has the QR code of each address, rows of 0 and 1; `reach` says whether a phone reaches the trackers, which
    listen on `host`. Each app has its `name`, the `port`, the `spec` of its tracker, whether the computer has to ask it
    (`asked`) and whether a tracker listens for it now (`heard`).
    """
    services = request.app[SERVICES]
    found = await services.lanes.text.run(services.control.phones)
    return web.json_response({**found, "codes": {one: qr(one) for one in found["addresses"]}})


async def overlay_chat(request: web.Request) -> web.FileResponse:
    """The chat for an OBS Browser Source: what passed the word lists."""
    return _file(request, "overlay-chat.html", POLICY)


async def overlay_subtitles(request: web.Request) -> web.FileResponse:
    """What is said, word by word, for an OBS Browser Source."""
    return _file(request, "overlay-subtitles.html", POLICY)


async def static(request: web.Request) -> web.FileResponse:
    """A file of the pages."""
    return _file(request, request.match_info["name"], POLICY)


def _file(request: web.Request, name: str, policy: str) -> web.FileResponse:
    path = FOLDER / name
    if name not in names():
        raise web.HTTPNotFound
    return web.FileResponse(
        path,
        headers={
            "Content-Type": TYPES[path.suffix],
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy.format(host=request.host),
        },
    )


@functools.cache
def names() -> frozenset[str]:
    """Every file of the pages, as its address says it: `room/store.js`."""
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in TYPES)
