"""What goes wrong in a route becomes one line of JSON for programs, of text for people."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from vtube.errors import Line, MissingCharacterError, NoFaceError, UnfitPictureError, VtubeError
from vtube.server.connections import CONNECTIONS
from vtube.text import first_line

MAX_LINE_LENGTH = 500

log = logging.getLogger(__name__)

CLIENT_GONE = 499
"""Status of an answer that nobody can receive any more, for the log (nginx's number)."""


@web.middleware
async def connection_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say when a connection's request is being answered and when that is done."""
    connections, transport = request.app[CONNECTIONS], request.transport
    connections.busy(transport)
    try:
        return await handler(request)
    finally:
        connections.idle(transport, asyncio.get_running_loop().time())


@web.middleware
async def error_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what a route raises: an HTTP error its own status, VtubeError 400, the unexpected 500 (logged).

    A picture with a problem is a 409, as the client may ask for it all the same; so is a face that is not seen. A path
    that names nobody is a 404.
    """
    try:
        return await handler(request)
    except VtubeError as error:
        return _answer(request, _status(request, error), str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(request, error.status, _line(request, error), error.headers.get("Allow"))
    except asyncio.CancelledError:
        raise
    except ConnectionError:
        log.debug("%s %s: the client is gone", request.method, request.path)
        return web.Response(status=CLIENT_GONE)
    except web.RequestPayloadError:
        return _answer(request, 400, "the body is damaged")
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return _answer(request, 500, "something went wrong inside; the program's log says what")


def _status(request: web.Request, error: VtubeError) -> int:
    if isinstance(error, UnfitPictureError | NoFaceError):
        return 409
    return 404 if isinstance(error, MissingCharacterError) and "name" in request.match_info else 400


def _line(request: web.Request, error: web.HTTPException) -> str:
    if error.text and not error.text.startswith(f"{error.status}: "):
        return error.text
    if error.status == 404:
        return f"there is nothing at {request.path}"
    if error.status == 405:
        return f"{request.path} takes {error.headers.get('Allow', 'something else')}, not {request.method}"
    return error.reason


def _answer(request: web.Request, status: int, line: str, allow: str | None = None) -> web.Response:
    headers = {"Allow": allow} if allow else None
    code = {"code": line.code, "values": line.values} if isinstance(line, Line) else {}
    line = first_line(line, MAX_LINE_LENGTH).encode("utf-8", "backslashreplace").decode()
    if request.path.startswith("/api"):
        return web.json_response({"error": line, **code}, status=status, headers=headers)
    return web.Response(text=line, status=status, headers=headers)
