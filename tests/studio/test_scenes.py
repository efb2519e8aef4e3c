"""Looks of the scene: kept, shown, renamed, forgotten, with the settings that are kept for the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from vtube.errors import SettingsError
from vtube.scene.stage import Stage
from vtube.settings import SavedSettings, SettingsOwner, load, parse
from vtube.studio.scenes import Scenes

CHAT = {"frame": "face", "zoom": 1.5, "x": 0.25, "background": "#102030", "effects": ["vignette"]}


class Rig:
    """The scenes of a camera without a picture."""

    def __init__(self, folder: Path, **scene: object) -> None:
        settings = parse({"scene": scene})
        self.saved = SavedSettings(folder / "settings.yaml")
        self.owner = SettingsOwner(settings, self.saved)
        self.stage = Stage(settings.scene)
        self.owner.join(self.stage)
        self.glides: list[float] = []
        self.scenes = Scenes(self.owner, self.glides.append)


def test_a_look_is_kept_and_shown_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.owner.change({"scene": {**CHAT, "overlay": {"subtitles": True}}})
    rig.scenes.keep("Chat")
    usual = {"frame": "auto", "zoom": 1.0, "x": 0.0, "background": "#00b140", "effects": []}
    rig.owner.change({"scene": {**usual, "overlay": {"subtitles": False}}})
    rig.scenes.show("Chat", 0.25)
    scene = rig.owner.in_force.scene
    assert {key: getattr(scene, key) for key in CHAT} == CHAT
    assert scene.overlay.subtitles
    assert rig.glides == [0.25]
    assert rig.owner.waiting() == {}  # it is of the size that there is


def test_looks_and_the_one_that_is_shown_are_there_at_the_next_start(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.owner.change({"scene": CHAT}, save=False)
    rig.scenes.keep("Chat")
    rig.scenes.show("Chat")
    scene = load(saved=rig.saved.read()).scene
    assert scene.presets["Chat"].zoom == scene.zoom == 1.5
    assert rig.owner.values()["scene"]["presets"]["Chat"]["background"] == "#102030"


def test_what_a_look_leaves_out_stays(tmp_path: Path) -> None:
    rig = Rig(tmp_path, zoom=2.0, effects=["bloom"], presets={"Left": {"x": -0.3}})
    rig.scenes.show("Left")
    scene = rig.owner.in_force.scene
    assert (scene.x, scene.zoom, scene.effects) == (-0.3, 2.0, ["bloom"])


def test_another_size_waits_for_the_next_start(tmp_path: Path) -> None:
    rig = Rig(tmp_path, presets={"Wide": {"size": "1280x720", "zoom": 1.2}})
    rig.scenes.show("Wide")
    assert rig.owner.in_force.scene.zoom == 1.2
    assert rig.owner.in_force.scene.width == 512
    waiting = rig.owner.waiting()["scene"]
    assert (waiting["width"], waiting["height"]) == (1280, 720)


def test_renaming_keeps_the_order(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for name in ("One", "Two", "Three"):
        rig.scenes.keep(name)
    rig.scenes.rename("Two", " Talk ")
    assert list(rig.scenes.all()) == ["One", "Talk", "Three"]
    with pytest.raises(SettingsError, match="already"):
        rig.scenes.rename("One", "Three")
    rig.scenes.remove("One")
    assert list(rig.scenes.all()) == ["Talk", "Three"]


@pytest.mark.parametrize("act", ["show", "remove"])
def test_a_look_that_is_not_there_is_named(tmp_path: Path, act: str) -> None:
    rig = Rig(tmp_path, presets={"Chat": {}})
    with pytest.raises(SettingsError, match=r"'Chart'.*did you mean 'Chat'"):
        getattr(rig.scenes, act)("Chart")


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 41])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    rig = Rig(tmp_path)
    with pytest.raises(SettingsError):
        rig.scenes.keep(name)
    assert rig.scenes.all() == {}


def test_a_look_that_cannot_be_had_changes_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path, presets={"Gone": {"background": "no-such.png", "zoom": 3.0}})
    with pytest.raises(SettingsError):
        rig.scenes.show("Gone")
    assert rig.owner.in_force.scene.zoom == 1.0


def test_keeping_a_look_begins_no_effect_anew(tmp_path: Path) -> None:
    rig = Rig(tmp_path, effects=["tape"])
    chain = rig.stage.costs()
    before = rig.stage.__dict__["_scene"]
    rig.scenes.keep("Chat")
    assert rig.stage.__dict__["_scene"] is before
    assert [one.effect for one in rig.stage.costs()] == [one.effect for one in chain]


def test_what_the_next_start_will_not_know_is_said(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "folder")
    assert rig.scenes.keep("Chat") == ""
    rig.saved.path.unlink()
    rig.saved.path.mkdir()  # which no file replaces, whoever asks
    assert "move it away" in rig.scenes.keep("Talk")
    assert rig.scenes.all().keys() == {"Chat", "Talk"}
    rig.owner.change({"scene": {"zoom": 2.0}}, save=False)
    assert "move it away" in rig.scenes.show("Chat")
    assert "move it away" in rig.scenes.rename("Talk", "Two")
    assert "move it away" in rig.scenes.remove("Two")
