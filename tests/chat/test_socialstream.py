from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from tests.chat.listening import Ear
from tests.waiting import break_off
from tests.web import serving
from vtube.chat.base import ChatContext
from vtube.chat.message import Kind, Role
from vtube.chat.socialstream import SocialStreamChat, paid
from vtube.errors import SettingsError
from vtube.settings import SourceSettings
from vtube.spec import Spec


class FakeSocialStream:
    def __init__(self, *frames: Any) -> None:
        self.frames = frames
        self.joined: list[Any] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/", self.root)])

    async def root(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.joined.append(await socket.receive_json())
        for frame in self.frames:
            if frame is None:
                await break_off(request.transport)
            elif isinstance(frame, str):
                await socket.send_str(frame)
            else:
                await socket.send_json(frame)
        async for _ in socket:
            pass
        return socket


async def heard_from(fake: FakeSocialStream, until: Callable[[Ear], object]) -> Ear:
    async with serving(fake.app) as address:
        context = ChatContext(SourceSettings(addresses={"socialstream": address}))
        ear = Ear(SocialStreamChat(Spec("socialstream", "my-session"), context))
        await ear.hear(lambda: until(ear))
    return ear


async def test_frames_of_all_kinds_are_read() -> None:
    fake = FakeSocialStream(
        {"chatname": "Mia", "chatmessage": "hi <img alt='😀'> &lt;3", "type": "kick", "id": 1, "userid": "u1"},
        {"chatname": "Ken", "chatmessage": "5 < 6 <b>", "textonly": True, "type": "tiktok", "id": 2, "moderator": True},
        {"chatname": "Ann", "chatmessage": "", "hasDonation": "$5.00", "type": "youtube", "id": 3},
        {"chatname": "Ann", "chatmessage": "joined", "event": "joined", "type": "kick"},
        {"action": "ping"},
        "rubbish",
        [1, 2],
        {"chatname": 5, "chatmessage": "no"},
        {"chatname": "Ken", "chatmessage": "end", "type": "tiktok"},
    )
    ear = await heard_from(fake, lambda ear: "end" in ear.texts)
    assert fake.joined == [{"join": "my-session", "out": 4, "in": 4}]
    assert ear.texts == ["hi 😀 <3", "5 < 6 <b>", "", "end"]
    assert ear.messages[0].viewer == "socialstream:kick-u1"
    assert ear.messages[1].viewer == ear.messages[3].viewer
    assert ear.messages[1].roles == {Role.MODERATOR}
    assert (ear.messages[2].kind, ear.messages[2].amount, ear.messages[2].currency) == (Kind.PAID, 5.0, "USD")
    assert "my-session" not in str(ear.status())


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("$5.00", None, (5.0, "USD")),
        ("¥1,000", None, (1000.0, "JPY")),
        ("100 bits", None, (100.0, "bits")),
        ("€2", 2.5, (2.5, "EUR")),
        ("a rose", None, (0.0, "rose")),
        ("1.2.3", None, (0.0, "")),
        ("", None, (0.0, "")),
    ],
)
def test_donations_are_written_in_many_ways(text: str, value: Any, expected: tuple[float, str]) -> None:
    assert paid(text, value) == expected


def test_a_session_has_a_name() -> None:
    with pytest.raises(SettingsError, match="session"):
        SocialStreamChat(Spec("socialstream", "a b"), ChatContext(SourceSettings()))


async def test_a_connection_that_breaks_is_made_anew_and_joined_again() -> None:
    fake = FakeSocialStream({"chatname": "Mia", "chatmessage": "hi", "type": "kick", "id": 1}, None)
    ear = await heard_from(fake, lambda ear: len(fake.joined) >= 2)
    assert ear.texts[0] == "hi"
    assert 0.75 <= ear.waits[0] <= 1.25
