"""The character on air and the ones that are kept: routes only."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from vtube.server.bodies import MAX_NAME_LENGTH, optional_picture, picture
from vtube.server.contract import Contract, Message, done, says, takes
from vtube.server.services import SERVICES

SWITCH = {"type": "string", "enum": ["0", "1", "false", "true"]}
HEAD = {
    "head": {
        "type": "string",
        "pattern": r"^[0-9.]+,[0-9.]+,[0-9.]+$",
        "description": "X,Y,SIZE in pixels of the picture: where the head is, instead of searching for it",
    }
}
FORCE = {"force": {**SWITCH, "description": "1: although it has a problem"}}
PICTURE: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "description": "the picture's name"},
    "dry": {**SWITCH, "description": "1: only say what would come of it"},
    **FORCE,
    **HEAD,
}


class CharacterMessage(Message):
    """A character that is kept."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]


@says(Contract(picture=True, query=PICTURE))
async def put_character(request: web.Request) -> web.Response:
    """Show another character: a picture as the body (`?name=` names it) or a form's file.

    One with a problem is answered with 409 and what it is, and the old character stays; `force=1` shows it. `dry=1`
    shows nothing: the answer has `fine`, `notes` (code, severity, text), `head` (x, y, size in pixels of the picture)
    and `preview`, a PNG of five poses as a data address.
    """
    services = request.app[SERVICES]
    data, name = await picture(request)
    character, run, head = services.control.character, services.lanes.character.run, request.query.get("head")
    if _is_on(request, "dry"):
        return web.json_response({"ok": True, **await run(character.examine, data, name, head)})
    return web.json_response(
        {"ok": True, "result": await run(character.show, data, name, _is_on(request, "force"), head)}
    )


async def post_back(request: web.Request) -> web.Response:
    """Show the character before this one again; asked twice, the two change places."""
    services = request.app[SERVICES]
    name = await services.lanes.character.run(services.control.character.back)
    return done(character=name)


async def get_characters(request: web.Request) -> web.Response:
    """The characters that are kept: `name`, `digest`, `puppet` (finished, coarse or null), `on_air`."""
    services = request.app[SERVICES]
    return web.json_response({"characters": await services.lanes.wardrobe.run(services.control.wardrobe.all)})


@takes(CharacterMessage)
async def put_characters(request: web.Request, body: CharacterMessage) -> web.Response:
    """Show one that is kept, {"name"}: at once where its puppet is ready."""
    services = request.app[SERVICES]
    await services.lanes.character.run(services.control.wardrobe.show, body.name)
    return done()


@says(Contract(answer="image/png"))
async def get_kept_character(request: web.Request) -> web.Response:
    """The PNG of one that is kept, 512 x 512."""
    services = request.app[SERVICES]
    data = await services.lanes.wardrobe.run(services.control.wardrobe.picture, request.match_info["name"])
    return web.Response(body=data, content_type="image/png")


@says(Contract(picture=True, query={**FORCE, **HEAD}))
async def put_kept_character(request: web.Request) -> web.Response:
    """Keep a picture under a name, or, with an empty body, the character on air; nothing changes on air."""
    services = request.app[SERVICES]
    data = await optional_picture(request)
    arguments = request.match_info["name"], data, _is_on(request, "force"), request.query.get("head")
    return web.json_response(
        {"ok": True, "result": await services.lanes.character.run(services.control.wardrobe.keep, *arguments)}
    )


async def delete_kept_character(request: web.Request) -> web.Response:
    """Forget one that is kept. Its puppet stays with the weights, and on air it stays there."""
    services = request.app[SERVICES]
    await services.lanes.wardrobe.run(services.control.wardrobe.remove, request.match_info["name"])
    return done()


def _is_on(request: web.Request, name: str) -> bool:
    return request.query.get(name) in ("1", "true")
