"""The program's own HTTP interface: state and control, JSON in and out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel

from vtube import pose
from vtube.server.bodies import refuse
from vtube.server.contract import Contract, Message, done, says, takes, warned
from vtube.server.control import SettingsControl
from vtube.server.services import SERVICES, Services
from vtube.settings import Outcome

MAX_TEXT_LENGTH = 5000
MAX_NAME_LENGTH = 100

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH, pattern=r"\S")]
Share = Annotated[float, Field(ge=0, le=1)]


class PoseMessage(RootModel[dict[str, float]]):
    """Parameter to value."""

    model_config = {"strict": True, "allow_inf_nan": False}


class HeldMessage(RootModel[dict[str, float | None]]):
    """Parameter to value; null lets go of one."""

    model_config = {"strict": True, "allow_inf_nan": False}


class AirMessage(Message):
    """Whether the character is in the outputs."""

    on: bool


class MotionMessage(Message):
    """Whether motion and drawing stand still."""

    paused: bool


class RecordingMessage(Message):
    """Whether to record, and into what kind of video."""

    on: bool
    kind: Annotated[str, Field(max_length=10)] = "mov"


class OutputMessage(Message):
    """One output, by its SPEC, and whether it gets frames."""

    spec: Name
    on: bool


class EmotionMessage(Message):
    """An emotion and how strong it is."""

    name: Name
    strength: Share = 1.0


class GestureMessage(Message):
    """A gesture, such as `nod`, or a happening, such as `applause`."""

    name: Name


class SettingsMessage(BaseModel):
    """Settings, nested as in the file, and whether they are kept for the next start."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    save: bool = True


SAVE = {"save": {"type": "string", "enum": ["0", "1", "false", "true"], "description": "0: only until the next start"}}


VOICE_HELP = "a voice that is a server, such as voicevox: it is asked for its own list"


class SayMessage(Message):
    """What to say, and who says it."""

    text: Text
    voice: Name | None = None
    interrupt: bool = False


class SpeechMessage(Message):
    """How to speak; what is left out stays as it is."""

    volume: Share | None = None
    paused: bool | None = None
    voice: Name | None = None


async def get_state(request: web.Request) -> web.Response:
    """What the program is doing now."""
    return web.json_response(state_of(request.app[SERVICES]))


def state_of(services: Services) -> dict[str, Any]:
    """The program's state, and who is connected."""
    return {**services.control.state(), "clients": services.viewers.counts()}


async def get_parameters(_: web.Request) -> web.Response:
    """The 45 pose parameters and their ranges."""
    return web.json_response(
        [{"name": parameter.name, "low": parameter.low, "high": parameter.high} for parameter in pose.PARAMETERS]
    )


@takes(PoseMessage)
async def put_pose(request: web.Request, body: PoseMessage) -> web.Response:
    """Hold exactly these parameters, {parameter: value}; {} releases all."""
    pose.from_mapping(body.root)
    request.app[SERVICES].control.pose.hold(body.root)
    return done()


@takes(HeldMessage)
async def patch_pose(request: web.Request, body: HeldMessage) -> web.Response:
    """Hold these parameters beside what is held already; null lets go of one."""
    pose.from_mapping({name: value for name, value in body.root.items() if value is not None})
    request.app[SERVICES].control.pose.change(body.root)
    return done()


async def get_emotions(request: web.Request) -> web.Response:
    """The names PUT /api/emotion takes."""
    return web.json_response({"emotions": request.app[SERVICES].control.emotion.names()})


@takes(EmotionMessage)
async def put_emotion(request: web.Request, body: EmotionMessage) -> web.Response:
    """Ease into an emotion: {"name", "strength"?: 0..1}."""
    request.app[SERVICES].control.emotion.show(body.name, body.strength)
    return done()


async def get_gestures(request: web.Request) -> web.Response:
    """The names PUT /api/gesture takes."""
    return web.json_response({"gestures": request.app[SERVICES].control.gesture.names()})


@takes(GestureMessage)
async def put_gesture(request: web.Request, body: GestureMessage) -> web.Response:
    """Begin a gesture: {"name": "nod"}."""
    request.app[SERVICES].control.gesture.act(body.name)
    return done()


async def get_reactions(request: web.Request) -> web.Response:
    """The names POST /api/react takes."""
    return web.json_response({"happenings": request.app[SERVICES].control.reactions.names()})


@takes(GestureMessage)
async def post_react(request: web.Request, body: GestureMessage) -> web.Response:
    """Tell her body what happens around her: {"name": "host_speaks"}.

    She reacts if she is free, as `config/reactions.yaml` says: to `host_speaks`, `host_stops`, `chat`, `applause` …
    """
    request.app[SERVICES].control.reactions.notice(body.name)
    return done()


async def get_settings(request: web.Request) -> web.Response:
    """All settings that are in force, but what is secret."""
    return web.json_response(request.app[SERVICES].control.settings.values())


async def get_waiting_settings(request: web.Request) -> web.Response:
    """The settings that were changed and wait for the next start."""
    return web.json_response(request.app[SERVICES].control.settings.waiting())


async def get_settings_schema(request: web.Request) -> web.Response:
    """The JSON schema of the settings, with `live` or `local` where it is so."""
    return web.json_response(request.app[SERVICES].control.settings.schema())


