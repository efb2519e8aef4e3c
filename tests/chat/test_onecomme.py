from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.chat.listening import Ear
from tests.waiting import break_off
from tests.web import serving
from vtube.chat.base import ChatContext
from vtube.chat.group import ChatGroup
from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role
from vtube.chat.onecomme import OneCommeChat, message_of
from vtube.settings import SourceSettings
from vtube.spec import Spec

FRAME = "frame-1"
"""OneComme's number of the frame stands where one would look for that of the comment."""


def comment(number: str, text: str, **data: Any) -> dict[str, Any]:
    data = {"id": number, "userId": "u1", "name": "Mia", "comment": text, "timestamp": "2026-11-25T12:00:00Z", **data}
    return {"id": FRAME, "service": "niconama", "name": "frame", "data": data}


class FakeOneComme:
    """Sends what a test wrote; the first connection, then the second …"""

    def __init__(self, *connections: list[Any]) -> None:
        self.connections = list(connections)
        self.queries: list[str] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/sub", self.sub)])

    async def sub(self, request: web.Request) -> web.WebSocketResponse:
        self.queries.append(request.query_string)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        is_last = len(self.connections) == 1
        frames = self.connections[0] if is_last else self.connections.pop(0)
        for frame in frames:
            if frame is None:
                await break_off(request.transport)
            elif isinstance(frame, str):
                await socket.send_str(frame)
            else:
                await socket.send_json(frame)
        if not is_last:
            await socket.close()
        else:
            async for _ in socket:
                pass
        return socket


async def heard_from(fake: FakeOneComme, until: Callable[[Ear], object]) -> Ear:
    async with serving(fake.app) as address:
        context = ChatContext(SourceSettings(addresses={"onecomme": f"{address}/sub?p=comments,deleted,clear"}))
        ear = Ear(OneCommeChat(Spec("onecomme"), context))
        await ear.hear(lambda: until(ear))
    return ear


async def test_comments_are_read_the_backlog_is_not() -> None:
    fake = FakeOneComme(
        [
            {"type": "connected", "data": {"comments": [comment("0", "old")]}},
            {"type": "meta", "data": {}},
            {
                "type": "comments",
                "data": {
                    "comments": [
                        comment("1", 'a <b>bold</b> &amp; <img src="x" alt=":cat:"> word<br>next<script>x()</script>'),
                        comment("2", "<i>html</i>", speechText="read this", isModerator=True, isFirstTime=True),
                        comment("3", "thanks", price=500, unit="JPY", nickname="Mi"),
                        comment("4", "gift", hasGift=True, userId=""),
                    ]
                },
            },
        ]
    )
    ear = await heard_from(fake, lambda ear: len(ear.texts) == 4)
    assert ear.texts == ["a bold & :cat: word next", "read this", "thanks", "gift"]
    assert ear.messages[1].roles == {Role.MODERATOR, Role.FIRST_TIME}
    assert (ear.messages[2].kind, ear.messages[2].amount, ear.messages[2].user) == (Kind.PAID, 500.0, "Mi")
    assert ear.messages[0].viewer == "onecomme:niconama-u1"
    assert ear.messages[3].viewer == ""
    assert ear.messages[0].time > 1.7e9
    assert fake.queries[0] == "p=comments,deleted,clear"


def test_comments_of_one_frame_are_told_apart() -> None:
    arrived: list[Arrival] = []
    group = ChatGroup([], arrived.append)
    for number in ("1", "2", "2"):
        group.take(0, message_of(comment(number, f"text {number}")))
    assert [one.text for one in arrived if isinstance(one, ChatMessage)] == ["text 1", "text 2"]


async def test_what_is_taken_back_comes_in_two_shapes() -> None:
    fake = FakeOneComme([{"type": "deleted", "data": ["a", {"id": "b", "message": "x"}, 3, {}]}, {"type": "clear"}])
    ear = await heard_from(fake, lambda ear: len(ear.arrived) == 3)
    assert ear.arrived == [
        Removal("onecomme", message_id="a"),
        Removal("onecomme", message_id="b"),
        Removal("onecomme"),
    ]


async def test_it_comes_back_and_rubbish_ends_nothing() -> None:
    broken = [{"id": "x"}, {"id": "y", "data": 3}, {"id": "z", "data": {"price": "free"}}, 5]
    fake = FakeOneComme(
        ["no json", "[]", {"type": "comments", "data": None}, {"type": "comments", "data": {"comments": broken}}],
        [{"type": "comments", "data": {"comments": [comment("1", "here")]}}],
    )
    ear = await heard_from(fake, lambda ear: ear.texts)
    assert ear.texts == ["here"]
    assert ear.status()["damaged"] == 6
    assert ear.status()["connections"] == 2


async def test_a_connection_that_breaks_is_made_anew_without_its_backlog() -> None:
    here, again = comment("1", "here"), comment("2", "again")
    fake = FakeOneComme(
        [{"type": "comments", "data": {"comments": [here]}}, None],
        [{"type": "connected", "data": {"comments": [here]}}, {"type": "comments", "data": {"comments": [again]}}],
    )
    ear = await heard_from(fake, lambda ear: len(ear.texts) == 2)
    assert ear.texts == ["here", "again"]
    assert 0.75 <= ear.waits[0] <= 1.25


def test_what_lacks_fields_is_damaged_or_read_and_never_more() -> None:
    whole = comment("1", "hi", price=5, unit="JPY", hasGift=True, isOwner=True, nickname="Mi")
    values: tuple[Any, ...] = (None, 3, [], {}, "x")
    for key in (*whole, *whole["data"]):
        for value in values:
            one = {**whole, key: value} if key in whole else {**whole, "data": {**whole["data"], key: value}}
            try:
                assert message_of(one).source == "onecomme"
            except (LookupError, TypeError, ValueError, AttributeError):
                continue
