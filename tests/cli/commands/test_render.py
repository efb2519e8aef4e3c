from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from vtube.cli.commands.render import MAX_PATH, text_of
from vtube.cli.main import main


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
