"""The face model: fetched once, checked, from the first source that has it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from vtube.errors import TrackingError
from vtube.tracking import face_model as module
from vtube.tracking.face_model import NAME, face_model

MODEL = b"a face model"


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHA256", hashlib.sha256(MODEL).hexdigest())


def offline() -> bytes:
    raise OSError("no network")


def test_the_second_source_stands_in_for_the_first(tmp_path: Path) -> None:
    path = face_model(tmp_path / "new", (offline, lambda: b"<html>", lambda: MODEL))
    assert path.read_bytes() == MODEL
    assert [file.name for file in path.parent.iterdir()] == [NAME]


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(MODEL)
    assert face_model(tmp_path, (offline,)) == tmp_path / NAME


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(MODEL[:5])
    assert face_model(tmp_path, (lambda: MODEL,)).read_bytes() == MODEL


def test_without_any_source_the_line_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match=f"no network.*put {NAME} into .*https://"):
        face_model(tmp_path, (offline, offline))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrackingError, match="is not here"):
        face_model(tmp_path / "file" / "models", (lambda: MODEL,))
