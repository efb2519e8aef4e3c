"""Windows: the console's window is closed, the user logs off, the computer shuts down. The camera ends in order first.

Windows ends the program as soon as its handlers have returned, five seconds later at the latest; Python's own handler
(SIGBREAK) returns at once. What it tells no console, it tells a window: see `hidden_window`.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from vtube.cli.hidden_window import CLOSE as CLOSE_WINDOW
from vtube.cli.hidden_window import END, QUERY_END, HiddenWindow
from vtube.cli.launcher import Launcher

CLOSE, LOGOFF, SHUTDOWN = 2, 5, 6
"""CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT."""

PATIENCE_S = 4.0
"""Less than the five seconds that Windows waits."""


class ConsoleClose:
    """While the block runs, closing the console and the session's end call `stop` and wait until the block is left."""

    def __init__(self, stop: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        self._stop = stop
        self._patience_s = patience_s
        self._left = threading.Event()
        self._handler: Any = None
        self._window = HiddenWindow(self.heard)
        self._launcher = Launcher(stop)

    def __enter__(self) -> Self:
        if sys.platform == "win32":
            self._handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(self.handle)
            ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(self._handler, 1)
            self._window.open()
            self._launcher.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        if sys.platform == "win32":
            ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(self._handler, 0)
            self._window.close()
            self._launcher.close()

    def handle(self, event: int) -> int:
        """What Windows calls, in a thread of its own; 1 when the event was ours, 0 to ask the next handler."""
        if event not in (CLOSE, LOGOFF, SHUTDOWN):
            return 0
        self._end()
        return 1

    def heard(self, message: int, really: int) -> int | None:
        """What Windows asks the hidden window; None when it is nothing of ours.

        `really`: of END, whether the session ends; another program may have refused.
        """
        if message == QUERY_END:
            return 1
        if message == END and really:
            self._end()
        elif message == CLOSE_WINDOW:
            self._stop()
        else:
            return None
        return 0

    def _end(self) -> None:
        self._stop()
        self._left.wait(self._patience_s)
