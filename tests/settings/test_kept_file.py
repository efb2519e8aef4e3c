"""What is kept comes back; anything else is refused and never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from vtube.settings.kept_file import KeptFile


def kept(folder: Path) -> KeptFile:
    return KeptFile(folder / "new" / "things.json", "things", 1, "things", 10_000)


def test_what_was_written_comes_back_in_order(tmp_path: Path) -> None:
    file = kept(tmp_path)
    assert file.read() == {}
    file.write({"ゆき": 1, "a": {"b": [2.5]}})
    assert list(file.read().items()) == [("ゆき", 1), ("a", {"b": [2.5]})]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"things": {}}',
        b'{"format": "things", "version": 2, "things": {}}',
        b'{"format": "other", "version": 1, "things": {}}',
        b'{"format": "things", "version": 1, "things": []}',
        b"[" * 9_000,
        b" " * 20_000,
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = kept(tmp_path)
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    with pytest.raises(ValueError):
        file.read()


def test_a_folder_in_its_place_is_an_error_of_the_system(tmp_path: Path) -> None:
    file = kept(tmp_path)
    file.path.mkdir(parents=True)
    with pytest.raises(OSError):
        file.read()
