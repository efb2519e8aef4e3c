"""Windows: the launcher between a console and the Python of an environment, `.venv/Scripts/python.exe`.

It only waits for the real Python, and holds a job that ends that one with it. When the console's window is closed it
ends at once, and the real Python in the middle of closing (https://github.com/python/cpython/pull/96289). A job ends
its programs when nobody holds it any more: so this program holds it, too, and ends in order when the launcher is gone.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

LOOK_S = 0.5
_MAY_COPY_AND_WAIT = 0x0040 | 0x0010_0000
"""PROCESS_DUP_HANDLE, SYNCHRONIZE."""
_SAME_ACCESS, _ITSELF, _HIGHEST_HANDLE = 2, -1, 0x1000


class Launcher:
    """Until it is closed, calls `stop` when the launcher of this Python has ended.

    Args:
        stop: ends the program in order.
        begin: holds the job; returns what waits so many seconds for the launcher's end and tells whether it has come,
            or None where there is no launcher (default: the system's).
    """

    def __init__(
        self, stop: Callable[[], object], begin: Callable[[], Callable[[float], bool] | None] | None = None
    ) -> None:
        self._stop, self._begin = stop, begin or _held
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Hold the job and begin to watch."""
        has_ended = self._begin()
        if has_ended is not None:
            self._thread = threading.Thread(target=self._watch, args=(has_ended,), name="launcher", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Watch no longer; the job stays held, as its last holder's end is the program's."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_S)

    def _watch(self, has_ended: Callable[[float], bool]) -> None:
        while not self._closed.is_set():
            if has_ended(LOOK_S):
                self._stop()
                return


def _held() -> Callable[[float], bool] | None:
    if sys.platform != "win32" or sys.prefix == sys.base_prefix:
        return None
    kernel: Any = ctypes.WinDLL("kernel32")
    handle = ctypes.c_void_p
    kernel.OpenProcess.restype = handle
    kernel.DuplicateHandle.argtypes = [handle, handle, handle, ctypes.POINTER(handle), *[ctypes.c_uint32] * 3]
    kernel.IsProcessInJob.argtypes = [handle, handle, ctypes.POINTER(ctypes.c_int)]
    kernel.CloseHandle.argtypes = [handle]
    kernel.WaitForSingleObject.argtypes = [handle, ctypes.c_uint32]
    launcher = kernel.OpenProcess(_MAY_COPY_AND_WAIT, 0, os.getppid())
    if not launcher or not any(_is_job(kernel, launcher, number) for number in range(4, _HIGHEST_HANDLE, 4)):
        return None
    return lambda seconds: kernel.WaitForSingleObject(launcher, round(1000 * seconds)) == 0


def _is_job(kernel: Any, launcher: int, number: int) -> bool:
    """Whether that handle of the launcher's is the job of this program, which holds it from then on."""
    copy, inside = ctypes.c_void_p(), ctypes.c_int()
    if not kernel.DuplicateHandle(launcher, number, _ITSELF, ctypes.byref(copy), 0, 0, _SAME_ACCESS):
        return False
    if kernel.IsProcessInJob(_ITSELF, copy, ctypes.byref(inside)) and inside.value:
        return True
    kernel.CloseHandle(copy)
    return False
