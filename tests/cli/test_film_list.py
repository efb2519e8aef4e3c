from __future__ import annotations

from pathlib import Path

import pytest

from tests.audio.test_file import write_wav
from vtube.cli.film_list import command_of, rows_of
from vtube.cli.main import main
from vtube.errors import SettingsError


def table(folder: Path, text: str) -> Path:
    path = folder / "clips.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_is_a_command() -> None:
    row = {"out": "-a.mkv", "text": "- Hello, you", "burn": "yes", "size": "720p"}
    assert command_of(row) == ["render", "--quiet", "--text=- Hello, you", "--burn", "--size=720p", "--", "-a.mkv"]


def test_rows_leave_out_what_is_empty(tmp_path: Path) -> None:
    path = table(tmp_path, '\ufeffout, text,voice\na.mkv,"Hello, you",\nb.mkv,Two,openjtalk\n')
    assert rows_of(path) == [
        {"out": "a.mkv", "text": "Hello, you"},
        {"out": "b.mkv", "text": "Two", "voice": "openjtalk"},
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("out,txt\na.mkv,Hello\n", "has a column 'txt'; known: out, text"),
        ("text\nHello\n", "has no column out"),
        ("out,text\n,Hello\n", "row 2: it has no out"),
        ("out,text\n", "has no rows"),
        ("", "has no column out"),
    ],
)
def test_a_list_that_is_wrong_is_told(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        rows_of(table(tmp_path, text))


def test_a_row_that_fails_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = write_wav(tmp_path / "a.wav", 48_000, 1, 0.3)
    rows = [f"{tmp_path / name},{audio}" for name, audio in (("a.mkv", sound), ("b.mkv", "no.wav"), ("c.webm", sound))]
    path = table(tmp_path, "out,audio,size,engine\n" + "".join(f"{row},128,puppet\n" for row in rows))
    assert main(["render", "--list", str(path), "--jobs", "2"]) == 1
    told = capsys.readouterr().out
    assert f"1/3 {tmp_path / 'a.mkv'}: done" in told
    assert f"2/3 {tmp_path / 'b.mkv'}: cannot read the sound no.wav" in told
    assert "2 of 3 films are done, 1 failed" in told
    assert (tmp_path / "a.mkv").stat().st_size > 1000
    assert (tmp_path / "c.webm").stat().st_size > 1000
    assert not (tmp_path / "b.mkv").exists()
