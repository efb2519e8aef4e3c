"""Processes beside the show, with real ones."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from tests.waiting import PROGRAM_S
from vtube.processes.background import LONGEST_LINE, background_process, messages

CHILD = """
import json, sys, threading
print("a library says hello")
print(json.dumps({"arguments": sys.argv[1:], "read": sys.stdin.read()}), flush=True)
print("to the errors", file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module to run, and a working folder with files that have the names of the library's modules."""
    here, modules = tmp_path / "here", tmp_path / "modules"
    for folder in (here, modules):
        folder.mkdir()
    for name in ("json", "threading", "vtube"):
        (here / f"{name}.py").write_text("raise SystemExit('not the library')")
    (modules / "child_that_talks.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", str(modules))
    monkeypatch.chdir(here)


def run(module: str, *arguments: str, given: bytes = b"") -> tuple[bytes, bytes, int]:
    with background_process(module, arguments, errors=subprocess.PIPE) as process:
        told, errors = process.communicate(given, PROGRAM_S)
        return told, errors, process.returncode


def test_it_gets_its_arguments_and_its_input_and_tells_lines() -> None:
    told, errors, code = run("child_that_talks", "a b", "\u65e5", given="\u672c".encode())
    assert list(messages(io.BytesIO(told))) == [{"arguments": ["a b", "\u65e5"], "read": "\u672c"}]
    assert errors.split() == [b"to", b"the", b"errors"]
    assert code == 0


def test_files_of_the_working_folder_are_not_taken_for_the_librarys() -> None:
    told, errors, code = run("vtube", "--version")
    assert (code, errors) == (0, b"")
    assert told.startswith(b"vtube ")


@pytest.mark.skipif(os.name == "nt", reason="a group of processes is POSIX's")
def test_a_ctrl_c_does_not_reach_it_and_its_session_is_the_programs() -> None:
    with background_process("child_that_talks") as process:
        assert os.getpgid(process.pid) == process.pid
        assert os.getsid(process.pid) == os.getsid(0)
        process.communicate(b"", PROGRAM_S)


@pytest.mark.parametrize(
    "line", [b"hello", b"[1]", b"{", b"\xff", b"[" * 5000, b'{"a": "' + b"x" * LONGEST_LINE + b'"}']
)
def test_what_is_no_message_is_left_out(line: bytes) -> None:
    assert list(messages(io.BytesIO(line + b'\n{"done": 1}\n'))) == [{"done": 1}]