@takes(SettingsMessage, SAVE)
async def put_settings(request: web.Request, body: SettingsMessage) -> web.Response:
    """Change settings, nested as in the file: all of them or, when one is refused, none.

    They are kept for the next start unless the query says `save=0` or the body `"save": false`. The answer says what
    is `in_force` now, what waits for a `restart` and what was `saved`, and gives a `warning` when saving failed.
    """
    services = request.app[SERVICES]
    save = body.save and request.query.get("save") not in ("0", "false")
    outcome = await services.lanes.settings.run(services.control.settings.change, body.model_extra, save)
    return done(**asdict(outcome))


async def get_sound(request: web.Request) -> web.Response:
    """The sound inputs and what each hears at this moment; `spec` is what the setting `audio` takes."""
    services = request.app[SERVICES]
    return web.json_response({"inputs": await services.lanes.sound.run(services.control.sound_inputs)})


@says(Contract(query={"voice": {"type": "string", "maxLength": MAX_NAME_LENGTH, "description": VOICE_HELP}}))
async def get_voices(request: web.Request) -> web.Response:
    """The voices, which are ready, and what the others lack; with `?voice=`, what that voice's server has.

    `ready` is null for a program that nobody has asked; `missing` names packages, and `command` gets them.
    """
    services, name = request.app[SERVICES], request.query.get("voice")
    if name is None:
        return web.json_response({"voices": await services.lanes.text.run(services.control.speech.voices)})
    if not name.strip() or len(name) > MAX_NAME_LENGTH:
        raise refuse(f"?voice= is the name of a voice, at most {MAX_NAME_LENGTH} characters")
    found = await services.lanes.voices.run(services.control.speech.styles, name)
    return web.json_response({"styles": [{"spec": spec, "name": label} for spec, label in found.items()]})


@takes(SayMessage)
async def post_say(request: web.Request, body: SayMessage) -> web.Response:
    """Speak: {"text", "voice"?, "interrupt"?: true or false}; answers with the text's number."""
    return done(number=request.app[SERVICES].control.speech.say(body.text, body.voice, body.interrupt))


@takes(SpeechMessage)
async def put_speech(request: web.Request, body: SpeechMessage) -> web.Response:
    """Change how it speaks: {"volume"?: 0..1, "paused"?: true or false, "voice"?}.

    Loudness and voice are settings, and kept for the next start; a `warning` of the answer says why they are not.
    """
    services = request.app[SERVICES]
    changes = body.model_dump(include={"volume", "voice"}, exclude_none=True)
    warning = ""
    if changes:
        warning = (await services.lanes.settings.run(services.control.settings.change, {"speech": changes})).warning
    if body.paused is not None:
        services.control.speech.pause(body.paused)
    return warned(warning)


async def post_skip(request: web.Request) -> web.Response:
    """Leave out the rest of the text that is being said."""
    request.app[SERVICES].control.speech.skip()
    return done()


async def post_stop(request: web.Request) -> web.Response:
    """Fall silent and forget what waits to be said."""
    request.app[SERVICES].control.speech.stop()
    return done()


async def post_calibrate(request: web.Request) -> web.Response:
    """Take the tracked face of this moment as the neutral one; 409 when none is seen."""
    request.app[SERVICES].control.face.calibrate()
    return done()


async def get_face(request: web.Request) -> web.Response:
    """The tracked face before your own curves: whether it is `seen`, its `parameters`, and its blend `shapes`.

    A blend shape that the tracker does not send is null. The curves are the settings `retarget.parameters` and
    `retarget.shapes`.
    """
    return web.json_response(request.app[SERVICES].control.face.reading())


@takes(MotionMessage)
async def put_motion(request: web.Request, body: MotionMessage) -> web.Response:
    """Freeze the picture as it is, {"paused": true}, or go on."""
    request.app[SERVICES].control.motion.pause(body.paused)
    return done()


@takes(AirMessage)
async def put_air(request: web.Request, body: AirMessage) -> web.Response:
    """Take the character out of every output, {"on": false}, or put her back; only previews go on showing her."""
    request.app[SERVICES].control.air.put(body.on)
    return done()


@takes(RecordingMessage)
async def put_recording(request: web.Request, body: RecordingMessage) -> web.Response:
    """Record what goes out into the user's own folder, {"on": true, "kind"?: mov, mkv, webm or mp4}, or end it."""
    recorder = request.app[SERVICES].control.recorder
    if not body.on:
        recorder.stop()
        return done()
    return done(path=await request.app[SERVICES].lanes.settings.run(recorder.start, body.kind))


@takes(OutputMessage)
async def put_outputs(request: web.Request, body: OutputMessage) -> web.Response:
    """Switch one output on or off, {"spec", "on"}; the others stay. Kept for the next start."""
    services = request.app[SERVICES]
    absent = {one["name"] for one in services.control.state().get("outputs", []) if one["state"] == "absent"}
    outcome = await services.lanes.settings.run(_switch, services.control.settings, body.spec, body.on, absent)
    return done(**asdict(outcome))


def _switch(settings: SettingsControl, spec: str, on: bool, absent: Collection[str]) -> Outcome:
    """What is absent was asked for by nobody: the list that somebody chooses is without it."""
    others = [one for one in settings.values().get("outputs", []) if one not in (spec, *absent)]
    return settings.change({"outputs": [*others, *([spec] if on else [])]})
