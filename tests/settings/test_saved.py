"""What is kept for the next start, and that a broken file never costs more than one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from vtube.errors import SettingsError
from vtube.paths import SHORT_LOCK, user_folder
from vtube.settings import SavedSettings


def test_it_lies_in_the_users_folder() -> None:
    assert SavedSettings().path == user_folder() / "settings.yaml"


def test_without_a_file_nothing_is_saved(tmp_path: Path) -> None:
    assert SavedSettings(tmp_path / "settings.yaml").read() == {}


def test_changes_are_laid_over_each_other(tmp_path: Path) -> None:
    saved = SavedSettings(tmp_path / "new" / "settings.yaml")
    saved.add({"loop": {"fps": 60.0}, "scene": {"background": "緑.png"}})
    saved.add({"scene": {"zoom": 2.0}})
    assert saved.read() == {"loop": {"fps": 60.0}, "scene": {"background": "緑.png", "zoom": 2.0}}
    assert {file.name for file in saved.path.parent.iterdir()} - {SHORT_LOCK} == {"settings.yaml"}


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    saved.add({"audio": "mic"})
    text = saved.path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "--no-saved" in text
    assert yaml.safe_load(text) == {"audio": "mic"}


@pytest.mark.parametrize("content", ["loop: [", "loop: {fps: fast}", "nonsense: 1", "- 1", "\udcff"])
def test_a_broken_file_is_one_line_and_is_put_aside_when_something_is_saved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    saved.path.write_bytes(content.encode(errors="surrogateescape"))
    assert saved.read() == {}
    assert len(caplog.messages) == 1
    assert "saved settings do not count" in caplog.messages[0]
    assert "settings.yaml.broken: " in saved.add({"audio": "mic"})
    assert saved.add({"audio": "mic"}) == ""
    assert saved.read() == {"audio": "mic"}
    assert saved.path.with_name("settings.yaml.broken").exists()


def test_each_broken_file_is_kept(tmp_path: Path) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    for number in range(3):
        saved.path.write_text(f"nonsense: {number}")
        saved.add({"audio": "mic"})
    kept = [path.read_text() for path in sorted(tmp_path.glob("*.broken*"))]
    assert kept == ["nonsense: 0", "nonsense: 1", "nonsense: 2"]


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes among the files of Windows")
def test_what_is_no_file_is_said_and_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    saved = SavedSettings(tmp_path / "settings.yaml")
    os.mkfifo(saved.path)
    assert saved.read() == {}
    assert "is no file" in caplog.text
    with pytest.raises(SettingsError, match="is no file"):
        saved.add({"audio": "mic"})
    assert saved.path.is_fifo()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="cannot write"):
        SavedSettings(tmp_path / "file" / "settings.yaml").add({"audio": "mic"})
