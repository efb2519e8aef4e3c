"""What SillyTavern's client of the Extras module `talkinghead` calls, so that it can show our character.

Paths, bodies and answers: SillyTavern-Extras' server (2024-02). `animator` reads its settings, `filters`
its filter chain.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel

from vtube.server.animator import Crop, read_animator, read_templates
from vtube.server.bodies import picture, rate_of, refuse
from vtube.server.contract import FPS, Contract, says, takes
from vtube.server.encode import SharedEncoder, png
from vtube.server.services import SERVICES, Services
from vtube.server.streams import multipart

log = logging.getLogger(__name__)

MAX_NAME_LENGTH = 100
MAX_TEXT_LENGTH = 100_000
MAX_ANSWER_LENGTH = 4000
MAX_TALK_S = 120.0
"""A client that says nothing for so long after it has begun to talk is taken to be gone."""
PLAIN = Contract(answer="text/plain")
EXAMPLE: JsonValue = {
    "target_fps": 25,
    "sway_macro_strength": 0.6,
    "postprocessor_chain": [["bloom", {}], ["scanlines", {}]],
}

Name = Annotated[str, Field(max_length=MAX_NAME_LENGTH)]


class Foreign(BaseModel):
    """A message of a client that is not ours: what it says beyond what we know is passed over."""

    model_config = {"strict": True, "allow_inf_nan": False}


class ClassifyMessage(Foreign):
    """What to look at."""

    text: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)]


class SetEmotionMessage(Foreign):
    """An emotion of the client's."""

    emotion_name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]


class TemplatesMessage(RootModel[Annotated[dict[Name, JsonValue], Field(max_length=200)]]):
    """Emotion to parameter to value."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"joy": {"eye_happy_wink_left_index": 1.0}}]})


class AnimatorSettings(RootModel[dict[Name, JsonValue]]):
    """The client's animator settings, any of them; see `animator.AnimatorMessage` for their ranges."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


async def modules(_: web.Request) -> web.Response:
    """The modules a client may use."""
    return web.json_response({"modules": ["classify", "talkinghead"]})


@takes(ClassifyMessage)
async def classify(request: web.Request, body: ClassifyMessage) -> web.Response:
    """{"text"}: the emotions in it and their scores, the strongest first; the character shows that one."""
    services = request.app[SERVICES]
    found = await services.lanes.text.run(services.control.classifier.classify, body.text)
    known = services.control.emotion.names()
    services.control.emotion.show(next((name for name in found if name in known), "neutral"))
    return web.json_response(
        {"classification": [{"label": name, "score": round(score, 4)} for name, score in found.items()]}
    )


async def labels(request: web.Request) -> web.Response:
    """The emotions that `classify` can find; the last label tells the client that a talking head listens."""
    names = request.app[SERVICES].control.classifier.classify("")
    return web.json_response({"labels": [*sorted(names), "talkinghead"]})


@says(Contract(picture=True, answer="text/plain"))
async def load(request: web.Request) -> web.Response:
    """Show another character and go on drawing; 409 and what is wrong for a picture with a problem."""
    services = request.app[SERVICES]
    data, name = await picture(request)
    await services.lanes.character.run(services.control.character.show, data, name)
    services.control.motion.pause(False)
    return web.Response(text="OK")


@says(PLAIN)
async def unload(request: web.Request) -> web.Response:
    """Pause: the client does this when its tab is hidden."""
    request.app[SERVICES].control.motion.pause(True)
    return web.Response(text="Animation Paused")


@says(PLAIN)
async def start_talking(request: web.Request) -> web.Response:
    """The client begins to speak, out of our hearing; for two minutes, unless it says so again."""
    services = request.app[SERVICES]
    _stop_timer(services)
    services.control.mouth.set_lip_flap(True)
    services.talking = asyncio.get_running_loop().call_later(MAX_TALK_S, services.control.mouth.set_lip_flap, False)
    return web.Response(text="talking started")


@says(PLAIN)
async def stop_talking(request: web.Request) -> web.Response:
    """The client has finished speaking."""
    _fall_silent(request.app[SERVICES])
    return web.Response(text="talking stopped")


@takes(SetEmotionMessage)
async def set_emotion(request: web.Request, body: SetEmotionMessage) -> web.Response:
    """{"emotion_name"}; one we don't know is neutral."""
    emotion = request.app[SERVICES].control.emotion
    emotion.show(body.emotion_name if body.emotion_name in emotion.names() else "neutral")
    return web.Response(text=f"emotion set to {body.emotion_name}")


@takes(TemplatesMessage)
async def load_emotion_templates(request: web.Request, body: TemplatesMessage) -> web.Response:
    """{emotion: {parameter: value}}; {} goes back to our own. What is wrong is left out and named in the answer."""
    templates, dropped = read_templates(body.root)
    _see_that_something_is_left(templates, dropped)
    request.app[SERVICES].control.emotion.overlay(templates)
    return _taken("emotion templates", dropped)


@takes(AnimatorSettings)
async def load_animator_settings(request: web.Request, body: AnimatorSettings) -> web.Response:
    """The client's animator settings; {} goes back to our own. What is wrong is left out and named in the answer."""
    services = request.app[SERVICES]
    animation = read_animator(body.root)
    _see_that_something_is_left(len(body.root) - len(animation.wrong), animation.dropped)
    changes = services.own.changes(animation.settings, services.control.settings.values())
    if changes:
        await services.lanes.settings.run(services.control.settings.change, changes, False)
    services.control.mouth.set_lip_flap_style(*animation.flaps)
    services.animation = animation
    return _taken("animator settings", animation.dropped)


@says(Contract(query=FPS, answer="multipart/x-mixed-replace", endless=True))
async def result_feed(request: web.Request) -> web.StreamResponse:
    """RGBA PNGs as multipart; when the last reader leaves, nobody is there any more who talks."""
    services = request.app[SERVICES]
    services.feeds += 1
    try:
        rate = rate_of(request, services.animation.fps)
        return await multipart(request, _encoder(services), "image/png", rate, "feed")
    finally:
        services.feeds -= 1
        if services.talking is not None and not services.feeds:
            _fall_silent(services)


@says(Contract(answer="multipart/x-mixed-replace"))
async def head_of_feed(_: web.Request) -> web.Response:
    """Whether the feed is there; the client asks before it shows it."""
    return web.Response(content_type="multipart/x-mixed-replace")


def _fall_silent(services: Services) -> None:
    _stop_timer(services)
    services.control.mouth.set_lip_flap(False)


def _stop_timer(services: Services) -> None:
    timer, services.talking = services.talking, None
    if timer is not None:
        timer.cancel()


def _encoder(services: Services) -> SharedEncoder:
    """What makes the feed's pictures; with nothing to cut off, the one that others use, too."""
    crop = services.animation.crop
    if crop == Crop():
        return services.png
    return SharedEncoder(services.broadcast, lambda frame: png(crop.of(frame)), services.encoders)


def _see_that_something_is_left(left: object, dropped: Sequence[str]) -> None:
    if dropped and not left:
        raise refuse("nothing of that can be used: " + "; ".join(dropped))


def _taken(what: str, dropped: Sequence[str]) -> web.Response:
    """What the client is told, and who reads the log."""
    if not dropped:
        return web.Response(text="OK")
    names = "; ".join(dropped)[:MAX_ANSWER_LENGTH]
    log.warning("SillyTavern's %s: not taken: %s", what, names)
    return web.Response(text=f"OK, but not taken: {names}")
