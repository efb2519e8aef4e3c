"""What the language model sees of the screen: only with the host's question, small, seldom, and kept nowhere."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.dialogue.llm_server import DONE, LlmServer, Refusal, chunk, event, line, words
from tests.dialogue.rig import ScriptedModel, Stage
from tests.dialogue.test_tools import Hall
from vtube.chat.message import Role
from vtube.dialogue.llm.base import ModelMessage
from vtube.dialogue.llm.registry import create_model
from vtube.dialogue.sight import Sight, monitors
from vtube.errors import PackageMissingError
from vtube.registry import installed
from vtube.settings import LanguageModelSettings, SightSettings

OWNER = frozenset({Role.OWNER})


class Screen:
    """A wide red screen; notes which part was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.boxes: list[Any] = []
        self.error = error

    def __call__(self, box: tuple[int, int, int, int] | None) -> Image.Image:
        self.boxes.append(box)
        if self.error is not None:
            raise self.error
        return Image.new("RGBA", (3840, 1080), "red")


def seeing(stage: Stage, screen: Screen, **settings: Any) -> Sight:
    sight = Sight(SightSettings.model_validate({"enabled": True, **settings}), screen, stage.clock)
    stage.use(sight=sight)
    return sight


async def test_the_host_s_question_comes_with_a_small_picture() -> None:
    model = ScriptedModel(["I see red."])
    stage, screen = Hall(model, enabled=False), Screen()
    sight = seeing(stage, screen, region="10,20,300,200", size=512)
    stage.write("what do you see?", user="Host", roles=OWNER)
    assert await stage.ends()
    assert screen.boxes == [(10, 20, 310, 220)]
    (data,) = model.asked[0][-1].pictures
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 144))
    assert sight.state() == {"on": True, "looks": 1, "trouble": ""}


async def test_viewers_cannot_have_her_look_and_nothing_is_kept() -> None:
    model = ScriptedModel(["Hm."])
    stage, screen = Hall(model, enabled=False), Screen()
    seeing(stage, screen, every_s=600)
    stage.write("look at the screen and read it out", user="Eve")
    assert await stage.ends()
    assert screen.boxes == []
    stage.write("what is on it?", user="Host", roles=OWNER)
    while len(stage.log()) < 2:
        assert await stage.ends()
    stage.write("and now?", user="Host", roles=OWNER)
    while len(stage.log()) < 3:
        assert await stage.ends()
    assert len(screen.boxes) == 1, "not so soon again"
    assert all(not one.pictures for one in model.asked[2])


async def test_off_by_default_and_silent_where_no_screen_is() -> None:
    assert SightSettings().enabled is False
    stage = Hall(ScriptedModel(["Hm."]), enabled=False)
    sight = seeing(stage, Screen(OSError("no display")))
    stage.write("what do you see?", user="Host", roles=OWNER)
    assert await stage.ends()
    assert stage.voice.spoken() == ["Hm."]
    assert sight.state()["on"] is False
    assert "no display" in sight.trouble


async def test_a_model_that_takes_no_pictures_answers_without() -> None:
    refusal = Refusal(400, {"error": {"message": "image input is not supported"}})
    async with LlmServer(refusal, [chunk("Blind, but here."), DONE]).run() as server:
        made = create_model("openai:m", LanguageModelSettings(addresses={"openai": server.address}))
        assert made is not None
        stage = Hall(made, enabled=False)
        sight = seeing(stage, Screen())
        stage.write("what do you see?", user="Host", roles=OWNER)
        assert await stage.ends()
        await made.close()
    assert stage.voice.spoken() == ["Blind, but here."]
    assert isinstance(server.bodies[0]["messages"][-1]["content"], list)
    assert isinstance(server.bodies[1]["messages"][-1]["content"], str)
    assert "not supported" in sight.trouble


MONITORS = [(0, 0, 1920, 1080), (-1280, 56, 0, 1080)]


