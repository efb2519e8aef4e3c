"""Looks of the scene by name over HTTP: kept, shown, renamed, forgotten."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from vtube.server.contract import Message, takes, warned
from vtube.server.services import SERVICES

Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")]


class SceneName(Message):
    """The name of a look."""

    name: Name


class SceneMessage(Message):
    """A look, and how long the figure takes to its place, seconds."""

    name: Name
    seconds: Annotated[float, Field(ge=0, le=10)] = 0.6


async def get_scenes(request: web.Request) -> web.Response:
    """The looks that are kept, {name: {frame, zoom, x, y, rotation, background, effects, size, overlay}}."""
    return web.json_response({"scenes": request.app[SERVICES].control.scenes.all()})


@takes(SceneName)
async def post_scene(request: web.Request, body: SceneName) -> web.Response:
    """Keep what the scene shows now under a name, {"name": "Chat"}; one of that name is replaced."""
    services = request.app[SERVICES]
    return warned(await services.lanes.settings.run(services.control.scenes.keep, body.name))


@takes(SceneMessage)
async def put_scene(request: web.Request, body: SceneMessage) -> web.Response:
    """Change into a look, {"name": "Chat", "seconds": 0.6}; another size waits for the next start."""
    services = request.app[SERVICES]
    return warned(await services.lanes.settings.run(services.control.scenes.show, body.name, body.seconds))


@takes(SceneName)
async def patch_scene(request: web.Request, body: SceneName) -> web.Response:
    """Give a look another name, {"name": "Talk"}."""
    services = request.app[SERVICES]
    return warned(
        await services.lanes.settings.run(services.control.scenes.rename, request.match_info["name"], body.name)
    )


async def delete_scene(request: web.Request) -> web.Response:
    """Forget a look."""
    services = request.app[SERVICES]
    return warned(await services.lanes.settings.run(services.control.scenes.remove, request.match_info["name"]))
