"""Single keys from the terminal that the program was started in."""

from __future__ import annotations

import importlib
import os
import select
import sys
import time
from typing import Any, Protocol, TextIO

MAX_BYTES = 1024
WINDOWS_POLL_S = 0.05


class Terminal(Protocol):
    """Hands over keys one by one until it is closed."""

    def read(self, timeout_s: float) -> str:
        """What was typed, at the latest after `timeout_s`; "" when nothing was.

        Raises:
            EOFError: nobody types there any more.
        """

    def close(self) -> None:
        """Leave the terminal as it was found; harmless when called twice."""


class PosixTerminal:
    """Takes the line editor and the echo away; Ctrl-C and Ctrl-Z keep their meaning.

    A program in the background neither reads the terminal nor changes it: the system would stop it. Back in the
    foreground it finds the shell's modes and sets its own again.
    """

    def __init__(self, fd: int) -> None:
        """Raises OSError: not a terminal."""
        self._termios: Any = importlib.import_module("termios")
        self._fd = fd
        self._before: Any = self._modes()
        self._closed = False

    def read(self, timeout_s: float) -> str:
        """See `Terminal.read`."""
        if not self._foreground():
            time.sleep(timeout_s)
            return ""
        try:
            self._take_keys()
            ready, _, _ = select.select([self._fd], [], [], timeout_s)
            if not ready or not self._foreground():
                return ""
            typed = os.read(self._fd, MAX_BYTES)
        except OSError:
            raise EOFError from None
        if not typed:
            raise EOFError
        return typed.decode("utf-8", "ignore")

    def close(self) -> None:
        """See `Terminal.close`."""
        if self._closed:
            return
        self._closed = True
        if self._foreground():
            self._set(self._before)

    def _take_keys(self) -> None:
        modes, line_edited = self._modes(), self._termios.ICANON | self._termios.ECHO
        if modes[3] & line_edited:
            modes[3] &= ~line_edited
            self._set(modes)

    def _modes(self) -> Any:
        try:
            return self._termios.tcgetattr(self._fd)
        except self._termios.error as error:
            raise OSError(*error.args) from None

    def _set(self, modes: Any) -> None:
        """At once: a terminal that was stopped by Ctrl-S never has printed everything."""
        try:
            self._termios.tcsetattr(self._fd, self._termios.TCSANOW, modes)
        except self._termios.error:
            return

    def _foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._fd) == os.getpgrp()
        except OSError:  # not the terminal that controls us, which is the only one that would mind
            return True


class WindowsTerminal:
    """The console of Windows gives keys without any preparation."""

    def __init__(self) -> None:
        self._msvcrt: Any = importlib.import_module("msvcrt")

    def read(self, timeout_s: float) -> str:
        """See `Terminal.read`."""
        for _ in range(max(1, round(timeout_s / WINDOWS_POLL_S))):
            typed = ""
            while self._msvcrt.kbhit() and len(typed) < MAX_BYTES:
                typed += self._msvcrt.getwch()
            if typed:
                return typed
            time.sleep(WINDOWS_POLL_S)
        return ""

    def close(self) -> None:
        """See `Terminal.close`."""


def open_terminal(stdin: TextIO | None = None) -> Terminal | None:
    """The terminal behind `stdin` (default: the program's own), None when there is none."""
    stdin = stdin or sys.stdin
    try:
        if stdin is None or not stdin.isatty():
            return None
        return WindowsTerminal() if sys.platform == "win32" else PosixTerminal(stdin.fileno())
    except (OSError, ValueError, ImportError):
        return None
