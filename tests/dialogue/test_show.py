"""The running order."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.dialogue.rig import ScriptedModel, Stage
from vtube.chat.message import Kind
from vtube.dialogue.prompt import TASK
from vtube.dialogue.show import Show, load_show
from vtube.errors import SettingsError
from vtube.paths import shipped

ORDER = """
opening: {say: "[joy] Welcome!"}
parts:
  - {title: Stars, minutes: 5, task: Talk about stars., ideas: [Name a star., Name a planet.]}
  - {title: A riddle, minutes: 5, say: Now a riddle.}
closing: {say: Good night!}
"""


@pytest.fixture
def show(tmp_path: Path) -> Show:
    path = tmp_path / "show.yaml"
    path.write_text(ORDER, encoding="utf-8")
    made = load_show(str(path))
    assert made is not None
    return made


async def test_she_goes_through_the_order_by_the_clock(show: Show) -> None:
    stage = Stage(ScriptedModel(["Stars are far away."]), show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert stage.voice.spoken() == ["Welcome!", "Stars are far away."]
    assert stage.director.state(stage.clock())["show"]["title"] == "Stars"
    assert 0 < stage.director.state(stage.clock())["show"]["left_s"] <= 300
    stage.clock.advance(301)
    assert await stage.play(lambda: len(stage.log()) == 3)
    stage.clock.advance(301)
    assert await stage.play(lambda: len(stage.log()) == 4)
    assert stage.voice.spoken()[2:] == ["Now a riddle.", "Good night!"]
    assert [entry["pool"] for entry in stage.log()] == ["show"] * 4
    state = stage.director.state(stage.clock())["show"]
    assert (state["over"], state["title"], state["left_s"]) == (True, "", None)


async def test_the_chat_is_answered_meanwhile_with_what_is_on_in_mind(show: Show) -> None:
    model = ScriptedModel(["Fine."])
    stage = Stage(model, show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    stage.write("which star do you like?")
    assert await stage.play()
    assert "On the stream now: Stars" in model.asked[-1][0].content
    assert json.loads(model.last)["text"] == "which star do you like?"


async def test_what_was_paid_for_comes_before_it(show: Show) -> None:
    stage = Stage(ScriptedModel(["Thank you."]), show=show)
    stage.write("for you", kind=Kind.PAID, amount=5.0, currency="EUR")
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert [entry["pool"] for entry in stage.log()[:2]] == ["paid", "show"]


async def test_when_nobody_writes_she_has_ideas_of_that_part(show: Show) -> None:
    model = ScriptedModel(["Well."])
    stage = Stage(model, show=show, idle_s=10)
    assert await stage.play(lambda: len(stage.log()) == 2)
    for _ in range(2):
        stage.clock.advance(20)
        said = len(stage.log())
        assert await stage.play(partial(_more_than, stage, said))
    tasks = [json.loads(asked[-1].content)["task"] for asked in model.asked[1:]]
    assert tasks == [f"{TASK}Name a star.", f"{TASK}Name a planet."]


async def test_a_part_can_be_left_early(show: Show) -> None:
    stage = Stage(ScriptedModel(["Fine."]), show=show)
    assert await stage.play(lambda: len(stage.log()) == 2)
    assert stage.director.next_part()
    assert await stage.play(lambda: len(stage.log()) == 3)
    assert stage.director.state(stage.clock())["show"]["title"] == "A riddle"
    assert stage.director.next_part()
    assert await stage.play(lambda: len(stage.log()) == 4)
    assert not stage.director.next_part()


def _more_than(stage: Stage, said: int) -> bool:
    return len(stage.log()) > said


def test_without_an_order_there_is_none() -> None:
    assert load_show(None) is None
    assert not Stage().director.next_part()


def test_the_order_that_comes_along_is_read() -> None:
    path = shipped(Path("config/show.yaml"))
    assert path is not None
    made = load_show(str(path))
    assert made is not None
    assert made.state(0.0)["parts"] == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("parts: []", "parts"),
        ("parts: [{title: A, minutes: 0}]", "minutes"),
        ("parts: [{title: A, minutes: 1, tsak: x}]", "tsak"),
        ("- 1", "the file"),
        ("{", "no valid YAML"),
    ],
)
def test_a_spoilt_order_is_told_in_one_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "show.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=line) as told:
        load_show(str(path))
    assert "\n" not in str(told.value)


def test_a_missing_order_is_told() -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*nowhere\.yaml"):
        load_show("nowhere.yaml")
