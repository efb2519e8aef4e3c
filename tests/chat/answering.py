"""A source that is read and answered, as a broadcast does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from vtube.chat.base import ChatSource
from vtube.chat.group import ChatGroup
from vtube.chat.message import Arrival, ChatMessage
from vtube.chat.replies import Reply

BY = "Ilta"


def message(
    text: str = "hello", number: str = "m1", source: str = "test", user: str = "Mia", **more: Any
) -> ChatMessage:
    return ChatMessage(source, number, user, text, **{"user_id": user.casefold(), **more})


async def conversation(
    source: ChatSource, asked: Callable[[ChatMessage], bool], until: Callable[[list[ChatMessage]], bool], *answers: str
) -> tuple[list[ChatMessage], dict[str, Any]]:
    """Read a source, answer the message that is meant, until something has come; what came, and the replies' state."""
    came: list[ChatMessage] = []

    def post(what: Arrival) -> None:
        if isinstance(what, ChatMessage):
            came.append(what)
            if asked(what):
                for answer in answers:
                    group.replies.reply(Reply(answer, what, BY))

    group = ChatGroup([source], post)
    task = asyncio.create_task(group.run())
    try:
        async with asyncio.timeout(30):
            while not until(came):
                await asyncio.sleep(0.005)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    (status,) = group.statuses(0.0, writes=True)
    assert group.statuses(0.0)[0]["replies"] is None
    return came, status["replies"]


def is_question(one: ChatMessage) -> bool:
    return one.text == "question"


def once(done: Callable[[], object]) -> Callable[[list[ChatMessage]], bool]:
    return lambda _came: bool(done())
