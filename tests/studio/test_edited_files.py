"""Files of the user's own that are edited while the camera runs."""

from __future__ import annotations

from pathlib import Path

from vtube.errors import SettingsError
from vtube.studio.edited_files import EditedFiles


def test_a_file_is_read_again_once_after_each_edit(tmp_path: Path) -> None:
    file, reads = tmp_path / "mine.yaml", list[str]()
    file.write_text("a: 1\n")
    edited = EditedFiles(lambda: [None, str(file)], lambda: reads.append(file.read_text()))
    edited.look()
    assert not reads
    file.write_text("a: 10\n")
    edited.look()
    edited.look()
    assert reads == ["a: 10\n"]
    file.unlink()
    edited.look()
    file.write_text("a: 100\n")
    edited.look()
    assert reads == ["a: 10\n", "a: 100\n"]


def test_a_refusal_stops_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("a\n")

    def refuse() -> None:
        raise SettingsError("no")

    edited = EditedFiles(lambda: [str(file)], refuse)
    file.write_text("long\n")
    edited.look()
