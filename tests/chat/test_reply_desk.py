"""Her answers go into the chats one by one: how often, what a fault costs, and by which way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.chat.answering import BY, message
from tests.fakes import FakeClock
from vtube.chat.base import Link
from vtube.chat.message import Removal
from vtube.chat.replies import NotSentError, Reply, Sent
from vtube.chat.reply_desk import OLD_S, WAITING, ReplyDesk


class Script:
    """A source whose replies go as a test says: an error to raise, or a number."""

    def __init__(self, *results: Any, name: str = "test", lacks: str = "", every_s: float = 2.0) -> None:
        self.name, self.lacks, self.every_s = name, lacks, every_s
        self.limit, self.is_thread = 100, True
        self.results = list(results)
        self.sent: list[tuple[str, str]] = []
        self.at: list[float] = []
        self.clock = FakeClock()

    async def listen(self, _link: Link) -> None:
        await asyncio.Event().wait()

    def replier(self) -> Script:
        return self

    async def send(self, _session: aiohttp.ClientSession, reply: Reply) -> Sent:
        self.sent.append((reply.text, reply.to.id))
        self.at.append(self.clock())
        result = self.results.pop(0) if self.results else "n"
        if isinstance(result, BaseException):
            raise result
        return Sent(str(result), "her")


@asynccontextmanager
async def desk_of(*sources: Script) -> AsyncIterator[ReplyDesk]:
    """A desk at work; waiting is noted on the first source's clock and takes no time."""
    clock = sources[0].clock

    async def nap(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    desk = ReplyDesk(sources, clock, nap)
    async with aiohttp.ClientSession() as session:
        task = asyncio.create_task(desk.run(session))
        try:
            yield desk
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_answers_go_one_by_one_at_the_platforms_pace() -> None:
    source = Script()
    async with desk_of(source) as desk:
        for number in range(3):
            assert desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.sent == [("Answer 0.", "m0"), ("Answer 1.", "m1"), ("Answer 2.", "m2")]
    assert [later - before for before, later in zip(source.at, source.at[1:], strict=False)] == [2.0, 2.0]
    assert desk.status(0) == {"sent": 3, "left_out": 0, "failure": ""}


async def test_only_the_newest_wait_and_nothing_old_is_sent() -> None:
    source = Script(every_s=OLD_S + 1)
    async with desk_of(source) as desk:
        for number in range(WAITING + 4):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.sent == [("Answer 4.", "m4")]
    assert desk.status(0) == {"sent": 1, "left_out": WAITING + 3, "failure": ""}


@pytest.mark.parametrize(
    "error", [NotSentError("no"), TimeoutError(), aiohttp.ClientError("gone"), OSError("down"), ValueError("?")]
)
async def test_a_fault_costs_one_reply_and_is_told_once(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    source = Script(error, error, "n")
    async with desk_of(source) as desk:
        for number in range(2):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
        status = desk.status(0)
        assert status is not None
        assert status["failure"]
        desk.reply(Reply("Answer 3.", message(), BY))
        await settled()
    assert desk.status(0) == {"sent": 1, "left_out": 2, "failure": ""}
    assert caplog.text.count("is not written into the chat") == 1


async def test_what_can_never_work_is_not_tried_again() -> None:
    source = Script(NotSentError("the token is gone", for_good=True))
    async with desk_of(source) as desk:
        for number in range(3):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
        desk.reply(Reply("Another.", message(), BY))
        await settled()
    assert len(source.sent) == 1
    status = desk.status(0)
    assert status is not None
    assert status["failure"] == "the token is gone"


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    source = Script(NotSentError("slow down", 20.0))
    async with desk_of(source) as desk:
        for number in range(2):
            desk.reply(Reply(f"Answer {number}.", message(number=f"m{number}"), BY))
        await settled()
    assert source.at[1] - source.at[0] == 20.0


async def test_what_a_source_lacks_is_told_before_anything_is_tried() -> None:
    source = Script(lacks="it needs a token")
    async with desk_of(source) as desk:
        desk.reply(Reply("Answer.", message(), BY))
        await settled()
    assert desk.status(0) == {"sent": 0, "left_out": 1, "failure": "it needs a token"}
    assert source.sent == []


async def test_what_moderators_take_back_is_not_answered_in_the_chat() -> None:
    source = Script()
    async with desk_of(source) as desk:
        desk.reply(Reply("One.", message(number="m1"), BY))
        desk.reply(Reply("Two.", message(number="m2"), BY))
        desk.drop(Removal("test", message_id="m1"))
        await settled()
        desk.reply(Reply("Three.", message(number="m3"), BY))
        desk.drop()
        await settled()
    assert source.sent == [("Two.", "m2")]


async def test_an_answer_goes_the_way_its_message_came() -> None:
    one, two = Script(name="twitch"), Script(name="twitch")
    async with desk_of(one, two, Script(name="other")) as desk:
        asked = message(number="m7", source="twitch")
        assert not desk.reply(Reply("Whose?", asked, BY))
        desk.note(asked, 1)
        assert desk.reply(Reply("Yours.", asked, BY))
        assert not desk.reply(Reply("Nobody's.", message(source="api"), BY))
        assert not desk.reply(Reply("😀", message(source="other"), BY)), "it could not be told from others"
        await settled()
    assert (one.sent, two.sent) == ([], [("Yours.", "m7")])
