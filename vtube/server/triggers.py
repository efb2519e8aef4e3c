"""Actions by name, and plain links that do them: for a Stream Deck and whatever else can only open an address."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from vtube.server.contract import Contract, Message, done, says, takes
from vtube.server.services import SERVICES

TOKEN = {"token": {"type": "string", "maxLength": 100, "description": "the token of a link"}}


class ActionMessage(Message):
    """An action, such as `expression:joy`."""

    action: Annotated[str, Field(min_length=1, max_length=300)]


class LinkMessage(Message):
    """What a link is for."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


async def get_actions(request: web.Request) -> web.Response:
    """The actions that hotkeys, links and POST /api/do take, such as `expression:joy`, `gesture:nod`, `air`."""
    return web.json_response({"actions": request.app[SERVICES].control.triggers.names()})


@takes(ActionMessage)
async def post_do(request: web.Request, body: ActionMessage) -> web.Response:
    """Do an action, {"action": "expression:joy"}."""
    services = request.app[SERVICES]
    await services.lanes.character.run(services.control.triggers.do, body.action)
    return done()


@says(Contract(query=TOKEN))
async def get_do(request: web.Request) -> web.Response:
    """Do an action by a link, with the token that POST /api/links has made; 401 without a good one."""
    services = request.app[SERVICES]
    if not services.control.triggers.knows_link(request.query.get("token", "")[:100]):
        raise web.HTTPUnauthorized(text="the link's token is missing or was taken away; POST /api/links makes another")
    await services.lanes.character.run(services.control.triggers.do, request.match_info["action"])
    return done()


async def get_links(request: web.Request) -> web.Response:
    """The links that there are: each `key` and `name`; their tokens are told to nobody again."""
    return web.json_response({"links": request.app[SERVICES].control.triggers.links()})


@takes(LinkMessage)
async def post_link(request: web.Request, body: LinkMessage) -> web.Response:
    """Make a link for one button box, {"name": "Stream Deck"}; the answer has its `token`, this once."""
    services = request.app[SERVICES]
    token = await services.lanes.settings.run(services.control.triggers.new_link, body.name)
    return done(token=token)


async def delete_link(request: web.Request) -> web.Response:
    """Take a link away."""
    services = request.app[SERVICES]
    if not await services.lanes.settings.run(services.control.triggers.remove_link, request.match_info["key"]):
        raise web.HTTPNotFound(text="there is no link of that key")
    return done()
