"""What of an answer is written into the chat."""

from __future__ import annotations

import asyncio

import pytest

from tests.dialogue.rig import ScriptedModel, Stage
from vtube.chat.message import Kind
from vtube.errors import LanguageModelError


async def test_what_was_heard_is_written_without_tags_to_whom_it_answers() -> None:
    stage = Stage(ScriptedModel(["[joy] Hel", "lo, **dear** Mia! [do:nod] How are you? [sad", "ness] I missed you."]))
    stage.write("hi there")
    assert await stage.play()
    assert stage.replied == [("Hello, dear Mia! How are you? I missed you.", "hi there", "Ilta")]


async def test_a_message_that_is_read_aloud_is_not_written_again() -> None:
    stage = Stage(ScriptedModel(["Yes, I do."]), selection={"read_aloud": True})
    stage.write("do you like tea?")
    assert await stage.play()
    assert len(stage.voice.spoken()) == 2
    assert [text for text, _, _ in stage.replied] == ["Yes, I do."]


@pytest.mark.parametrize(
    "script",
    [
        [LanguageModelError("gone")],
        ["I think so. ", LanguageModelError("gone")],
        ["Fine. ", "You fucking idiot."],
        ["[joy]"],
    ],
)
async def test_what_failed_was_held_back_or_says_nothing_is_not_written(script: list[object]) -> None:
    stage = Stage(ScriptedModel(script))
    stage.write("hi there")
    await stage.play()
    assert stage.log()
    assert stage.replied == []


async def test_an_answer_that_is_broken_off_is_not_written() -> None:
    gate = asyncio.Event()
    stage = Stage(ScriptedModel(["One two three four five six seven eight. ", gate.wait, "Never."]))
    stage.write("count please")

    def some_heard() -> bool:
        stage.clock.advance(0.05 if stage.voice.texts else 0)
        if stage.voice.texts and stage.voice.heard(1) == "One two":
            stage.director.stop()
        return bool(stage.log())

    assert await stage.play(some_heard)
    assert stage.log()[-1]["interrupted"]
    assert stage.log()[-1]["heard"]
    assert stage.replied == []


async def test_a_greeting_of_her_own_is_no_answer_to_write() -> None:
    stage = Stage()
    stage.write("raid", kind=Kind.RAID)
    assert await stage.play()
    assert stage.voice.spoken()
    assert stage.replied == []
