"""Her answers in programs that show or collect chats: OneComme and Social Stream Ninja."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.chat.answering import BY, conversation, is_question
from tests.web import serving
from vtube.chat.base import ChatContext
from vtube.chat.onecomme import OneCommeChat
from vtube.chat.socialstream import SocialStreamChat
from vtube.settings import SourceSettings
from vtube.spec import Spec


class WrittenOneComme:
    """Two frames with a comment each, and the interface that shows others, which come back."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.written: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/sub", self.sub), web.post("/api/comments", self.insert)])

    async def sub(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for number, words in (("c1", "first"), ("c2", "question")):
            data = {"id": number, "userId": number, "name": "Mia", "comment": words}
            await self.show(socket, "frame-2", data)
        async with asyncio.timeout(30):
            while not self.written:
                await asyncio.sleep(0.002)
        for data in (self.written[0]["comment"], {"id": "c3", "userId": "c3", "name": "Mia", "comment": "end"}):
            await self.show(socket, "frame-2", data)
        async for _ in socket:
            pass
        return socket

    @staticmethod
    async def show(socket: web.WebSocketResponse, frame: str, data: dict[str, Any]) -> None:
        comment = {"id": frame, "service": "niconama", "name": "frame", "data": data}
        await socket.send_json({"type": "comments", "data": {"comments": [comment]}})

    async def insert(self, request: web.Request) -> web.Response:
        self.written.append(await request.json())
        return web.json_response({}, status=self.status)


@pytest.mark.parametrize("status", [200, 500])
async def test_onecomme_shows_the_answer_in_the_frame_of_its_comment(status: int) -> None:
    fake = WrittenOneComme(status)
    async with serving(fake.app) as address:
        settings = SourceSettings(addresses={"onecomme": f"{address.replace('http', 'ws')}/sub?p=comments"})
        came, replies = await conversation(
            OneCommeChat(Spec("onecomme"), ChatContext(settings)),
            is_question,
            lambda came: any(one.text == "end" for one in came),
            "Fine & <3!",
        )
    assert [one.text for one in came] == ["first", "question", "end"]
    (body,) = fake.written
    assert body["service"] == {"id": "frame-2"}
    assert (body["comment"]["comment"], body["comment"]["name"]) == ("@Mia Fine &amp; &lt;3!", BY)
    assert replies["sent"] == (status == 200)


class WrittenSocialStream:
    def __init__(self, said: str, status: int = 200) -> None:
        self.said, self.status = said, status
        self.written: list[dict[str, Any]] = []
        self.app = web.Application()
        self.app.add_routes([web.get("/", self.root), web.post("/my-session", self.act)])

    async def root(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive_json()
        await socket.send_json({"chatname": "Mia", "chatmessage": "question", "type": "kick", "id": 1})
        async with asyncio.timeout(30):
            while not self.written:
                await asyncio.sleep(0.002)
        for site in ("kick", "twitch"):
            await socket.send_json({"chatname": "me", "chatmessage": self.written[0]["value"], "type": site})
        await socket.send_json({"chatname": "Mia", "chatmessage": "end", "type": "kick", "id": 2})
        async for _ in socket:
            pass
        return socket

    async def act(self, request: web.Request) -> web.Response:
        self.written.append(await request.json())
        return web.Response(text=self.said, status=self.status)


@pytest.mark.parametrize(
    ("said", "status", "failure"),
    [
        ("true", 200, ""),
        ("failed", 200, "no extension listens"),
        ("timeout", 200, "does not answer"),
        ("", 500, "status 500"),
    ],
)
async def test_social_stream_writes_into_all_its_chats_and_no_copy_comes_back(
    said: str, status: int, failure: str
) -> None:
    fake = WrittenSocialStream(said, status)
    async with serving(fake.app) as address:
        settings = SourceSettings(addresses={"socialstream": address.replace("http", "ws")})
        came, replies = await conversation(
            SocialStreamChat(Spec("socialstream", "my-session"), ChatContext(settings)),
            is_question,
            lambda came: any(one.text == "end" for one in came),
            "Quite so.",
        )
    assert fake.written == [{"action": "sendChat", "value": "@Mia Quite so."}]
    assert [one.text for one in came] == ["question", "end"]
    assert failure in replies["failure"]
    assert bool(replies["failure"]) == bool(failure)
    assert "my-session" not in str(replies)
