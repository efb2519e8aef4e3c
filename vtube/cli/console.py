"""The console before anything is known of it: every character can be printed, a window of our own stays to be read.

What was dropped onto `start.bat` keeps its name. Uses nothing but the standard library, as `bootstrap` does.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import re
import sys
from collections.abc import Callable, Collection
from pathlib import PureWindowsPath
from typing import Any, TextIO

ENDED_WELL = (0, 130)
"""Exit codes after which nothing has to be read: success, Ctrl-C."""
_PYTHON = re.compile(r"(py|pyw|pythonw?[\d.]*)\.exe", re.IGNORECASE)
_DOUBLE_CLICK = re.compile(r'.* /c ""[^"]*\\start\.bat"(.*)"', re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r'"([^"]*)"|(\S+)')
_MOST_PROGRAMS, _LONGEST_PATH = 64, 1024
_MAY_BE_ASKED_FOR_ITS_NAME = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION."""


def streams() -> list[TextIO]:
    """Where this program prints; a program without a console (pythonw, a shortcut, a service) has neither."""
    return [stream for stream in (sys.stdout, sys.stderr) if stream is not None]


def make_all_printable() -> None:
    """See `make_printable`."""
    for stream in streams():
        make_printable(stream)


def make_printable(stream: TextIO) -> None:
    """Let a redirected stream take every character: a name or an arrow must not end a command after its work.

    Windows redirects in a code page of 256 characters; files and pipes get UTF-8 there, unless PYTHONIOENCODING says
    otherwise. What an encoding lacks is written as its number.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return
    stream.reconfigure(errors="backslashreplace")
    if sys.platform == "win32" and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
        stream.reconfigure(encoding="utf-8")


def hold_own_window(code: int, programs: Callable[[], Collection[str]] | None = None) -> None:
    """After a program that ended with `code` in a window of its own, as by a double click, wait for Enter.

    Windows closes such a window with the last program in it, and whatever it said of an error is gone.
    `programs` tells those in the window (default: the system).
    """
    if (
        code in ENDED_WELL
        or sys.stdin is None
        or not sys.stdin.isatty()
        or not is_own_window((programs or _programs)())
    ):
        return
    print(f"\nIt ended with an error ({code}); the lines above say why. Press Enter to close this window.", flush=True)
    with contextlib.suppress(EOFError, KeyboardInterrupt, OSError):
        input()


def dropped(line: str) -> list[str] | None:
    """The files that were dropped onto `start.bat`, from the command line of its shell; None when it was called else.

    Windows puts only names with a blank into quotes: of `a&b.png` the shell hands on `a`, of `a^b.png` `ab.png`, and of
    `%TEMP%.png` the name of a folder.
    """
    clicked = _DOUBLE_CLICK.fullmatch(line.strip())
    return None if clicked is None else [quoted or plain for quoted, plain in _NAME.findall(clicked[1])]


def is_own_window(programs: Collection[str]) -> bool:
    """Whether nothing but Python is in a console with these programs, and no shell that one would be back in."""
    return bool(programs) and all(_PYTHON.fullmatch(PureWindowsPath(program).name) for program in programs)


def _programs() -> list[str]:
    """Paths of the programs in this console, empty ones for those that cannot be asked; none but on Windows."""
    if sys.platform != "win32":
        return []
    kernel: Any = ctypes.WinDLL("kernel32")
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.CloseHandle.argtypes = [ctypes.c_void_p]
    kernel.QueryFullProcessImageNameW.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_wchar_p, ctypes.c_void_p]
    numbers = (ctypes.c_uint32 * _MOST_PROGRAMS)()
    count = kernel.GetConsoleProcessList(numbers, _MOST_PROGRAMS)
    return [_path_of(kernel, number) for number in numbers[: min(count, _MOST_PROGRAMS)]]


def _path_of(kernel: Any, number: int) -> str:
    process = kernel.OpenProcess(_MAY_BE_ASKED_FOR_ITS_NAME, 0, number)
    if not process:
        return ""
    path, length = ctypes.create_unicode_buffer(_LONGEST_PATH), ctypes.c_uint32(_LONGEST_PATH)
    known = kernel.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(length))
    kernel.CloseHandle(process)
    return path.value if known else ""
