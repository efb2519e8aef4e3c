"""A real child process, though one that does not bake."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.avatar.puppet_fixtures import bust
from tests.waiting import PROGRAM_S
from vtube.avatar.puppet import process as process_module
from vtube.avatar.puppet.background_worker import read_character
from vtube.avatar.puppet.file import puppet_path
from vtube.avatar.puppet.folder import baking_folder
from vtube.avatar.puppet.process import PICTURE, BakingProcess
from vtube.errors import ModelError

CHILD = """
import json, sys
print("a library says hello")
print("[1, 2]")
print(json.dumps({"arguments": sys.argv[1:]}), flush=True)
sys.stdin.read()
print(json.dumps({"stopped": True}))
sys.exit(7)
"""


class Listener:
    """Collects lines until the end."""

    def __init__(self) -> None:
        self.lines: list[Mapping[str, Any]] = []
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self, line: Mapping[str, Any]) -> None:
        self.lines.append(line)
        self.begun.set()
        if "ended" in line:
            self.ended.set()


@pytest.fixture(autouse=True)
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "child_that_talks.py").write_text(CHILD)
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "folder"))
    monkeypatch.setattr(process_module, "MODULE", "child_that_talks")


def test_lines_are_heard_until_it_is_stopped() -> None:
    heard = Listener()
    process = BakingProcess(bust(), "separable_float", heard)
    assert heard.begun.wait(30)
    picture, variant = heard.lines[0]["arguments"]
    assert variant == "separable_float"
    assert read_character(Path(picture)) == bust()
    process.stop()
    process.stop()
    assert heard.ended.wait(30)
    assert heard.lines[1:] == [{"stopped": True}, {"ended": 7}]
    assert process.wait(PROGRAM_S) == 7


def test_nowhere_to_write_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "puppets").write_text("in the way")
    with pytest.raises(ModelError, match="cannot bake in the background"):
        BakingProcess(bust(), "separable_float", Listener())


def test_no_python_to_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ModelError, match="cannot bake in the background"):
        BakingProcess(bust(), "separable_float", Listener())


def test_the_picture_lies_in_the_folder_of_its_bake() -> None:
    heard = Listener()
    process = BakingProcess(bust(), "separable_float", heard)
    process.stop()
    assert heard.ended.wait(30)
    assert (baking_folder(puppet_path(bust().digest, "separable_float")) / PICTURE).is_file()
