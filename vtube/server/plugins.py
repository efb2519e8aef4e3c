"""Plug-ins for VTube Studio over HTTP: who may come in, who asks, an answer, and the end of it."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from vtube.server.contract import Message, done, takes
from vtube.server.services import SERVICES


class AnswerMessage(Message):
    """The number of a question, and whether the plug-in is let in."""

    number: Annotated[int, Field(ge=1, le=2**31)]
    allow: bool


async def get_plugins(request: web.Request) -> web.Response:
    """Plug-ins for VTube Studio: `state`, `port`, who is `asking`, and the `plugins` that may come in; no tokens."""
    return web.json_response(request.app[SERVICES].control.plugins.status())


@takes(AnswerMessage)
async def post_answer(request: web.Request, body: AnswerMessage) -> web.Response:
    """Let a plug-in in that asks, {"number", "allow": true}, or refuse it; 404 when it asks no more."""
    services = request.app[SERVICES]
    if not await services.lanes.settings.run(services.control.plugins.answer, body.number, body.allow):
        raise web.HTTPNotFound(text="that plug-in does not ask any more")
    return done()


async def delete_plugin(request: web.Request) -> web.Response:
    """Take a plug-in's access away, and the parameters that it has made; it has to ask again."""
    services = request.app[SERVICES]
    if not await services.lanes.settings.run(services.control.plugins.revoke, request.match_info["key"]):
        raise web.HTTPNotFound(text="there is no plug-in of that key")
    return done()
