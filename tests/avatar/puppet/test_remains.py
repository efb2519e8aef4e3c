from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import pytest

from vtube.avatar.puppet import remains as module
from vtube.avatar.puppet.file import puppet_path
from vtube.avatar.puppet.folder import baking_folder, lock_path
from vtube.avatar.puppet.rejection import remember
from vtube.avatar.puppet.remains import MOST_UNFINISHED, OLD_S, Kind, bound, clear, remains, superfluous
from vtube.cli import doctor
from vtube.cli.commands import models
from vtube.paths import exclusive

NOW = time.time()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    return tmp_path


def puppet(folder: Path, picture: str) -> Path:
    return puppet_path(picture, "separable_float", folder)


def unfinished(folder: Path, picture: str, age_s: float = 0.0, size: int = 1000) -> Path:
    """A bake that was interrupted so long ago."""
    path = baking_folder(puppet(folder, picture))
    path.mkdir(parents=True)
    for name in ("picture.png", "faces0.npz"):
        (path / name).write_bytes(bytes(size // 2))
        os.utime(path / name, (NOW - age_s, NOW - age_s))
    lock_path(puppet(folder, picture)).touch()
    return path


def refused(folder: Path, picture: str) -> Path:
    path = baking_folder(puppet(folder, picture))
    remember(path, "1", "it has no face")
    lock_path(puppet(folder, picture)).touch()
    return path


def finished(folder: Path, picture: str) -> Path:
    path = puppet(folder, picture)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    lock_path(path).touch()
    return path


def test_nothing_is_left_where_nothing_was_baked(folder: Path) -> None:
    assert remains(folder) == []
    bound(puppet(folder, "a"))
    assert not (folder / "puppets").exists()


def test_what_is_left_is_listed_newest_first(folder: Path) -> None:
    finished(folder, "done")
    old, new = unfinished(folder, "old", 500.0), unfinished(folder, "new", 100.0, size=4000)
    (folder / "puppets" / "gone-separable_float.lock").touch()
    os.utime(folder / "puppets" / "gone-separable_float.lock", (NOW - 900, NOW - 900))
    found = remains(folder)
    assert [(one.path, one.kind, one.size, one.busy) for one in found] == [
        (new, Kind.UNFINISHED, 4000, False),
        (old, Kind.UNFINISHED, 1000, False),
        (folder / "puppets" / "gone-separable_float.lock", Kind.LOCK, 0, False),
    ]


def test_clearing_leaves_what_a_bake_works_on_and_every_puppet(folder: Path) -> None:
    done, idle, busy = finished(folder, "done"), unfinished(folder, "idle"), unfinished(folder, "busy")
    kept = refused(folder, "refused")
    with exclusive(lock_path(puppet(folder, "busy"))):
        cleared = clear(remains(folder))
        assert sorted(one.path for one in cleared) == sorted([idle, kept])
        assert busy.is_dir()
        assert [one.busy for one in remains(folder)] == [True]
    left = {path.name for path in (folder / "puppets").iterdir()}
    assert left - {lock_path(puppet(folder, "busy")).name} == {done.name, lock_path(done).name, busy.name}


def test_a_bake_that_begins_is_left_alone(folder: Path) -> None:
    path = baking_folder(puppet(folder, "new"))
    path.mkdir(parents=True)
    (path / "picture.png").write_bytes(b"x")
    assert clear(remains(folder)) == []
    assert path.is_dir()


def test_before_a_bake_only_the_last_few_stay(folder: Path) -> None:
    paths = [unfinished(folder, f"p{index}", 100.0 * index) for index in range(5)]
    own = unfinished(folder, "own", 10_000.0)
    kept = refused(folder, "refused")
    bound(puppet(folder, "own"), NOW)
    assert [path.is_dir() for path in paths] == [index < MOST_UNFINISHED - 1 for index in range(5)]
    assert own.is_dir()
    assert kept.is_dir()


def test_old_ones_and_those_of_another_version_go(folder: Path) -> None:
    old = unfinished(folder, "old", OLD_S + 1)
    other = unfinished(folder, "other")
    other = other.rename(other.with_suffix(".baking0"))
    assert {one.path for one in superfluous(remains(folder), NOW)} == {old, other}


@pytest.mark.parametrize("years", [12, -50])
def test_a_clock_that_is_wrong_costs_no_bake(folder: Path, years: int) -> None:
    unfinished(folder, "hours_of_work")
    assert superfluous(remains(folder), NOW + years * 365 * 86_400.0) == []


def test_the_command_lists_and_clears(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*, clear: bool) -> str:
        assert models.run(argparse.Namespace(action="remains", clear=clear)) == 0
        return capsys.readouterr().out

    assert run(clear=False) == "bakes have left nothing\n"
    path = unfinished(folder, "a", 100.0, size=2_500_000)
    assert "2.5 MB" in run(clear=False)
    assert path.is_dir()
    assert "removed" in run(clear=True)
    assert not path.exists()


def test_the_doctor_tells_of_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished(folder, "a", size=3000)
    assert [one.level for one in doctor.check_remains()] == [doctor.Level.GOOD]
    monkeypatch.setattr(doctor, "WORTH_TELLING", 2000)
    (told,) = doctor.check_remains()
    assert told.level is doctor.Level.NOTE
    assert "models remains" in told.advice


def test_a_folder_that_cannot_be_read_stops_no_bake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished(folder, "a")

    def fail(path: Path) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(module, "_folder", fail)
    bound(puppet(folder, "b"))
