from __future__ import annotations

import asyncio
import io
import itertools
from typing import Any, TextIO, cast

import pytest

from tests.chat.listening import Ear
from vtube.chat.base import ChatContext
from vtube.chat.message import Role
from vtube.chat.stdin import MOST_LINES, StdinChat
from vtube.settings import SourceSettings
from vtube.spec import Spec


def source(text: str) -> StdinChat:
    return StdinChat(Spec("stdin"), ChatContext(SourceSettings()), io.StringIO(text))


async def test_each_line_is_a_message_and_a_name_before_a_colon_says_whose() -> None:
    heard = Ear(source("hello\n\nMia: how are you?\nケン：元気\nit is 12:30 now\nhttp://a.b\n"))
    await heard.hear(lambda: len(heard.texts) == 5 and heard.status()["detail"] == "the input has ended")
    assert [(one.user, one.text) for one in heard.messages] == [
        ("you", "hello"),
        ("Mia", "how are you?"),
        ("ケン", "元気"),
        ("you", "it is 12:30 now"),
        ("you", "http://a.b"),
    ]
    assert heard.messages[0].roles == {Role.OWNER}
    assert heard.messages[1].user_id == "mia"
    assert len({one.id for one in heard.messages}) == 5


async def test_the_end_of_the_input_ends_no_broadcast() -> None:
    heard = Ear(source(""))
    await heard.hear(lambda: heard.status()["detail"] == "the input has ended")
    assert heard.status()["state"] == "off"
    assert heard.reader.over
    assert heard.waits == []


async def test_many_lines_come_together_and_none_is_lost() -> None:
    calls = 0
    loop = asyncio.get_running_loop()
    tell = loop.call_soon_threadsafe

    def count(*arguments: Any, **more: Any) -> asyncio.Handle:
        nonlocal calls
        calls += 1
        return tell(*arguments, **more)

    heard = Ear(source("".join(f"Mia: {number}\n" for number in range(5000))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "call_soon_threadsafe", count)
        await heard.hear(lambda: heard.status()["detail"] == "the input has ended")
    assert heard.texts == [str(number) for number in range(5000)]
    assert calls < 1000


async def test_no_more_is_read_than_is_taken() -> None:
    numbers = itertools.count()
    pipe = (f"line {next(numbers)}\n" for _ in itertools.repeat(None))
    heard = Ear(StdinChat(Spec("stdin"), ChatContext(SourceSettings()), cast(TextIO, pipe)))
    await heard.hear(lambda: len(heard.texts) >= 1000)
    assert next(numbers) <= len(heard.texts) + 2 * MOST_LINES + 2
