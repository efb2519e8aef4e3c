"""What SillyTavern's client of the Extras module `talkinghead` calls, so that it can show our character.

Paths, bodies and answers: SillyTavern-Extras' server (2024-02). Its animator settings are taken as far as they
have a counterpart here; its postprocessor chain is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from vtube import pose
from vtube.server.bodies import json_object, number_of, picture, rate_of, refuse, text_of
from vtube.server.services import SERVICES, in_thread
from vtube.server.streams import multipart
from vtube.settings import IdleSettings

FEED_FPS = 25.0
"""The client's default frame rate."""
MAX_TEMPLATES = 200
MAX_NAME_LENGTH = 100
MACRO_SWAY = 0.6
"""The client's sway strength that looks like our 1."""


async def modules(_: web.Request) -> web.Response:
    """The modules a client may use."""
    return web.json_response({"modules": ["classify", "talkinghead"]})


async def classify(request: web.Request) -> web.Response:
    """{"text"}: the emotions in it and their scores, the strongest first; the character shows that one."""
    services = request.app[SERVICES]
    text = (await json_object(request)).get("text")
    if not isinstance(text, str):
        raise refuse('"text" is needed and is a text')
    found = await in_thread(services.slow, services.control.classifier.classify, text)
    known = services.control.emotion.names()
    services.control.emotion.show(next((name for name in found if name in known), "neutral"))
    return web.json_response(
        {"classification": [{"label": name, "score": round(score, 4)} for name, score in found.items()]}
    )


async def labels(request: web.Request) -> web.Response:
    """The emotions that `classify` can find; the last label tells the client that a talking head listens."""
    names = request.app[SERVICES].control.classifier.classify("")
    return web.json_response({"labels": [*sorted(names), "talkinghead"]})


async def load(request: web.Request) -> web.Response:
    """Show another character and go on drawing."""
    services = request.app[SERVICES]
    data, name = await picture(request)
    await in_thread(services.slow, services.control.character.show, data, name)
    services.control.motion.pause(False)
    return web.Response(text="OK")


async def unload(request: web.Request) -> web.Response:
    """Pause: the client does this when its tab is hidden."""
    request.app[SERVICES].control.motion.pause(True)
    return web.Response(text="Animation Paused")


async def start_talking(request: web.Request) -> web.Response:
    """The client begins to speak, out of our mouth_source."""
    request.app[SERVICES].control.mouth.set_lip_flap(True)
    return web.Response(text="talking started")


async def stop_talking(request: web.Request) -> web.Response:
    """The client has finished speaking."""
    request.app[SERVICES].control.mouth.set_lip_flap(False)
    return web.Response(text="talking stopped")


async def set_emotion(request: web.Request) -> web.Response:
    """{"emotion_name"}; one we don't know is neutral."""
    control = request.app[SERVICES].control
    name = text_of(await json_object(request), "emotion_name", MAX_NAME_LENGTH)
    control.emotion.show(name if name in control.emotion.names() else "neutral")
    return web.Response(text=f"emotion set to {name}")


async def load_emotion_templates(request: web.Request) -> web.Response:
    """{emotion: {parameter: value}}; {} goes back to our own."""
    templates = await json_object(request)
    if len(templates) > MAX_TEMPLATES:
        raise refuse(f"at most {MAX_TEMPLATES} emotions")
    request.app[SERVICES].control.emotion.overlay({name: _template(name, values) for name, values in templates.items()})
    return web.Response(text="OK")


async def load_animator_settings(request: web.Request) -> web.Response:
    """The client's animator settings; {} goes back to our defaults."""
    services = request.app[SERVICES]
    changes = {"idle": idle_from_animator(await json_object(request))}
    await in_thread(services.slow, services.control.settings.change, changes)
    return web.Response(text="OK")


async def result_feed(request: web.Request) -> web.StreamResponse:
    """RGBA PNGs as multipart."""
    return await multipart(request, request.app[SERVICES].png, "image/png", rate_of(request, FEED_FPS))


def idle_from_animator(animator: dict[str, Any]) -> dict[str, float]:
    """Our idle settings for the client's; what it leaves out is our default.

    Raises:
        HTTPBadRequest: one of them is not a number in a sane range.
    """
    own = IdleSettings()
    changes = {
        "breaths_per_minute": own.breaths_per_minute,
        "seconds_between_blinks": own.seconds_between_blinks,
        "sway": own.sway,
    }
    if "breathing_cycle_duration" in animator:
        changes["breaths_per_minute"] = 60.0 / number_of(animator, "breathing_cycle_duration", 4.0, 1.0, 60.0)
    if "blink_interval_min" in animator or "blink_interval_max" in animator:
        low = number_of(animator, "blink_interval_min", 2.0, 0.5, 60.0)
        high = number_of(animator, "blink_interval_max", 5.0, 0.5, 60.0)
        changes["seconds_between_blinks"] = (low + high) / 2.0
    if "sway_macro_strength" in animator:
        changes["sway"] = min(2.0, number_of(animator, "sway_macro_strength", MACRO_SWAY, 0.0, 10.0) / MACRO_SWAY)
    return changes


def _template(name: str, values: object) -> Mapping[str, float]:
    if not isinstance(values, dict):
        raise refuse(f'the emotion "{name[:MAX_NAME_LENGTH]}" should be an object {{parameter: value}}')
    plain = {key.removesuffix("_index"): value for key, value in values.items()}
    pose.from_mapping(plain)
    return plain
