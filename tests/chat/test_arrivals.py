"""Floods: what waits is bounded, nothing that matters is lost, and others have their turn."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.chat.irc_server import IrcServer, Session
from tests.fakes import FakeClock
from vtube.chat.arrivals import LONGEST_REST_S, MOST, PLAIN, REST, Arrivals
from vtube.chat.base import ChatContext
from vtube.chat.group import ChatGroup
from vtube.chat.message import Arrival, ChatMessage, Kind, Removal
from vtube.chat.stdin import StdinChat
from vtube.chat.twitch import TwitchChat
from vtube.settings import SourceSettings
from vtube.spec import Spec


def message(number: int, **more: Any) -> ChatMessage:
    return ChatMessage("test", str(number), "Mia", f"text {number}", **more)


class Taken:
    """What was handed on; each takes so long."""

    def __init__(self, takes_s: float = 0.0) -> None:
        self.clock, self.takes_s = FakeClock(), takes_s
        self.got: list[Arrival] = []
        self.rests: list[float] = []
        self.arrivals = Arrivals(self.post, self.clock, self.nap)

    def post(self, _place: int, what: Arrival) -> None:
        self.got.append(what)
        self.clock.advance(self.takes_s)

    async def nap(self, seconds: float) -> None:
        self.rests.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.arrivals.run())
        try:
            yield
            for _ in range(3 * MOST):
                await asyncio.sleep(0)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_plain_messages_are_passed_over_and_others_are_not() -> None:
    taken = Taken()
    paid: list[Arrival] = [
        message(5, kind=Kind.PAID, amount=1),
        message(6, amount=1),
        message(7, kind=Kind.RAID),
        Removal("test", "x"),
    ]
    for what in paid:
        taken.arrivals.add(0, what)
    for number in range(100, 100 + 5 * PLAIN):
        taken.arrivals.add(0, message(number))
    async with taken.running():
        pass
    assert taken.got[:4] == paid
    assert [one.id for one in taken.got[4:] if isinstance(one, ChatMessage)][-1] == str(99 + 5 * PLAIN)
    assert len(taken.got) == PLAIN
    assert taken.arrivals.passed_over == 4 * PLAIN + 4


async def test_there_is_an_end_even_of_what_matters() -> None:
    taken = Taken()
    for number in range(MOST + 50):
        taken.arrivals.add(0, message(number, kind=Kind.PAID, amount=1))
    async with taken.running():
        pass
    assert len(taken.got) == MOST
    assert taken.arrivals.passed_over == 50


async def test_the_dearer_a_message_the_longer_others_have_their_turn() -> None:
    taken = Taken(takes_s=0.01)
    for number in range(3):
        taken.arrivals.add(0, message(number))
    async with taken.running():
        pass
    assert [round(rest, 6) for rest in taken.rests] == [REST * 0.01, REST * 0.01]
    slow = Taken(takes_s=9.0)
    for number in range(2):
        slow.arrivals.add(0, message(number))
    async with slow.running():
        pass
    assert slow.rests[0] == LONGEST_REST_S


async def test_cheap_messages_rest_together() -> None:
    """A rest for each would be a turn of the loop for each, of which a busy computer has few."""
    taken = Taken(takes_s=0.001)
    for number in range(20):
        taken.arrivals.add(0, message(number))
    async with taken.running():
        pass
    assert len(taken.got) == 20
    assert len(taken.rests) <= 5
    assert sum(taken.rests) == pytest.approx(REST * 0.015, abs=0.01)


async def test_lines_of_the_terminal_wait_a_little_for_those_before_them() -> None:
    got: list[str] = []

    def post(what: Arrival) -> None:
        if isinstance(what, ChatMessage):
            got.append(what.text)

    lines = io.StringIO("".join(f"Mia: {number}\n" for number in range(3000)))
    group = ChatGroup([StdinChat(Spec("stdin"), ChatContext(SourceSettings()), lines)], post)
    task = asyncio.create_task(group.run())
    try:
        async with asyncio.timeout(30):
            while not got or got[-1] != "2999":
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert got == sorted(got, key=int)
    assert group.arrivals.passed_over + len(got) == 3000
    assert len(got) > 3 * PLAIN


async def test_what_waits_can_be_forgotten() -> None:
    taken = Taken()
    for number in range(10):
        taken.arrivals.add(0, message(number))
    taken.arrivals.clear()
    async with taken.running():
        taken.arrivals.add(0, message(99))
    assert [one.id for one in taken.got if isinstance(one, ChatMessage)] == ["99"]


async def test_a_flood_that_is_there_all_at_once_holds_nobody_up() -> None:
    """Twenty thousand lines lie in the socket; who else works in the loop goes on meanwhile."""

    async def flood(session: Session) -> None:
        lines = [f"@id=n{number};user-id=7 :mia!mia@mia PRIVMSG #stars :text {number}" for number in range(20_000)]
        await session.send(*lines)
        await session.say("last", "last", tags="bits=5")
        await session.receive()

    got: list[str] = []
    turns = 0

    def post(what: Arrival) -> None:
        if isinstance(what, ChatMessage):
            got.append(what.id)

    async with IrcServer(flood).run() as server:
        source = TwitchChat(Spec("twitch", "stars"), ChatContext(SourceSettings(addresses={"twitch": server.address})))
        group = ChatGroup([source], post)
        task = asyncio.create_task(group.run())
        try:
            async with asyncio.timeout(30):
                while "last" not in got:
                    turns += 1
                    await asyncio.sleep(0.001)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert group.arrivals.passed_over + len(got) == 20_001
    assert turns > 2
