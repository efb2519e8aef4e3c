"""The program's own HTTP interface: state and control, JSON in and out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from vtube import pose
from vtube.server.bodies import flag_of, json_object, number_of, only, picture, text_of
from vtube.server.services import SERVICES, in_thread

MAX_TEXT_LENGTH = 5000
MAX_NAME_LENGTH = 100


async def get_state(request: web.Request) -> web.Response:
    """What the program is doing now."""
    return web.json_response(request.app[SERVICES].control.state())


async def get_parameters(_: web.Request) -> web.Response:
    """The 45 pose parameters and their ranges."""
    return web.json_response(
        [{"name": parameter.name, "low": parameter.low, "high": parameter.high} for parameter in pose.PARAMETERS]
    )


async def put_pose(request: web.Request) -> web.Response:
    """Hold exactly these parameters, {parameter: value}; {} releases all."""
    values = await json_object(request)
    pose.from_mapping(values)
    request.app[SERVICES].control.pose.hold(values)
    return _done()


async def get_emotions(request: web.Request) -> web.Response:
    """The names PUT /api/emotion takes."""
    return web.json_response({"emotions": request.app[SERVICES].control.emotion.names()})


async def put_emotion(request: web.Request) -> web.Response:
    """Ease into an emotion: {"name", "strength"?: 0..1}."""
    body = await json_object(request)
    only(body, "name", "strength")
    name = text_of(body, "name", MAX_NAME_LENGTH)
    request.app[SERVICES].control.emotion.show(name, number_of(body, "strength", 1.0, 0.0, 1.0))
    return _done()


async def put_character(request: web.Request) -> web.Response:
    """Show another character: a picture as the body (`?name=` names it) or a form's file."""
    services = request.app[SERVICES]
    data, name = await picture(request)
    return _done(result=await in_thread(services.slow, services.control.character.show, data, name))


async def get_settings(request: web.Request) -> web.Response:
    """All settings but the token."""
    return web.json_response(_without_token(request.app[SERVICES].control.settings.values()))


async def put_settings(request: web.Request) -> web.Response:
    """Change settings, nested as in the file; answers with those that take effect after a restart."""
    services = request.app[SERVICES]
    changes = await json_object(request)
    restart = await in_thread(services.slow, services.control.settings.change, changes)
    return _done(restart=_without_token(restart))


async def get_sound(request: web.Request) -> web.Response:
    """The sound inputs and what each hears at this moment; `spec` is what the setting `audio` takes."""
    services = request.app[SERVICES]
    return web.json_response({"inputs": await in_thread(services.slow, services.control.sound_inputs)})


async def post_say(request: web.Request) -> web.Response:
    """Speak: {"text", "voice"?, "interrupt"?: true or false}; answers with the text's number."""
    body = await json_object(request)
    only(body, "text", "voice", "interrupt")
    text = text_of(body, "text", MAX_TEXT_LENGTH)
    voice = None if body.get("voice") is None else text_of(body, "voice", MAX_NAME_LENGTH)
    return _done(number=request.app[SERVICES].control.speech.say(text, voice, flag_of(body, "interrupt")))


async def put_speech(request: web.Request) -> web.Response:
    """Change how it speaks: {"volume"?: 0..1, "paused"?: true or false, "voice"?}."""
    body = await json_object(request)
    only(body, "volume", "paused", "voice")
    request.app[SERVICES].control.speech.change(
        volume=number_of(body, "volume", 1.0, 0.0, 1.0) if "volume" in body else None,
        paused=flag_of(body, "paused") if "paused" in body else None,
        voice=text_of(body, "voice", MAX_NAME_LENGTH) if "voice" in body else None,
    )
    return _done()


async def post_skip(request: web.Request) -> web.Response:
    """Leave out the rest of the text that is being said."""
    request.app[SERVICES].control.speech.skip()
    return _done()


async def post_stop(request: web.Request) -> web.Response:
    """Fall silent and forget what waits to be said."""
    request.app[SERVICES].control.speech.stop()
    return _done()


async def post_calibrate(request: web.Request) -> web.Response:
    """Take the tracked face of this moment as the neutral one."""
    request.app[SERVICES].control.face.calibrate()
    return _done()


def _without_token(settings: dict[str, Any]) -> dict[str, Any]:
    server = {key: value for key, value in settings.get("server", {}).items() if key != "token"}
    return {**settings, "server": server} if "server" in settings else settings


def _done(**more: object) -> web.Response:
    return web.json_response({"ok": True, **more})
