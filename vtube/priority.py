"""A thread that must wake on time, beside an engine that uses every core; and a process that must not be noticed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def urgent_thread() -> Iterator[bool]:
    """Run the calling thread before ordinary ones, as far as the system lets it; gives whether it does.

    Windows: THREAD_PRIORITY_TIME_CRITICAL. macOS: the user-interactive quality of service. Linux: round-robin
    real-time scheduling, not inherited by threads it starts; needs a permission (`rtprio` in limits.conf, or root)
    that desktops give for audio, and without it nothing changes.
    """
    granted = _raise()
    try:
        yield granted
    finally:
        if granted:
            _lower()


NICENESS = 15


def lower_process() -> None:
    """Let this process take only what others leave; on Windows it is started so, with `LOW_PRIORITY`."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICENESS)


if sys.platform == "win32":
    import subprocess

    LOW_PRIORITY = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    """Creation flags of a process that takes only what others leave."""
    _NORMAL, _TIME_CRITICAL = 0, 15

    def _set(level: int) -> bool:
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        return bool(kernel.SetThreadPriority(kernel.GetCurrentThread(), level))

    def _raise() -> bool:
        return _set(_TIME_CRITICAL)

    def _lower() -> None:
        _set(_NORMAL)

elif sys.platform == "darwin":
    LOW_PRIORITY = 0
    _DEFAULT, _USER_INTERACTIVE = 0x15, 0x21

    def _set(quality: int) -> bool:
        return bool(ctypes.CDLL(None).pthread_set_qos_class_self_np(quality, 0) == 0)

    def _raise() -> bool:
        return _set(_USER_INTERACTIVE)

    def _lower() -> None:
        _set(_DEFAULT)

else:
    LOW_PRIORITY = 0

    def _raise() -> bool:
        try:
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
        except (OSError, AttributeError):
            return False
        return True

    def _lower() -> None:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
