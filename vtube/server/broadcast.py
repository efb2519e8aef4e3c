"""The broadcast over HTTP: a message in, who is answered, the memory, and the way to stop it all."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from vtube.server.bodies import refuse
from vtube.server.contract import Contract, Message, done, says, takes
from vtube.server.services import SERVICES

MAX_TEXT = 2000
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
KINDS = Literal["text", "paid", "member", "gift", "follow", "raid", "redeem"]
ROLES = Literal["owner", "moderator", "member", "vip", "first_time"]
HOLD = {
    "hold": {
        "type": "string",
        "enum": ["0", "1", "false", "true"],
        "description": "1: answer nobody until /api/dialogue/resume",
    }
}


class ChatBody(Message):
    """A viewer's message."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
    user: Word | None = None
    user_id: Word | None = None
    id: Word | None = None
    source: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")] | None = None
    kind: KINDS = "text"
    amount: Annotated[float, Field(ge=0, le=1e9)] = 0.0
    currency: Annotated[str, Field(max_length=10)] | None = None
    roles: list[ROLES] = Field(default_factory=list, max_length=5)


class ChooseBody(Message):
    """What to do with a message that waits: its `key` is in the state."""

    key: Annotated[str, Field(min_length=1, max_length=300)]
    answer: bool = True


class ForgetBody(Message):
    """Whom to forget: `source:number`, as /api/memory has it."""

    viewer: Annotated[str, Field(min_length=1, max_length=300)]


class FactBody(Message):
    """A fact; with the `number` of one that there is, it takes its place, and without a text deletes it."""

    text: Annotated[str, Field(max_length=500)] = ""
    number: Annotated[int, Field(ge=1, le=2**53)] | None = None
    viewer: Annotated[str, Field(max_length=300)] = ""
    importance: Annotated[float, Field(ge=0, le=1)] = 0.8
    pinned: bool = False


@takes(ChatBody)
async def post_chat(request: web.Request, body: ChatBody) -> web.Response:
    """Hand in a message from any program: {"text", "user"?, "amount"?, …}; answers with its number."""
    number = request.app[SERVICES].control.dialogue.post(body.model_dump(exclude_none=True))
    return done(number=number)


@takes(ChooseBody)
async def post_choose(request: web.Request, body: ChooseBody) -> web.Response:
    """Have a waiting message answered next, or, with "answer": false, leave it out."""
    dialogue = request.app[SERVICES].control.dialogue
    found = dialogue.approve(body.key) if body.answer else dialogue.drop(body.key)
    if not found:
        raise refuse("no message of that key is waiting any more")
    return done()


@says(Contract(query=HOLD))
async def post_dialogue_stop(request: web.Request) -> web.Response:
    """Fall silent and still at once, forget who waits and hide what is shown; `hold=1` answers nobody until resumed."""
    request.app[SERVICES].control.dialogue.stop(request.query.get("hold") in ("1", "true"))
    return done()


async def post_dialogue_resume(request: web.Request) -> web.Response:
    """Answer again after a stop that holds."""
    request.app[SERVICES].control.dialogue.resume()
    return done()


async def post_dialogue_next(request: web.Request) -> web.Response:
    """Go on to the next part of the running order."""
    if not request.app[SERVICES].control.dialogue.next_part():
        raise refuse("there is no next part: no running order is on, or it is over")
    return done()


async def get_memory(request: web.Request) -> web.Response:
    """All that is remembered: viewers, facts, turns and summaries."""
    services = request.app[SERVICES]
    return web.json_response(await services.lanes.memory.run(services.control.dialogue.memory))


@takes(ForgetBody)
async def post_forget(request: web.Request, body: ForgetBody) -> web.Response:
    """Forget a viewer and all that is known of them."""
    services = request.app[SERVICES]
    if not await services.lanes.memory.run(services.control.dialogue.forget, body.viewer):
        raise refuse("nobody of that number is known")
    return done()


@takes(FactBody)
async def put_fact(request: web.Request, body: FactBody) -> web.Response:
    """Write, change or delete a fact of the memory; answers with its number."""
    services, dialogue = request.app[SERVICES], request.app[SERVICES].control.dialogue
    if body.text.strip():
        number = await services.lanes.memory.run(dialogue.set_fact, body.model_dump())
        if number is None:
            raise refuse("there is no fact of that number, or nothing is remembered now")
        return done(number=number)
    if body.number is None or not await services.lanes.memory.run(dialogue.delete_fact, body.number):
        raise refuse("a fact needs a text, or the number of one that is to be deleted")
    return done()
