from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.audio.test_file import write_wav
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.wardrobe import Wardrobe
from vtube.cli.commands import render
from vtube.cli.filming import MAX_PATH, text_of
from vtube.cli.main import main
from vtube.errors import EngineError
from vtube.paths import default_picture


def test_a_text_is_itself_a_file_of_its_name_or_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "script.txt"
    file.write_text("\ufeffこんにちは", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO("from a pipe"))
    assert text_of("Hello there") == "Hello there"
    assert text_of(str(file)) == "こんにちは"
    assert text_of("-") == "from a pipe"
    long = "word " * MAX_PATH
    assert text_of(long) == long


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--audio", "a.wav", "--subtitles", "a.srt", "a.mkv"], "belong to --text"),
        (["--text", "Hi there", "--subtitles", "a.ass", "a.mkv"], "writes .srt or .vtt, not a.ass"),
        (["--text", "Hi there", "--chapters", "a.srt", "a.mkv"], "writes .vtt or .txt, not a.srt"),
        (["--text", "Hi there", "--loudness", "-90", "a.mkv"], "from -40 to -5, not '-90'"),
        (["--text", "Hi there", "--fps", "0", "a.mkv"], "--fps is from 1 to 240"),
        (["--text", "Hi there", "--takes", "0", "a.mkv"], "--takes is from 1 to 100"),
        (["--text", "Hi there", "--seconds", "0", "a.mkv"], "--seconds is above 0"),
        (["--text", "-", "--stop-with-input", "a.mkv"], "leaves no standard input"),
        (["--text", "Hi there", "--over", "b.mp4", "--seconds", "1", "a.mkv"], "--seconds does not go with it"),
        (["--text", "Hi there", "a.avi"], "cannot write a.avi"),
        (["--text", "***", "a.mkv"], "nothing to say"),
        (["--text", "Hello there", "--voice", "openjtakl", "a.mkv"], "openjtalk"),
    ],
)
def test_what_cannot_be_rendered_is_told_in_one_line(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["render", *arguments]) in (1, 2)
    assert line in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("a*"))


def test_a_file_that_is_no_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(b"\xff\xfe\x00\x81" * 8)
    assert main(["render", "--text", str(file), str(tmp_path / "a.mkv")]) == 2
    assert "picture.txt" in capsys.readouterr().err


def test_takes_move_differently_and_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import av

    sound = write_wav(tmp_path / "a.wav", 48_000, 1, 0.5)
    out = tmp_path / "take.mkv"
    arguments = ["--audio", str(sound), "--size", "128", "--takes", "2", "--engine", "puppet", "--progress", "json"]
    assert main(["render", *arguments, str(out)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    finished = [line for line in lines if line["stage"] == "finished"]
    assert [line["path"] for line in finished] == [str(tmp_path / f"take-{number}.mkv") for number in (1, 2)]
    assert [line["frames"] for line in finished] == [15, 15]
    shown = []
    for line in finished:
        with av.open(line["path"]) as file:
            shown.append([frame.to_ndarray(format="rgba") for frame in file.decode(video=0)][-1])
    assert (shown[0] != shown[1]).any()


def test_the_bar_says_how_fast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = write_wav(tmp_path / "a.wav", 48_000, 1, 0.5)
    out = tmp_path / "take.webm"
    assert main(["render", "--audio", str(sound), "--size", "128", "--engine", "puppet", str(out)]) == 0
    told = capsys.readouterr()
    assert f"{out}: 15 frames" in told.out
    assert "x" in told.err.split("rendering", 1)[1]


def test_only_the_beginning_is_rendered_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = write_wav(tmp_path / "a.wav", 48_000, 1, 3.0)
    flags = ["--size", "128", "--engine", "puppet", "--progress", "json", "--seconds", "0.5", "--low-priority"]
    monkeypatch.setattr(render, "lower_process", lambda: None)  # which would count for the tests to come
    assert main(["render", "--audio", str(sound), *flags, str(tmp_path / "a.mkv")]) == 0
    finished = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (finished["frames"], finished["seconds"]) == (15, 0.5)


def test_a_character_of_the_wardrobe_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Wardrobe().keep(prepare(default_picture()), "Miko")
    Wardrobe(tmp_path).keep(prepare(default_picture()), "Elsewhere")
    sound = write_wav(tmp_path / "a.wav", 48_000, 1, 0.2)
    arguments = ["render", "--audio", str(sound), "--size", "128", "--engine", "puppet"]
    for number, name in enumerate(("Miko", str(tmp_path / "Elsewhere"))):
        assert main([*arguments, "--character", name, str(tmp_path / f"{number}.mkv")]) == 0
    assert main([*arguments, "--character", "Mikko", str(tmp_path / "3.mkv")]) == 1
    assert "--character: there is no picture Mikko" in capsys.readouterr().err


def test_the_settings_say_who_is_drawn_and_how_where_no_flag_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = []

    def renderer(engine: str, character: Character, **how: object) -> NoReturn:
        drawn.append((engine, character.name, how["variant"], how["threads"]))
        raise EngineError("seen")

    monkeypatch.setattr("vtube.cli.commands.arguments.create_renderer", renderer)
    monkeypatch.setattr("vtube.cli.commands.arguments.fetch_weights", lambda variant: None)
    Wardrobe().keep(prepare(default_picture()), "Miko")
    config = tmp_path / "mine.yaml"
    config.write_text("avatar: {character: Miko, engine: torch, variant: standard_float, threads: 2}")
    words = ["render", "--audio", str(write_wav(tmp_path / "a.wav", 48_000, 1, 0.2)), "--config", str(config)]
    for more in ([], ["--engine", "openvino", "--variant", "separable_float", "--low-priority"]):
        assert main([*words, *more, str(tmp_path / "a.mkv")]) == 1
    assert drawn == [("torch", "Miko", "standard_float", 2), ("openvino", "Miko", "separable_float", 1)]
    config.write_text("avatar: {character: Mikko}")
    assert main([*words, str(tmp_path / "a.mkv")]) == 1
    assert f"{config}: the setting 'avatar.character': there is no picture" in capsys.readouterr().err
