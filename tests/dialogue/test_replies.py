"""What of an answer is written into the chat."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from tests.chat.eventsub_server import MINE, TOKEN, FakeTwitch, Wire
from tests.dialogue.rig import CLASSIFIER, EMOTIONS, FakeVoice, ScriptedModel, Stage
from tests.fakes import FakeClock
from vtube.chat.message import Kind
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.errors import LanguageModelError
from vtube.settings import SpeechSettings, parse


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


async def test_she_does_not_answer_herself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything together: Twitch brings each of her messages back, as it does to everybody."""
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    monkeypatch.setenv("TWITCH_TOKEN", TOKEN)
    caplog.set_level(logging.DEBUG)
    over = asyncio.Event()

    async def stream(wire: Wire) -> None:
        await wire.welcome()
        await wire.subscribed()
        await wire.say("do you like tea?", "q1")
        brought = 0
        while not over.is_set():
            for body in wire.server.written[brought:]:
                brought += 1
                await wire.say(f"@Mia {body['message']}", f"sent-{brought}", chatter_user_id=MINE)
            await asyncio.sleep(0.002)
        await wire.stay()

    server = FakeTwitch(stream, scopes=("user:read:chat", "user:write:chat"))
    async with server.run():
        settings = parse(
            {
                "chat": ["twitch:stars"],
                "llm": "echo",
                "dialogue": {
                    "idle_s": 0,
                    "selection": {"cooldown_s": 0},
                    "replies": {"enabled": True},
                    "sources": {"addresses": {"eventsub": server.address}},
                },
            }
        )
        clock = FakeClock()
        voice = FakeVoice(clock)
        body = Body(voice, CLASSIFIER.classify, lambda _: None, lambda: sorted(EMOTIONS), SpeechSettings)
        broadcast = Broadcast(settings, body, clock=clock)
        broadcast.start()
        try:
            async with asyncio.timeout(20):
                while not server.written:
                    clock.advance(0.1)
                    await asyncio.sleep(0.01)
            for _ in range(100):  # ten seconds, in which she could answer a dozen times
                clock.advance(0.1)
                await asyncio.sleep(0.01)
            state = broadcast.chat_state(clock())
            log = broadcast.dialogue_state(clock())["log"]
        finally:
            over.set()
            broadcast.close()
    assert len(server.written) == 1
    assert server.written[0]["reply_parent_message_id"] == "q1"
    assert [one["text"] for one in log] == ["do you like tea?"]
    assert [one["text"] for one in state["recent"]] == ["do you like tea?"]
    assert state["sources"][0]["replies"] == {"sent": 1, "left_out": 0, "failure": ""}
    assert TOKEN not in str(state) + str(log) + caplog.text
