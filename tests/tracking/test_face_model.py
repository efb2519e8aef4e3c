"""The face model: fetched once, checked, from the first source that has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.net.serving import serving
from vtube.errors import ModelError, TrackingError
from vtube.net.download import Download, download
from vtube.net.progress import silent
from vtube.tracking import face_model as module
from vtube.tracking.face_model import ADDRESS, NAME, PACKAGE, face_model

MODEL = b"a face model"


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHA256", hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(module, "BYTES", len(MODEL))


def offline(target: Path) -> None:
    raise ModelError("no network")


def giving(data: bytes) -> Callable[[Path], object]:
    """A source that writes `data`."""

    def bring(target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)

    return bring


def test_the_second_source_stands_in_for_the_first(tmp_path: Path) -> None:
    path = face_model(tmp_path / "new", (offline, giving(MODEL)))
    assert path.read_bytes() == MODEL


def test_an_address_that_has_another_file_is_no_source(tmp_path: Path) -> None:
    with serving() as server:
        server.files["/model"] = MODEL[::-1]
        wanted = Download(server.url("/model"), "face model", len(MODEL), module.SHA256)
        path = face_model(tmp_path, (lambda target: download(wanted, target, silent), giving(MODEL)))
    assert path.read_bytes() == MODEL
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(MODEL)
    assert face_model(tmp_path, (offline,)) == tmp_path / NAME


@pytest.mark.parametrize("data", [MODEL[:5], MODEL[::-1], b""])
def test_a_damaged_file_is_fetched_again(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    assert face_model(tmp_path, (giving(MODEL),)).read_bytes() == MODEL


def test_without_any_source_the_line_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match=f"no network; no network.*put {NAME} into .*https://"):
        face_model(tmp_path, (offline, offline))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serving() as server:
        wanted = Download(server.url("/model"), "face model", len(MODEL), module.SHA256)
        with pytest.raises(TrackingError, match=r"is not here.*cannot write"):
            face_model(tmp_path / "file" / "models", (lambda target: download(wanted, target, silent),))


def test_both_sources_hold_the_same_file() -> None:
    assert (ADDRESS.sha256, ADDRESS.max_bytes) == (PACKAGE.sha256, PACKAGE.bytes)