@pytest.mark.parametrize(
    ("settings", "box"),
    [
        ({"monitor": 1}, (0, 0, 1920, 1080)),
        ({"monitor": 2}, (-1280, 56, 0, 1080)),
        ({"monitor": 2, "region": "100,10,300,200"}, (-1180, 66, -880, 266)),
        ({"monitor": 2, "region": "1000,0,9000,9000"}, (-280, 56, 0, 1080)),
        ({"monitor": 2, "region": "-50,5000,10,10"}, (-1280, 1079, -1279, 1080)),
        ({"region": "100,10,300,200"}, (100, 10, 400, 210)),
        ({}, None),
    ],
)
async def test_a_monitor_can_be_chosen(settings: dict[str, Any], box: Any) -> None:
    stage, screen = Hall(ScriptedModel(["Hm."]), enabled=False), Screen()
    stage.use(sight=Sight(SightSettings(enabled=True, **settings), screen, stage.clock, lambda: MONITORS))
    stage.write("what do you see?", user="Host", roles=OWNER)
    assert await stage.ends()
    assert screen.boxes == [box]


async def test_a_monitor_that_is_not_there_is_told_and_nothing_else_is_shown() -> None:
    model = ScriptedModel(["Hm."])
    stage, screen = Hall(model, enabled=False), Screen()
    sight = Sight(SightSettings(enabled=True, monitor=3), screen, stage.clock, lambda: MONITORS)
    stage.use(sight=sight)
    stage.write("what do you see?", user="Host", roles=OWNER)
    assert await stage.ends()
    assert screen.boxes == []
    assert not model.asked[0][-1].pictures
    assert "no monitor 3, only 2" in sight.trouble


@pytest.mark.skipif(installed("mss"), reason="mss is installed")
def test_what_a_choice_of_monitor_needs_is_told() -> None:
    with pytest.raises(PackageMissingError, match="extras sight"):
        monitors()


async def test_she_looks_by_herself_when_it_is_quiet_and_not_while_viewers_write() -> None:
    model = ScriptedModel(["[joy] So red!"])
    stage, screen = Hall(model, enabled=False), Screen()
    seeing(stage, screen, alone_s=60)
    for number in range(4):
        stage.write(f"hello {number}", user=f"v{number}")
        assert await stage.ends(lambda number=number: len(stage.log()) > number)  # type: ignore[misc]
        stage.clock.advance(40)
    assert screen.boxes == [], "somebody wrote again and again"
    for looks in (1, 2):
        stage.clock.advance(61)
        assert await stage.ends(lambda looks=looks: len(stage.log()) == 4 + looks)  # type: ignore[misc]
        assert len(screen.boxes) == looks
    assert [one["pool"] for one in stage.log()][-2:] == ["sight", "sight"]
    asked = model.asked[-1][-1]
    assert asked.pictures
    assert "no orders" in asked.content


async def test_a_model_that_refuses_her_own_look_says_nothing_of_it() -> None:
    refusal = Refusal(400, {"error": {"message": "image input is not supported"}})
    async with LlmServer(refusal).run() as server:
        made = create_model("openai:m", LanguageModelSettings(addresses={"openai": server.address}))
        assert made is not None
        stage = Hall(made, enabled=False)
        sight = seeing(stage, Screen(), alone_s=10)
        stage.clock.advance(11)
        assert await stage.ends(lambda: sight.trouble and stage.is_quiet())
        await made.close()
    assert stage.voice.spoken() == []
    assert len(server.bodies) == 1
    stage.clock.advance(11)
    assert sight.alone_s == 0


def test_by_default_she_never_looks_by_herself() -> None:
    assert SightSettings(enabled=True).alone_s == 0
    assert Sight(SightSettings(alone_s=30)).alone_s == 0


ANTHROPIC = [words("Red."), event("message_delta", delta={"stop_reason": "end_turn"}), event("message_stop")]


@pytest.mark.parametrize(
    ("spec", "script", "where"),
    [
        ("openai:m", [chunk("Red."), DONE], lambda one: one["content"][1]["image_url"]["url"]),
        ("ollama:m", [line("Red."), line(done=True)], lambda one: one["images"][0]),
        ("anthropic:m", ANTHROPIC, lambda one: one["content"][1]["source"]["data"]),
    ],
    ids=["openai", "ollama", "anthropic"],
)
async def test_each_protocol_carries_the_picture(
    spec: str, script: list[str], where: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    async with LlmServer(script).run() as server:
        made = create_model(spec, LanguageModelSettings(addresses={spec.partition(":")[0]: server.address}))
        assert made is not None
        async for _ in made.stream([ModelMessage("user", "what is it?", pictures=(b"\xff\xd8jpeg",))]):
            pass
        await made.close()
    assert str(where(server.bodies[0]["messages"][-1])).removeprefix("data:image/jpeg;base64,") == "/9hqcGVn"
