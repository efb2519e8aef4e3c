"""What a start makes of what was saved."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from vtube.cli.commands.run import add_arguments, new_studio
from vtube.cli.main import main
from vtube.errors import SettingsError, VtubeError
from vtube.settings import SavedSettings


def arguments(*flags: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(["--no-server", "--output", "null", "--tracking", "none", *flags])


def test_what_was_saved_counts_and_flags_and_files_win(tmp_path: Path) -> None:
    SavedSettings().add({"loop": {"fps": 50.0}, "scene": {"zoom": 2.0}, "idle": {"sway": 0.5}})
    config = tmp_path / "mine.yaml"
    config.write_text("idle: {sway: 0.25}\n")
    settings = new_studio(arguments("--fps", "60", "--config", str(config))).settings.in_force
    assert (settings.loop.fps, settings.scene.zoom, settings.idle.sway) == (60.0, 2.0, 0.25)
    assert new_studio(arguments("--no-saved")).settings.in_force.scene.zoom == 1.0


def test_what_a_client_changes_counts_at_the_next_start() -> None:
    new_studio(arguments()).control.settings.change({"scene": {"zoom": 3.0}, "avatar": {"threads": 2}})
    settings = new_studio(arguments()).settings.in_force
    assert (settings.scene.zoom, settings.avatar.threads) == (3.0, 2)


def test_what_was_saved_and_cannot_be_does_not_keep_the_camera_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    SavedSettings().add({"scene": {"zoom": 2.0, "background": str(tmp_path / "gone.png")}})
    assert new_studio(arguments()).settings.in_force.scene.zoom == 1.0
    assert len([line for line in caplog.messages if "saved settings are left out" in line]) == 1


def test_what_is_wrong_with_the_flags_is_not_blamed_on_what_was_saved(caplog: pytest.LogCaptureFixture) -> None:
    SavedSettings().add({"scene": {"zoom": 2.0}})
    with pytest.raises(SettingsError, match="mic"):
        new_studio(arguments("--audio", "mike"))
    assert caplog.messages == []


REFUSED = {
    "speech.voice": "{speech: {voice: nobody}}",
    "llm": "{llm: nobody}",
    "chat": "{chat: [twitch]}",
    "tracking": "{tracking: [nobody]}",
    "audio": "{audio: nobody, listen: none}",
    "listen": "{audio: none, listen: nobody}",
    "stream.sound": "{stream: {sound: nobody}}",
    "outputs": "{outputs: [browser, nobody]}",
    "scene.effects": "{scene: {effects: ['outline:thick']}}",
    "scene.background": "{scene: {background: nobody.png}}",
    "listening.recogniser": "{listen: mic, listening: {recogniser: nobody}}",
    "dialogue.persona": "{dialogue: {persona: nobody}}",
    "avatar.character": "{avatar: {character: nobody}}",
    "speech.voices": "{speech: {voices: {en: nobody}}}",
    "hotkeys.keys": "{hotkeys: {keys: {ctrl+1: nothing}}}",
    "hotkeys.controllers": "{hotkeys: {controllers: {'note:36': nothing}}}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_only_a_room_refuses_is_named_with_its_file(tmp_path: Path, name: str) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text(REFUSED[name])
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(VtubeError) as raised:
        new_studio(parser.parse_args(["--no-server", "--config", str(config)]))
    assert str(raised.value).startswith(f"{config}: the setting {name!r}: ")


def test_what_a_room_refuses_of_a_flag_is_named_by_the_flag(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text("{audio: mic, outputs: [browser]}")
    for flag in ("--audio", "--output", "--llm", "--listen"):
        with pytest.raises(VtubeError, match=f"^{flag}: there is no "):
            new_studio(arguments("--config", str(config), flag, "nobody"))


def test_a_run_whose_file_cannot_be_written_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "--no-server", "--tracking", "none", "--duration", "0.5", "--no-bake", "--size", "64"]
    assert main([*words, "--output", "null", "--output", f"file:{tmp_path}/gone/a.mkv"]) == 1
    assert "there is no folder" in capsys.readouterr().err.splitlines()[-1]
