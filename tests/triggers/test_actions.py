"""Actions by name, the tables that name them, and the links."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.fake_control import FakeControl
from vtube.errors import PackageMissingError, SettingsError
from vtube.settings import parse
from vtube.triggers.actions import Actions
from vtube.triggers.links import Links
from vtube.triggers.service import Triggers


class Program(FakeControl):
    now: Mapping[str, Any] = {}

    def state(self) -> dict[str, Any]:
        return {"on_air": True, "paused": False, "emotion": "neutral", **self.now}


@pytest.mark.parametrize(
    ("action", "now", "call"),
    [
        ("expression:joy", {}, ("emotion.show", "joy", 1.0)),
        ("expression:joy@0.5", {}, ("emotion.show", "joy", 0.5)),
        ("expression:joy", {"emotion": "joy"}, ("emotion.show", "neutral", 1.0)),
        ("gesture:nod", {}, ("gesture.act", "nod")),
        ("character:Miko", {}, ("wardrobe.show", "Miko")),
        ("scene:Chat", {}, ("scenes.show", "Chat", 0.6)),
        ("say:Hello: you!", {}, ("say", "Hello: you!", None, False)),
        ("air", {}, ("air.put", False)),
        ("AIR : on", {}, ("air.put", True)),
        ("freeze", {"paused": True}, ("pause", False)),
        ("record", {}, ("recorder.start", "mov")),
        ("record", {"recording": {"state": "live"}}, ("recorder.stop",)),
        ("calibrate", {}, ("calibrate",)),
        ("neutral", {}, ("emotion.show", "neutral", 1.0)),
        ("silence", {}, ("speech.stop",)),
    ],
)
def test_each_action_does_its_thing(action: str, now: dict[str, Any], call: tuple[Any, ...]) -> None:
    program = Program()
    program.now = now
    Actions(lambda: program).do(action)
    assert program.calls[-1] == call


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("expresion:joy", "did you mean 'expression'"),
        ("gesture", "gesture:nod"),
        ("air:maybe", "air:on or air:off"),
        ("neutral:x", "nothing behind"),
        ("say:" + "x" * 400, "300"),
        ("expression:joy@much", "joy@0.5"),
    ],
)
def test_what_is_no_action_is_refused_in_one_line(action: str, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        Actions(Program).do(action)


def test_every_name_that_is_listed_can_be_done() -> None:
    program = Program()
    actions = Actions(lambda: program)
    assert {"expression:joy", "gesture:nod", "air:off", "calibrate"} <= set(actions.names())
    for name in actions.names():
        actions.do(name)


class Ear:
    """A device that is listened to: it keeps its table."""

    made: ClassVar[list["Ear"]] = []

    def __init__(self, table: Mapping[str, Callable[[], None]]) -> None:
        self.table, self.closed = table, False
        Ear.made.append(self)

    def close(self) -> None:
        self.closed = True


def test_tables_are_listened_to_and_changed_live(tmp_path: Path) -> None:
    Ear.made = []
    program = Program()
    settings = parse({"hotkeys": {"keys": {"f8": "air", "f9": "gesture:dance"}}})
    triggers = Triggers(settings, Actions(lambda: program), tmp_path / "links.json", Ear, Ear)
    triggers.open()
    (ear,) = Ear.made
    ear.table["f8"]()
    assert program.calls == [("air.put", False)]
    assert triggers.status()["keys"]["state"] == "on" and triggers.status()["controllers"]["state"] == "off"
    program.failure = SettingsError("no such gesture")
    ear.table["f9"]()  # one line in the log, and on it goes
    triggers.prepare(parse({"hotkeys": {"controllers": {"note:36": "neutral"}}}))()
    assert ear.closed and [one for one in Ear.made if not one.closed] == [Ear.made[1]]
    assert list(Ear.made[1].table) == ["note:36"]
    triggers.close()
    triggers.close()
    assert Ear.made[1].closed


def test_a_device_that_cannot_be_had_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def missing(table: object) -> Ear:
        raise PackageMissingError("a hotkey needs one more package: vtube extras hotkeys")

    triggers = Triggers(parse({"hotkeys": {"keys": {"f8": "air"}}}), Actions(Program), tmp_path / "l", missing, Ear)
    triggers.open()
    assert triggers.status()["keys"] == {
        "state": "failed",
        "reason": "a hotkey needs one more package: vtube extras hotkeys",
    }
    assert caplog.text.count("extras hotkeys") == 1


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"keys": {"ctrl+alt": "air"}}, "needs a key beside"),
        ({"keys": {"ctrl+banana": "air"}}, "banana"),
        ({"keys": {"ctrl+a": "air", "Control+A": "neutral"}}, "the same keys"),
        ({"keys": {"f8": "dance"}}, "action"),
        ({"controllers": {"note:128": "air"}}, "nothing that one can press"),
        ({"controllers": {"knob": "air"}}, "nothing that one can press"),
    ],
)
def test_a_table_that_names_what_does_not_exist_is_refused(table: dict[str, Any], line: str, tmp_path: Path) -> None:
    triggers = Triggers(parse({}), Actions(Program), tmp_path / "links.json", Ear, Ear)
    with pytest.raises(SettingsError, match=line):
        triggers.prepare(parse({"hotkeys": table}))


def test_links_keep_no_token_and_end_when_they_are_taken_away(tmp_path: Path) -> None:
    links = Links(tmp_path / "links.json")
    token, other = links.new("Stream Deck"), links.new("Loupedeck")
    for place in ((tmp_path / "links.json").read_text(), json.dumps(links.all())):
        assert token not in place
    again = Links(tmp_path / "links.json")
    assert again.knows(token) and again.knows(other) and not again.knows("") and not again.knows(token + "x")
    assert [one["name"] for one in again.all()] == ["Stream Deck", "Loupedeck"]
    assert again.remove(again.all()[0]["key"])
    assert not again.knows(token) and again.knows(other) and not again.remove("00")
    with pytest.raises(SettingsError, match="1 to 60"):
        links.new(" ")


def test_a_broken_file_of_links_costs_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "links.json").write_text('{"links": [1]}')
    assert Links(tmp_path / "links.json").all() == []
    assert "do not count" in caplog.text
