"""Her answers in Twitch's chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.chat.answering import BY, conversation, is_question, message
from tests.chat.eventsub_server import MINE, OWNER, TOKEN, FakeTwitch, Wire
from vtube.chat.base import ChatContext
from vtube.chat.group import ChatGroup
from vtube.chat.replies import Reply
from vtube.chat.twitch import TwitchChat
from vtube.settings import SourceSettings
from vtube.spec import Spec

WRITES = ("user:read:chat", "user:write:chat")


def twitch_of(server: FakeTwitch) -> TwitchChat:
    addresses = {"eventsub": server.address, "twitch": "irc://127.0.0.1:9"}
    return TwitchChat(Spec("twitch", "Stars"), ChatContext(SourceSettings(addresses=addresses)))


def asking(*after: Callable[[Wire], Awaitable[None]]) -> Callable[[Wire], Awaitable[None]]:
    async def run(wire: Wire) -> None:
        await wire.welcome()
        await wire.subscribed()
        await wire.say("question", "q1")
        for step in after:
            await step(wire)
        await wire.stay()

    return run


@pytest.mark.parametrize("echo", ["before", "after"])
async def test_twitch_gets_a_reply_to_that_message_and_it_does_not_come_back(
    echo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)

    async def end(wire: Wire) -> None:
        async with asyncio.timeout(30):
            while not wire.server.written:
                await asyncio.sleep(0.002)
        await wire.say("@Mia Indeed, it is so!", "sent-1", chatter_user_id=MINE)
        await wire.say("Indeed, it is so!", "v9", chatter_user_id="77")
        await wire.say("end", "e1")

    server = FakeTwitch(asking(end), scopes=WRITES)
    server.answers_late = echo == "before"
    async with server.run():
        came, replies = await conversation(
            twitch_of(server), is_question, lambda came: came[-1:] != [] and came[-1].text == "end", "Indeed, it is so!"
        )
    (body,) = server.written
    assert body == {
        "broadcaster_id": OWNER,
        "sender_id": MINE,
        "message": "Indeed, it is so!",
        "reply_parent_message_id": "q1",
    }
    texts = [one.text for one in came]
    assert texts[0] == "question"
    assert "@Mia Indeed, it is so!" not in texts
    if echo == "after":
        assert texts == ["question", "Indeed, it is so!", "end"], "somebody else may say it, too"
        assert replies == {"sent": 1, "left_out": 0, "failure": ""}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((401, "Invalid OAuth token"), "the token is not good any more"),
        ((403, "The sender is not permitted"), "not permitted"),
        ((429, "slow down"), "slow down"),
        ((500, "broken"), "refuses (500)"),
        ((400, "bad"), "refuses (400)"),
        ("msg_duplicate", "Twitch drops the message: msg_duplicate"),
        ("scope", "has not the scope user:write:chat"),
        ("rubbish", "gives no reason"),
    ],
)
async def test_twitchs_refusals_are_told_without_the_token(
    fault: Any, told: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)
    caplog.set_level(logging.DEBUG)
    server = FakeTwitch(asking(), scopes=("user:read:chat",) if fault == "scope" else WRITES)
    server.write_fault = fault
    async with server.run():
        source = twitch_of(server)
        group = ChatGroup([source], lambda _: None)
        task = asyncio.create_task(group.run())
        group.replies.reply(Reply("Fine.", message(source="twitch", number="q"), BY))
        try:
            async with asyncio.timeout(30):
                while not group.statuses(0.0, writes=True)[0]["replies"]["failure"]:
                    await asyncio.sleep(0.005)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    line = group.statuses(0.0, writes=True)[0]
    assert told in line["replies"]["failure"]
    assert TOKEN not in str(line) + caplog.text


def test_twitch_without_a_token_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWITCH_TOKEN", raising=False)
    source = TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings()))
    assert source.replier().lacks == "it needs a user's token with the scope user:write:chat in TWITCH_TOKEN"
