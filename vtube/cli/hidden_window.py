"""Windows: a window that nobody sees, to which the system tells what it tells no console.

It tells a program's console handlers of the user's logging off and of a shutdown only where the program has not loaded
user32.dll, which OpenCV, torch and half of all libraries do
(https://learn.microsoft.com/windows/console/setconsolectrlhandler); and a program without a console has none.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Callable
from typing import Any

CLOSE, QUERY_END, END = 0x0010, 0x0011, 0x0016
"""WM_CLOSE (`taskkill` without `/F`), WM_QUERYENDSESSION, WM_ENDSESSION."""
TITLE = "vtube"
PATIENCE_S = 5.0
_QUIT, _PROCEDURE = 0x0012, -4
_FIRST = 0x3FF
"""Before the programs that this one has started, which have the usual 0x280."""


class HiddenWindow:
    """Tells `heard` of what the system sends, in a thread of its own, until it is closed; elsewhere it does nothing.

    Args:
        heard: takes a message's number and its first parameter; what it returns is the answer, None is the system's.
    """

    def __init__(self, heard: Callable[[int, int], int | None]) -> None:
        self._heard = heard
        self._ready = threading.Event()
        self._number = 0
        self._thread = threading.Thread(target=self._run, name="end of session", daemon=True)

    def open(self) -> None:
        """Make the window."""
        if sys.platform == "win32":
            self._thread.start()
            self._ready.wait(PATIENCE_S)

    def close(self) -> None:
        """Take it away."""
        if self._number:
            ctypes.WinDLL("user32").PostThreadMessageW(self._number, _QUIT, 0, 0)  # type: ignore[attr-defined]
            self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        try:
            self._listen()
        finally:
            self._ready.set()

    def _listen(self) -> None:
        if sys.platform != "win32":
            return
        user, kernel = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
        word, answer = ctypes.c_size_t, ctypes.c_ssize_t
        kind = ctypes.WINFUNCTYPE(answer, ctypes.c_void_p, ctypes.c_uint, word, answer)
        user.CreateWindowExW.restype = ctypes.c_void_p
        user.SetWindowLongPtrW.argtypes = [ctypes.c_void_p, ctypes.c_int, kind]
        user.DefWindowProcW.argtypes, user.DefWindowProcW.restype = (
            [ctypes.c_void_p, ctypes.c_uint, word, answer],
            answer,
        )
        user.DestroyWindow.argtypes = [ctypes.c_void_p]

        def tell(window: int, message: int, first: int, second: int) -> int:
            told = self._heard(message, first)
            default: Any = user.DefWindowProcW
            return int(default(window, message, first, second)) if told is None else told

        procedure = kind(tell)
        window = user.CreateWindowExW(0, "STATIC", TITLE, 0, 0, 0, 0, 0, None, None, None, None)
        if not window:
            return
        kernel.SetProcessShutdownParameters(_FIRST, 0)
        user.SetWindowLongPtrW(window, _PROCEDURE, procedure)
        self._number = kernel.GetCurrentThreadId()
        self._ready.set()
        room = (ctypes.c_uint64 * 8)()  # a MSG has 48 bytes
        with contextlib.suppress(OSError):
            while user.GetMessageW(room, None, 0, 0) > 0:
                user.DispatchMessageW(room)
        user.DestroyWindow(window)
