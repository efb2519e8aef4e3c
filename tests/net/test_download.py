"""One file over HTTP from a server with bad habits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.net.serving import Server, serving
from vtube.errors import ModelError
from vtube.net.download import Download, download
from vtube.net.progress import silent

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
    assert not list(tmp_path.iterdir())


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


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "http://me:secret@127.0.0.1:1/"])
def test_a_proxy_that_is_away_is_named_without_its_password(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(ModelError, match=r"through the proxy 127\.0\.0\.1:1 \(from") as caught:
        get(server, tmp_path / "f")
    assert "secret" not in str(caught.value)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    get(server, tmp_path / "f")
