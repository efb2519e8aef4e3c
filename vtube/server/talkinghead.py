"""What SillyTavern's client of the Extras module `talkinghead` calls, so that it can show our character.

Paths, bodies and answers: SillyTavern-Extras' server (2024-02). Its animator settings are taken as far as they
have a counterpart here; its postprocessor chain is not.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, JsonValue, RootModel

from vtube import pose
from vtube.server.bodies import picture, rate_of
from vtube.server.contract import FPS, Contract, says, takes
from vtube.server.services import SERVICES, Services
from vtube.server.streams import multipart
from vtube.settings import IdleSettings

FEED_FPS = 25.0
"""The client's default frame rate."""
MAX_NAME_LENGTH = 100
MAX_TEXT_LENGTH = 100_000
MAX_TALK_S = 120.0
"""A client that says nothing for so long after it has begun to talk is taken to be gone."""
MACRO_SWAY = 0.6
"""The client's sway strength that looks like our 1."""
FASTEST_BLINK_S, SLOWEST_BLINK_S = 2.0, 5.0
"""The client's own limits, for the one that it leaves out."""
PLAIN = Contract(answer="text/plain")


Name = Annotated[str, Field(max_length=MAX_NAME_LENGTH)]
Seconds = Annotated[float, Field(ge=0.5, le=60)]


class Foreign(BaseModel):
    """A message of a client that is not ours: what it says beyond what we know is passed over."""

    model_config = {"strict": True, "allow_inf_nan": False}


class ClassifyMessage(Foreign):
    """What to look at."""

    text: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)]


class SetEmotionMessage(Foreign):
    """An emotion of the client's."""

    emotion_name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]


class TemplatesMessage(RootModel[Annotated[dict[Name, dict[Name, float]], Field(max_length=200)]]):
    """Emotion to parameter to value."""

    model_config = {"strict": True, "allow_inf_nan": False}


class AnimatorMessage(Foreign):
    """The client's animator settings that have a counterpart here."""

    breathing_cycle_duration: Annotated[float, Field(ge=1, le=60)] | None = None
    blink_interval_min: Seconds | None = None
    blink_interval_max: Seconds | None = None
    sway_macro_strength: Annotated[float, Field(ge=0, le=10)] | None = None


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
    """Show another character and go on drawing."""
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
    """{emotion: {parameter: value}}; {} goes back to our own."""
    request.app[SERVICES].control.emotion.overlay({name: _template(values) for name, values in body.root.items()})
    return web.Response(text="OK")


@takes(AnimatorMessage)
async def load_animator_settings(request: web.Request, body: AnimatorMessage) -> web.Response:
    """The client's animator settings; {} goes back to our defaults."""
    services = request.app[SERVICES]
    changes: dict[str, JsonValue] = {"idle": {**idle_from_animator(body)}}
    await services.lanes.settings.run(services.control.settings.change, changes, False)
    return web.Response(text="OK")


@says(Contract(query=FPS, answer="multipart/x-mixed-replace", endless=True))
async def result_feed(request: web.Request) -> web.StreamResponse:
    """RGBA PNGs as multipart; when the last reader leaves, nobody is there any more who talks."""
    services = request.app[SERVICES]
    services.feeds += 1
    try:
        return await multipart(request, services.png, "image/png", rate_of(request, FEED_FPS), "feed")
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


def idle_from_animator(animator: AnimatorMessage) -> dict[str, float]:
    """Our idle settings for the client's; what it leaves out is our default."""
    own = IdleSettings()
    changes = {
        "breaths_per_minute": own.breaths_per_minute,
        "seconds_between_blinks": own.seconds_between_blinks,
        "sway": own.sway,
    }
    if animator.breathing_cycle_duration is not None:
        changes["breaths_per_minute"] = 60.0 / animator.breathing_cycle_duration
    low, high = animator.blink_interval_min, animator.blink_interval_max
    if low is not None or high is not None:
        changes["seconds_between_blinks"] = ((low or FASTEST_BLINK_S) + (high or SLOWEST_BLINK_S)) / 2.0
    if animator.sway_macro_strength is not None:
        changes["sway"] = min(2.0, animator.sway_macro_strength / MACRO_SWAY)
    return changes


def _template(values: dict[str, float]) -> dict[str, float]:
    plain = {name.removesuffix("_index"): value for name, value in values.items()}
    pose.from_mapping(plain)
    return plain
