"""The terminal: keys without a line editor, and everything as it was afterwards."""

import importlib
import io
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, TextIO

import pytest

from vtube.cli import terminal
from vtube.cli.terminal import PosixTerminal, WindowsTerminal, open_terminal

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has consoles instead")


class Pair:
    """A pseudo-terminal: `keyboard` is where somebody types."""

    def __init__(self) -> None:
        self.keyboard, self.fd = os.openpty()
        self.stdin: TextIO = os.fdopen(self.fd, encoding="utf-8", closefd=False)

    def modes(self) -> Any:
        return importlib.import_module("termios").tcgetattr(self.fd)

    def close(self) -> None:
        for fd in (self.keyboard, self.fd):
            try:
                os.close(fd)
            except OSError:
                continue


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


@posix
def test_a_key_comes_without_return_and_without_echo(pair: Pair) -> None:
    opened = open_terminal(pair.stdin)
    assert opened is not None
    assert opened.read(0.0) == ""
    os.write(pair.keyboard, b"c")
    assert opened.read(5.0) == "c"
    os.set_blocking(pair.keyboard, False)
    with pytest.raises(BlockingIOError):
        os.read(pair.keyboard, 1)


@posix
def test_the_terminal_is_left_as_it_was(pair: Pair) -> None:
    before = pair.modes()
    opened = open_terminal(pair.stdin)
    assert opened is not None
    opened.read(0.0)
    assert pair.modes() != before
    opened.close()
    opened.close()
    assert pair.modes() == before


@posix
def test_in_the_background_it_is_not_touched(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pair.modes()
    monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp() + 1)
    opened = PosixTerminal(pair.fd)
    os.write(pair.keyboard, b"c")
    assert opened.read(0.0) == ""
    opened.close()
    assert pair.modes() == before


@posix
def test_nobody_types_there_any_more(pair: Pair) -> None:
    opened = PosixTerminal(pair.fd)
    os.close(pair.keyboard)
    with pytest.raises(EOFError):
        opened.read(1.0)


def test_a_file_or_nothing_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_terminal(io.StringIO("ccc")) is None
    closed = io.StringIO()
    closed.close()
    assert open_terminal(closed) is None
    monkeypatch.setattr(sys, "stdin", None)
    assert open_terminal() is None


def test_windows_gives_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = list("\xe0H")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(kbhit=lambda: bool(typed), getwch=lambda: typed.pop(0)))
    monkeypatch.setattr(terminal.time, "sleep", lambda s: None)  # type: ignore[attr-defined]
    opened = WindowsTerminal()
    assert opened.read(1.0) == "\xe0H"
    assert opened.read(1.0) == ""
    opened.close()
