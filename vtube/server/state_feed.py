"""The state for those who follow it: once as a whole, then what changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import web

from vtube.server.api import state_of
from vtube.server.contract import Contract, says
from vtube.server.services import SERVICES, Services

STATE_S = 0.1
METERS_S = 0.05
PING_S = 20.0
STALL_S = 10.0
MAX_CLIENT_MESSAGE_BYTES = 1024
DIGITS = 3

Json = dict[str, Any]


def changes(before: Json, after: Json) -> Json:
    """A JSON merge patch (RFC 7396) from one object to the other; null stands for what is gone, and for null."""
    patch: Json = dict.fromkeys(before.keys() - after.keys())
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            if inner := changes(old, value):
                patch[key] = inner
        elif value != old:
            patch[key] = value
    return patch


def rounded(state: Json) -> Json:
    """The same state without changes of the pose that nobody sees."""
    pose = state.get("pose") or {}
    return {**state, "pose": {name: round(value, DIGITS) for name, value in pose.items()}}


@says(Contract(answer="application/json", endless=True))
async def follow(request: web.Request) -> web.WebSocketResponse:
    """The state as it changes: text messages {"state"} first, then {"change"} and {"meters"}.

    `change` is a JSON merge patch, ten times a second at most; `meters` come twenty times a second while they move.
    """
    socket = web.WebSocketResponse(heartbeat=PING_S, max_msg_size=MAX_CLIENT_MESSAGE_BYTES)
    with request.app[SERVICES].viewers.place("control"):
        await socket.prepare(request)
        sender = asyncio.create_task(_send(request, socket))
        try:
            async for _ in socket:  # a client has nothing to say; reading notices that it leaves
                pass
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
    return socket


async def _send(request: web.Request, socket: web.WebSocketResponse) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            await _tell(request.app[SERVICES], socket)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    finally:
        await socket.close()


async def _tell(services: Services, socket: web.WebSocketResponse) -> None:
    known = rounded(state_of(services))
    await _say(socket, {"state": known})
    meters: Json = {}
    while True:
        for _ in range(round(STATE_S / METERS_S)):
            await asyncio.sleep(METERS_S)
            if (newest := services.control.meters()) != meters:
                meters = newest
                await _say(socket, {"meters": meters})
        state = rounded(state_of(services))
        if patch := changes(known, state):
            known = state
            await _say(socket, {"change": patch})


async def _say(socket: web.WebSocketResponse, message: Json) -> None:
    async with asyncio.timeout(STALL_S):
        await socket.send_str(json.dumps(message, ensure_ascii=False))
