"""A change happens as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from vtube.errors import AudioError, SettingsError
from vtube.settings import Commit, Outcome, Prepared, SavedSettings, Settings, SettingsOwner, parse


class Room:
    """Notes what happens; refuses when told to."""

    def __init__(self, name: str, events: list[str]) -> None:
        self.name, self.events = name, events
        self.refuses = False
        self.settings = Settings()

    def prepare(self, settings: Settings) -> Commit:
        if self.refuses:
            raise AudioError(f"{self.name} refuses")
        self.events.append(f"{self.name} prepares")
        return Prepared(lambda: self.commit(settings), lambda: self.events.append(f"{self.name} discards"))

    def commit(self, settings: Settings) -> None:
        self.settings = settings
        self.events.append(f"{self.name} commits")


class Rooms:
    """An owner with two rooms."""

    def __init__(self, saved: SavedSettings | None = None) -> None:
        self.events: list[str] = []
        self.first, self.second = Room("first", self.events), Room("second", self.events)
        self.owner = SettingsOwner(Settings(), saved)
        self.owner.join(self.first, self.second)


def test_all_prepare_before_any_commits() -> None:
    rooms = Rooms()
    outcome = rooms.owner.change({"loop": {"fps": 60}})
    assert outcome == Outcome(in_force={"loop": {"fps": 60.0}})
    assert rooms.events == ["first prepares", "second prepares", "first commits", "second commits"]
    assert rooms.owner.in_force.loop.fps == rooms.first.settings.loop.fps == 60.0


def test_a_refused_change_changes_nothing_and_gives_back_what_was_opened(tmp_path: Path) -> None:
    rooms = Rooms(SavedSettings(tmp_path / "settings.yaml"))
    rooms.second.refuses = True
    with pytest.raises(AudioError, match="second refuses"):
        rooms.owner.change({"audio": "mic", "avatar": {"threads": 3}})
    assert rooms.events == ["first prepares", "first discards"]
    assert rooms.owner.in_force == rooms.first.settings == Settings()
    assert rooms.owner.waiting() == {}
    assert not (tmp_path / "settings.yaml").exists()


@pytest.mark.parametrize(
    "wrong", [{"loop": {"fps": 0}}, {"loop": {"fsp": 1}}, {"loop": 3}, {"nothing": 1}, {"scene": {"effects": "x"}}]
)
def test_what_the_schema_refuses_reaches_no_room(wrong: dict[str, object]) -> None:
    rooms = Rooms()
    with pytest.raises(SettingsError):
        rooms.owner.change({"idle": {"sway": 0.0}, **wrong})
    assert rooms.events == []
    assert rooms.owner.in_force == Settings()


def test_what_waits_for_a_restart_is_in_nobodys_hands() -> None:
    rooms = Rooms()
    outcome = rooms.owner.change({"avatar": {"engine": "torch"}, "idle": {"sway": 0.5}})
    assert outcome == Outcome(in_force={"idle": {"sway": 0.5}}, restart={"avatar": {"engine": "torch"}})
    assert rooms.owner.in_force.avatar.engine == rooms.first.settings.avatar.engine == "auto"
    assert rooms.owner.values()["avatar"]["engine"] == "auto"
    rooms.owner.change({"idle": {"gaze": 0.5}})
    assert rooms.owner.waiting() == {"avatar": {"engine": "torch"}}
    assert rooms.owner.change({"avatar": {"engine": "auto"}}).restart == {}
    assert rooms.owner.waiting() == {}


def test_a_start_that_could_not_be_is_refused() -> None:
    def check(settings: Settings) -> None:
        if "nonsense" in settings.tracking:
            raise SettingsError("there is no tracker 'nonsense'")

    owner = SettingsOwner(Settings(), check_start=check)
    with pytest.raises(SettingsError, match="nonsense"):
        owner.change({"tracking": ["nonsense"]})
    assert owner.waiting() == {}
    assert owner.change({"tracking": ["none"]}).restart == {"tracking": ["none"]}


def test_changes_are_kept_unless_that_is_not_wanted(tmp_path: Path) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    owner = SettingsOwner(Settings(), saved)
    assert owner.change({"loop": {"fps": 60}, "avatar": {"threads": 2}}).saved == {
        "loop": {"fps": 60.0},
        "avatar": {"threads": 2},
    }
    assert owner.change({"scene": {"zoom": 2}}, save=False).saved == {}
    assert owner.in_force.scene.zoom == 2
    assert saved.read() == {"loop": {"fps": 60.0}, "avatar": {"threads": 2}}


def test_what_cannot_be_kept_counts_all_the_same_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    owner = SettingsOwner(Settings(), SavedSettings(tmp_path / "file" / "settings.yaml"))
    outcome = owner.change({"loop": {"fps": 60}})
    assert owner.in_force.loop.fps == 60
    assert outcome.saved == {}
    assert "cannot write" in outcome.warning


@pytest.mark.parametrize(
    "changes",
    [
        {"server": {"token": "a secret of theirs"}},
        {"server": {"host": "0.0.0.0"}},
        {"speech": {"command": ["xcalc"]}},
        {"speech": {"addresses": {"openai": "http://elsewhere.example"}}},
        {"outputs": ["file:/etc/passwd.mkv"]},
        {"outputs": ["stream:rtmp://elsewhere.example.com/live"]},
        {"outputs": ["whip:https://elsewhere.example.com/whip"]},
        {"outputs": ["whip"]},
        {"outputs": [" FILE:/etc/passwd.mkv"]},
    ],
)
def test_what_is_local_is_refused_with_everything_beside_it(changes: dict[str, object]) -> None:
    owner = SettingsOwner(Settings())
    with pytest.raises(SettingsError, match="can only be set in a file or by a flag"):
        owner.change({"loop": {"fps": 60}, **changes})
    assert owner.in_force == Settings()
    assert owner.change({"outputs": ["window"]}).in_force == {"outputs": ["window"]}


def test_a_secret_is_never_shown_nor_written(tmp_path: Path) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    owner = SettingsOwner(parse({"server": {"token": "a secret of ours"}}), saved)
    outcome = owner.change({"server": {"token": "a secret of ours"}, "audio": "none"})
    assert "token" not in owner.values()["server"]
    assert "secret of ours" not in repr(outcome) + repr(owner.values()) + saved.path.read_text(encoding="utf-8")


def test_old_names_are_understood() -> None:
    owner = SettingsOwner(Settings())
    assert owner.change({"loop": {"in_step": False}}).in_force == {"loop": {"phase_lock": False}}


def test_a_mapping_is_one_value() -> None:
    owner = SettingsOwner(Settings())
    owner.change({"retarget": {"parameters": {"mouth_aaa": {"gain": 2.0}}}})
    owner.change({"retarget": {"parameters": {"mouth_iii": {"gain": 0.5}}}})
    assert list(owner.in_force.retarget.parameters) == ["mouth_iii"]
