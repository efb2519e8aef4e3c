"""The streamer speaks to her."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from tests.dialogue.rig import ScriptedModel, Stage
from vtube.chat.message import Kind

TEN = "One two three four five six seven eight nine ten."


class Once:
    """For `Stage.play`: when `when` holds, `then` happens once; true when that was and she is quiet."""

    def __init__(self, stage: Stage, when: Callable[[], object], then: Callable[[], object]) -> None:
        self.stage, self.when, self.then = stage, when, then
        self.done = False

    def __call__(self) -> bool:
        if not self.done and self.when():
            self.done = True
            self.then()
            return False
        return self.done and self.stage.is_quiet()


def asked(model: ScriptedModel) -> list[dict[str, object]]:
    return [json.loads(one[-1].content) for one in model.asked]


async def test_she_answers_the_host_and_the_model_knows_who_it_is() -> None:
    model = ScriptedModel(["[joy] Good, and you?"])
    stage = Stage(model, host="Aki")
    assert stage.director.hear("How are you today?") == ""
    assert await stage.play()
    assert asked(model) == [{"viewer": "Aki", "text": "How are you today?", "host": True}]
    assert "marked as host" in model.asked[0][0].content
    assert stage.voice.spoken() == ["Good, and you?"]
    assert (stage.log()[0]["pool"], stage.log()[0]["why"]) == ("host", "you say it")


async def test_the_host_comes_before_those_who_paid_and_is_not_shown_in_the_chat() -> None:
    model = ScriptedModel()
    stage = Stage(model)
    stage.write("Ilta, hello!", user="Bob")
    stage.write("take my money", user="Cid", kind=Kind.PAID, amount=500.0, currency="JPY")
    stage.director.hear("let us begin")
    waiting = stage.director.state(stage.clock())["waiting"]
    assert [one["pool"] for one in waiting] == ["host", "paid", "mention"]
    assert await stage.play()
    assert [one["viewer"] for one in asked(model)] == ["Host", "Cid", "Bob"]
    assert [one["user"] for one in stage.director.feed.recent()] == ["Bob", "Cid"]


async def test_what_is_said_bit_by_bit_is_answered_together() -> None:
    model = ScriptedModel()
    stage = Stage(model)
    stage.director.hear("I think")
    stage.director.hear("that we should sing")
    assert await stage.play()
    assert [one["text"] for one in asked(model)] == ["I think that we should sing"]


async def test_the_host_needs_no_approval_and_no_patience() -> None:
    model = ScriptedModel()
    stage = Stage(model, selection={"hold": True, "cooldown_s": 600})
    for text in ("hello", "are you there?"):
        stage.director.hear(text)
        assert await stage.play()
    assert [one["text"] for one in asked(model)] == ["hello", "are you there?"]


async def test_what_was_said_long_ago_is_answered_no_more() -> None:
    stage = Stage()
    stage.director.hear("quick, say something")
    stage.clock.advance(31)
    assert await stage.play()
    assert stage.voice.spoken() == []


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("...", "empty"), ("[joy] <|im_start|>", "empty"), ("you nigger", "filtered")]
)
async def test_what_is_no_speech_or_unsafe_is_not_answered(text: str, reason: str) -> None:
    stage = Stage()
    stage.director.give_way()
    assert stage.director.hear(text) == reason
    assert stage.voice.held_at is None
    assert await stage.play()
    assert stage.voice.spoken() == []


@pytest.mark.parametrize("prepare", ["no model", "held"])
async def test_where_nobody_is_answered_the_host_is_not_either(prepare: str) -> None:
    stage = Stage(answers=prepare != "no model")
    if prepare == "held":
        stage.director.stop(hold=True)
    stage.director.give_way()
    assert stage.director.hear("hello?") == "nobody is answered now"
    assert stage.voice.held_at is None
    stage.director.resume()
    assert not await stage.play(lambda: stage.voice.texts, turns=100)


async def test_an_interruption_leaves_what_was_heard_and_answers_the_host() -> None:
    model = ScriptedModel([TEN], ["Sorry, yes?"])
    stage = Stage(model)
    stage.write("count please")

    def speak() -> None:
        stage.director.give_way()
        stage.director.wait_for_words()
        stage.director.hear("stop, I have a question")

    assert await stage.play(Once(stage, lambda: stage.voice.texts and stage.voice.heard(1) == "One two three", speak))
    assert stage.voice.cuts == [1]
    assert stage.log()[0]["heard"].endswith("One two three")
    assert stage.voice.spoken()[-1] == "Sorry, yes?"
    assert model.asked[1][2].content.endswith("One two three")
    assert "interrupted" in model.asked[1][0].content


async def test_without_words_she_goes_on_by_herself_when_her_patience_is_over() -> None:
    stage = Stage(ScriptedModel([TEN]), patience_s=2.0)
    stage.write("count please")
    stood: list[float] = []

    def noise() -> None:
        stage.director.give_way()
        stage.director.wait_for_words()
        stood.append(stage.clock())

    def goes_on() -> bool:
        if len(stood) == 1 and stage.voice.held_at is None:
            stood.append(stage.clock())
        return once() and len(stood) == 2

    once = Once(stage, lambda: stage.voice.texts and stage.voice.heard(1) == "One two three", noise)
    assert await stage.play(goes_on)
    assert stood[1] - stood[0] == pytest.approx(2.0, abs=0.3)
    assert stage.log()[-1]["heard"].endswith("nine ten.")
    assert not stage.log()[-1]["interrupted"]


async def test_who_begins_and_never_ends_does_not_silence_her_for_ever() -> None:
    stage = Stage(ScriptedModel([TEN]))
    stage.write("count please")
    once = Once(stage, lambda: stage.voice.texts and stage.voice.heard(1) == "One two", stage.director.give_way)
    assert await stage.play(once)
    assert stage.log()[-1]["heard"].endswith("nine ten.")


async def test_while_the_host_speaks_she_begins_nothing() -> None:
    stage = Stage()
    stage.director.give_way()
    stage.write("hello?")
    assert not await stage.play(lambda: stage.voice.texts, turns=20)
    stage.director.go_on()
    assert await stage.play()
    assert stage.voice.spoken() == ["Fine."]


@pytest.mark.parametrize("said", ["by the host", "by who paid"])
async def test_an_answer_that_nobody_heard_is_not_lost_when_the_host_goes_on(said: str) -> None:
    gate = asyncio.Event()
    model = ScriptedModel([gate.wait, "Never."], ["Both."], ["Thanks!"])
    stage = Stage(model)
    if said == "by the host":
        stage.director.hear("what do you think")
    else:
        stage.write("for you", user="Cid", kind=Kind.PAID, amount=5.0, currency="USD")
    once = Once(stage, lambda: model.asked, lambda: stage.director.hear("of this hat?"))
    assert await stage.play(once)
    texts = [one["text"] for one in asked(model)]
    if said == "by the host":
        assert texts == ["what do you think", "what do you think of this hat?"]
    else:
        assert texts == ["for you", "of this hat?", "for you"]
    assert all("Never" not in message.content for messages in model.asked for message in messages)
    assert sum(message.content.count("what do you think") for message in model.asked[-1]) <= 1
    assert "interrupted" not in model.asked[1][0].content


async def test_a_plain_message_that_was_interrupted_is_not_begun_anew() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([gate.wait, "Never."], ["Yes?"])
    stage = Stage(model)
    stage.write("do you like hats?")
    assert await stage.play(Once(stage, lambda: model.asked, lambda: stage.director.hear("look at this")))
    assert [one["text"] for one in asked(model)] == ["do you like hats?", "look at this"]


async def test_her_body_is_told_when_the_host_speaks_and_stops_each_once() -> None:
    stage = Stage()
    stage.director.give_way()
    stage.director.give_way()
    stage.director.wait_for_words()
    assert stage.noticed == ["host_speaks", "host_stops"]
    stage.director.hear("hello")
    assert stage.noticed == ["host_speaks", "host_stops"]
    stage.director.give_way()
    stage.director.go_on()
    stage.director.go_on()
    assert stage.noticed == ["host_speaks", "host_stops"] * 2


async def test_the_panic_button_ends_the_waiting_for_the_host() -> None:
    stage = Stage()
    stage.director.give_way()
    stage.director.stop()
    assert stage.voice.held_at is None
    stage.write("hello?")
    assert await stage.play()
    assert stage.voice.spoken() == ["Fine."]
