"""Clips over HTTP: ask for one, follow it, play it, fetch it, delete it. Routes only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

from aiohttp import web
from pydantic import Field

from vtube.server.bodies import MAX_NAME_LENGTH, refuse
from vtube.server.contract import Contract, Message, done, says, takes
from vtube.server.services import SERVICES

MOST_TEXT = 50_000
SOUND_S = 900.0
"""A sound has arrived by then."""
BLOCK = 1 << 20
MOST_FILE_NAME = 200
TYPES = {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "mkv": "video/x-matroska"}
NAME = {
    "name": {"type": "string", "maxLength": MOST_FILE_NAME, "description": "what the file is called, with its ending"}
}
DOWNLOAD = {"download": {"type": "string", "enum": ["0", "1"], "description": "1: to be saved and not to be shown"}}

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]


class ClipMessage(Message):
    """What a clip is made of: a text or a sound, and how it looks."""

    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    sound: Annotated[str, Field(max_length=40)] | None = None
    name: Annotated[str, Field(max_length=MAX_NAME_LENGTH)] = ""
    voice: Name | None = None
    emotion: Annotated[str, Field(max_length=MAX_NAME_LENGTH)] = ""
    frame: Literal["auto", "full", "bust", "face"] | None = None
    size: Annotated[str, Field(max_length=20)] = "1080x1080"
    fps: Annotated[float, Field(ge=5, le=120)] = 30.0
    background: Annotated[str, Field(pattern=r"^(none|#[0-9a-fA-F]{6})$")] | None = None
    kind: Literal["mp4", "webm", "mov", "mkv"] = "mp4"
    subtitles: bool = False
    character: Name | None = None
    preview: bool = False


@takes(ClipMessage)
async def post_clip(request: web.Request, body: ClipMessage) -> web.Response:
    """Let a clip be made of a `text` or of a `sound` that was handed in; one after the other, beside the camera.

    `frame`, `voice` and `background` are those of the settings where they are left out. `preview` makes the first
    seconds, small, before all others, and takes the place of the preview before.
    """
    services = request.app[SERVICES]
    clip = await services.lanes.clips.run(services.control.clips.make, body.model_dump())
    return done(clip=clip)


async def get_clips(request: web.Request) -> web.Response:
    """The clips, the newest first: `id`, `state`, how far each is, why it failed, and the `settings` that made it."""
    services = request.app[SERVICES]
    return web.json_response({"clips": await services.lanes.clips.run(services.control.clips.all)})


async def get_clip(request: web.Request) -> web.Response:
    """One clip, with all of its text."""
    services = request.app[SERVICES]
    found = await services.lanes.clips.run(services.control.clips.get, request.match_info["id"])
    if found is None:
        raise _missing()
    return web.json_response(found)


@says(Contract(answer="video/mp4", query=DOWNLOAD))
async def get_clip_file(request: web.Request) -> web.StreamResponse:
    """The video of a clip that is done, whole or a part of it (`Range`)."""
    services = request.app[SERVICES]
    found = await services.lanes.clips.run(services.control.clips.video, request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="there is no clip of that id that is done")
    path, name = found
    headers = {"Content-Type": TYPES.get(path.suffix[1:], "application/octet-stream")}
    if request.query.get("download") in ("1", "true"):
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return web.FileResponse(path, headers=headers)


async def post_clip_resume(request: web.Request) -> web.Response:
    """Let a clip go on that has failed or was stopped."""
    return await _asked(request, request.app[SERVICES].control.clips.resume)


async def post_clip_stop(request: web.Request) -> web.Response:
    """Stop a clip that waits or is being made; it can go on later."""
    return await _asked(request, request.app[SERVICES].control.clips.stop)


async def delete_clip(request: web.Request) -> web.Response:
    """Delete a clip with its video; one that is being made is ended."""
    return await _asked(request, request.app[SERVICES].control.clips.remove)


@says(Contract(binary="application/octet-stream", query=NAME))
async def post_sound(request: web.Request) -> web.Response:
    """Hand in a sound, the plain body, for a clip: answers with its key, `sound`, and its length in `seconds`."""
    services = request.app[SERVICES]
    name = request.query.get("name", "")
    if len(name) > MOST_FILE_NAME:
        raise refuse("?name= is the name of the file")
    if services.uploads.locked():
        raise web.HTTPTooManyRequests(text="other files are being uploaded; try again later")
    clips, run = services.control.clips, services.lanes.clips.run
    async with services.uploads:
        key, file = await run(clips.new_sound, name)
        try:
            async with asyncio.timeout(SOUND_S):
                await _receive(request, file.write, run, clips.most_sound_bytes)
        except BaseException as error:
            file.close()
            clips.drop_sound(key)
            if isinstance(error, TimeoutError):
                raise web.HTTPRequestTimeout(text=f"the sound did not arrive within {SOUND_S:g} s") from None
            raise
        await run(file.close)
    return web.json_response({"ok": True, "sound": key, "seconds": await run(clips.keep_sound, key)})


async def _receive(request: web.Request, write: Callable[[bytes], object], run: Any, most: int) -> None:
    """The body, block by block, to a disk that may be slow."""
    total = 0
    if (request.content_length or 0) > most:
        raise _too_large(most)
    block = bytearray()
    async for chunk in request.content.iter_any():
        block += chunk
        total += len(chunk)
        if total > most:
            raise _too_large(most)
        if len(block) >= BLOCK:
            await run(write, bytes(block))
            block.clear()
    if not total:
        raise refuse("the sound is empty")
    await run(write, bytes(block))


def _too_large(most: int) -> web.HTTPRequestEntityTooLarge:
    text = f"that is too large: at most {most:,} bytes"
    return web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1, text=text)


async def _asked(request: web.Request, act: Callable[[str], bool]) -> web.Response:
    if not await request.app[SERVICES].lanes.clips.run(act, request.match_info["id"]):
        raise _missing()
    return done()


def _missing() -> web.HTTPNotFound:
    return web.HTTPNotFound(text="there is no clip of that id")
