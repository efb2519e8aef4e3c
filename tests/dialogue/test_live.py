"""The settings of the broadcast, changed while it is on: what they bring is there, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.rig import CLASSIFIER, EMOTIONS, FakeVoice
from tests.fakes import FakeClock
from tests.waiting import eventually
from vtube.chat.message import ChatMessage
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.dialogue.memory.base import NoMemory
from vtube.dialogue.memory.store import MemoryStore
from vtube.errors import ChatError, SettingsError
from vtube.settings import Settings, SettingsOwner, SpeechSettings, fields, is_marked, merge, nested, parse, value_at

PERSONA = "name: {name}\ncharacter: You are {name}.\nlines: {{}}\n"

OTHERS: dict[str, Any] = {
    "llm": "none",
    "dialogue.persona": "nova",
    "dialogue.language": "ja",
    "dialogue.idle_s": 7.0,
    "dialogue.greet": False,
    "dialogue.host": "Aki",
    "dialogue.patience_s": 9.0,
    "dialogue.sources.ignored": ["me"],
    "dialogue.sources.command_prefix": "?",
    "dialogue.replies.enabled": True,
    "dialogue.model.temperature": 0.5,
    "dialogue.model.max_tokens": 99,
    "dialogue.model.context_tokens": 4096,
    "dialogue.model.think": True,
    "dialogue.model.connect_s": 1.0,
    "dialogue.model.first_s": 9.0,
    "dialogue.model.between_s": 9.0,
    "dialogue.model.whole_s": 9.0,
    "dialogue.selection.mode": "mention",
    "dialogue.selection.prefix": "@",
    "dialogue.selection.life_s": 9.0,
    "dialogue.selection.cooldown_s": 3.0,
    "dialogue.selection.hold": True,
    "dialogue.selection.max_sentences": 1,
    "dialogue.selection.max_characters": 90,
    "dialogue.selection.read_aloud": True,
    "dialogue.selection.seed": 3,
    "dialogue.moderation.languages": ["en"],
    "dialogue.moderation.words": ["cabbage"],
    "dialogue.moderation.allowed": ["cock"],
    "dialogue.moderation.personal_data": False,
    "dialogue.memory.enabled": False,
    "dialogue.memory.keep_days": 9.0,
    "dialogue.memory.recalled": 2,
    "dialogue.memory.turns": 2,
    "dialogue.tools.enabled": True,
    "dialogue.tools.use": ["gesture"],
    "dialogue.tools.rounds": 1,
    "dialogue.tools.scenes": {"night": {"background": "#101030"}},
}
"""Another value for every setting that is live."""


class Air:
    """A broadcast and the owner of its settings."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        base = {"llm": "echo", "dialogue": {"memory": {"path": str(folder / "memory.sqlite")}, "idle_s": 0}}
        merge(base, changes)
        self.settings = parse(base)
        self.clock = FakeClock()
        self.voice = FakeVoice(self.clock)
        body = Body(
            self.voice,
            CLASSIFIER.classify,
            lambda _: None,
            lambda: sorted(EMOTIONS),
            SpeechSettings,
            gestures=lambda: ["nod"],
        )
        self.broadcast = Broadcast(self.settings, body, clock=self.clock)
        self.owner = SettingsOwner(self.settings)
        self.owner.join(self.broadcast)

    def change(self, path: str, value: Any) -> None:
        outcome = self.owner.change(nested({tuple(path.split(".")): value}))
        assert outcome.restart == {}

    def parts(self) -> dict[str, Any]:
        """What the rooms of the broadcast work by now."""
        director, cast = self.broadcast.director, self.broadcast.casting.cast
        return {
            "llm": cast.model.name if cast.model is not None else "none",
            "persona": cast.persona.name,
            "tools": [(one.name, one.offer) for one in cast.tools.tools],
            "rounds": cast.tools.rounds,
            "memory": type(cast.memory).__name__,
            "store": self.broadcast.casting.store.settings if self.broadcast.casting.store else None,
            "moderation": [cast.moderator.check(text).fine for text in ("cabbage", "cock", "Arschloch")],
            "masked": cast.moderator.masked("www.example.com"),
            "settings": self.broadcast.casting.settings.dialogue,
            "intake": [self.dropped(text, user) for text, user in (("!x", "Mia"), ("?x", "Mia"), ("hi", "me"))],
            "selector": director.selector.settings,
        }

    def dropped(self, text: str, user: str) -> str:
        return self.broadcast.director.intake.clean(ChatMessage("t", "1", user, text)).dropped


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "personas"
    folder.mkdir(parents=True)
    (folder / "nova.yaml").write_text(PERSONA.format(name="Nova"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def on_air(home: Path) -> Iterator[Callable[..., Air]]:
    made: list[Air] = []

    def make(**changes: Any) -> Air:
        made.append(Air(home, **changes))
        return made[-1]

    yield make
    for one in made:
        one.broadcast.close()


ALL = dict(fields(Settings))
LIVE = [".".join(path) for path, field in ALL.items() if path[0] in ("llm", "dialogue") and is_marked(field, "live")]


def test_every_live_setting_of_the_broadcast_is_tried() -> None:
    assert set(OTHERS) == set(LIVE)


@pytest.mark.parametrize("path", LIVE)
def test_a_change_is_like_having_started_so(path: str, on_air: Callable[..., Air]) -> None:
    tools = {"dialogue": {"tools": {"enabled": True}}} if path.startswith("dialogue.tools.") else {}
    at, value = tuple(path.split(".")), OTHERS[path]
    if path == "dialogue.tools.enabled":
        tools = {}
    running, started = on_air(**tools), on_air(**_merged(tools, nested({at: value})))
    before = running.parts()
    running.change(path, value)
    assert value_at(running.owner.in_force, at) == value_at(parse(nested({at: value})), at)
    after = running.parts()
    assert after != before
    expected = started.parts()
    if value in ("none", False) and path in ("llm", "dialogue.memory.enabled"):
        expected["store"] = after["store"]  # it stays open, and is not asked
    assert after == expected


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    merge(result, one)
    merge(result, other)
    return result


@pytest.mark.parametrize(
    "refused",
    [
        {"llm": "nobody"},
        {"llm": "openai"},
        {"dialogue": {"persona": "nobody"}},
        {"dialogue": {"persona": "../../etc/passwd"}},
        {"dialogue": {"moderation": {"languages": ["xx"]}}},
        {"dialogue": {"tools": {"scenes": {"x": {"colour": 1}}}}},
        {"dialogue": {"model": {"max_tokens": 1}}},
    ],
    ids=str,
)
def test_what_is_refused_changes_nothing_else(
    refused: dict[str, Any], on_air: Callable[..., Air], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    air = on_air()
    before, in_force = air.parts(), air.owner.in_force
    mixture = _merged(
        {
            "dialogue": {
                "selection": {"cooldown_s": 1.0},
                "persona": "nova",
                "idle_s": 3.0,
                "moderation": {"words": ["hm"]},
            }
        },
        refused,
    )
    with pytest.raises(SettingsError):
        air.owner.change(mixture)
    assert air.parts() == before
    assert air.owner.in_force == in_force
    assert air.owner.waiting() == {}


def test_a_memory_that_another_room_refuses_is_not_left_open(on_air: Callable[..., Air]) -> None:
    class Refusing:
        def prepare(self, settings: Settings) -> Callable[[], None]:
            raise SettingsError("not with me")

    air = on_air(llm="none")
    air.owner.join(air.broadcast, Refusing())
    assert isinstance(air.broadcast.casting.cast.memory, NoMemory)
    with pytest.raises(SettingsError, match="not with me"):
        air.owner.change({"llm": "echo"})
    assert air.broadcast.casting.store is None
    air.owner.join(air.broadcast)
    air.change("llm", "echo")
    assert isinstance(air.broadcast.casting.cast.memory, MemoryStore)


def test_a_folder_that_cannot_be_written_costs_the_memory_and_not_the_show(
    on_air: Callable[..., Air], home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "home" / "memory.sqlite").mkdir()
    air = on_air(dialogue={"memory": {"path": ""}})
    assert isinstance(air.broadcast.casting.cast.memory, NoMemory)
    assert caplog.text.count("until that changes she remembers nobody") == 1


def test_a_memory_where_the_settings_want_it_is_demanded(on_air: Callable[..., Air], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot keep the memory"):
        on_air(dialogue={"memory": {"path": str(tmp_path)}})


def test_who_waits_and_what_is_remembered_stays(on_air: Callable[..., Air]) -> None:
    air = on_air()
    store = air.broadcast.casting.store
    assert store is not None
    number = store.set_fact("likes tea", "api:mia")
    air.broadcast.post({"text": "do you like tea?", "user": "Mia"})
    air.broadcast.post({"text": "and coffee?", "user": "Ken"})
    air.owner.change({"dialogue": {"persona": "nova", "selection": {"cooldown_s": 0}, "moderation": {"words": ["x"]}}})
    state = air.broadcast.dialogue_state(air.clock())
    assert [one["text"] for one in state["waiting"]] == ["do you like tea?", "and coffee?"]
    assert state["persona"] == "Nova"
    assert air.broadcast.casting.store is store
    assert [one["id"] for one in air.broadcast.memory()["facts"]] == [number]


def test_memory_that_is_switched_off_and_on_again_is_the_same(on_air: Callable[..., Air]) -> None:
    air = on_air()
    store = air.broadcast.casting.store
    air.change("dialogue.memory.enabled", False)
    assert air.broadcast.memory()["enabled"] is False
    air.change("dialogue.memory.enabled", True)
    assert air.broadcast.casting.cast.memory is store


def test_the_model_is_changed_in_a_running_show(on_air: Callable[..., Air]) -> None:
    air = on_air(llm="none", dialogue={"selection": {"cooldown_s": 0}})
    air.broadcast.start()
    air.broadcast.post({"text": "Are you there?", "user": "Mia"})
    assert air.broadcast.dialogue_state(air.clock())["state"] == "off"
    air.change("llm", "echo")
    assert eventually(air.voice.spoken, meanwhile=lambda: air.clock.advance(0.1))
    first = len(air.voice.texts)
    air.change("dialogue.persona", "nova")
    air.broadcast.post({"text": "And now?", "user": "Ken"})
    assert eventually(lambda: len(air.voice.texts) > first, meanwhile=lambda: air.clock.advance(0.1))
    log = air.broadcast.dialogue_state(air.clock())["log"]
    assert log[0]["user"] == "Mia"


def test_messages_without_a_number_and_those_of_a_program_that_counts_from_one_all_arrive(
    on_air: Callable[..., Air],
) -> None:
    broadcast = on_air().broadcast
    given = [{"text": f"message {at}", "user": "Mia"} | ({"id": str(at)} if at in (1, 5) else {}) for at in range(6)]
    assert [broadcast.post(values) for values in given] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ChatError, match="came before"):
        broadcast.post(given[1])
