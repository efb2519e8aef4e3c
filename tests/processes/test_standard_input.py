"""What other programs write into the standard input."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from tests.house import ROOT
from vtube.processes import standard_input
from vtube.processes.standard_input import LOOK_S, PatientPipe, decoded, patient


def test_a_pipe_is_read_only_when_there_is_something() -> None:
    there = iter([True, True, False, False, True, False])
    naps: list[float] = []
    pipe = io.BufferedReader(PatientPipe(io.BytesIO(b"ab"), lambda: next(there), naps.append))
    assert pipe.read(1) == b"a"
    assert naps == [LOOK_S] * 2
    assert pipe.read(1) == b"b"
    assert pipe.read(1) == b""
    assert pipe.read(1) == b""
    assert naps == [LOOK_S] * 3


def test_what_is_no_pipe_of_a_system_is_taken_as_it_is() -> None:
    source = io.BytesIO(b"a")
    assert patient(source) is source


ASKED_WHILE_ANOTHER_THREAD_WAITS = """
import os, sys, threading
from vtube.processes.standard_input import patient

source, told = patient(sys.stdin.buffer), []
reader = threading.Thread(target=lambda: told.extend(source))
reader.start()
os.fstat(0)  # as libraries do that are loaded; on Windows it waits for a read that waits
print("asked", flush=True)
reader.join()
print(told)
"""


def test_standard_input_can_be_asked_about_while_a_thread_waits_for_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ASKED_WHILE_ANOTHER_THREAD_WAITS],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        process.stdin.write("a\nb")
        process.stdin.close()
        assert process.stdout.read() in ("[b'a\\n', b'b']\n", "[b'a\\r\\n', b'b']\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("こんにちは".encode(), "こんにちは"),
        ("\ufeffhello".encode(), "hello"),
        ("schöne Grüße".encode("cp850"), "schöne Grüße"),
        ("schöne Grüße".encode(), "schöne Grüße"),
    ],
)
def test_text_is_utf_8_or_what_a_console_of_windows_writes(data: bytes, text: str) -> None:
    assert decoded(data, "cp850") == text


def test_a_program_without_standard_input_has_no_text_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert list(standard_input.lines()) == []
    assert standard_input.read_text() == ""


PRINTED = "from vtube.processes.standard_input import lines, read_text; print(ascii({}))"


@pytest.mark.parametrize(
    ("read", "text"), [("list(lines())", r"['\u3042: \xe9\r\n', 'b']"), ("read_text()", r"'\u3042: \xe9\nb'")]
)
@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere the locale says in what encoding text is")
def test_windows_takes_piped_text_for_utf_8_whatever_its_code_page(read: str, text: str) -> None:
    code = PRINTED.format(read)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input="あ: é\r\nb".encode(), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == text
