"""Ctrl-C: while nothing has begun that needs an end, the program leaves at once; after that commands end in order.

An exception in the middle of an import comes out of the oddest places, as a traceback of somebody else's package; so
the first second of a start knows no exception.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from vtube.standard_input import patient

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it."""


def leave(*_: object) -> None:
    """End this process at once, as Ctrl-C does while nothing has begun yet."""
    os._exit(INTERRUPTED)


def leave_with_input() -> None:
    """End this process at once when its standard input ends: whoever has started it holds the other end."""

    def read() -> None:
        source = None if sys.stdin is None else patient(sys.stdin.buffer)
        while source is not None and source.read(1):
            pass
        leave()

    threading.Thread(target=read, name="end of input", daemon=True).start()


def let_commands_end_in_order() -> None:
    """From now on Ctrl-C is a KeyboardInterrupt, where it was `leave` before."""
    if signal.getsignal(signal.SIGINT) is leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def leaving_at_once() -> Iterator[None]:
    """While the block runs, which only imports and builds, Ctrl-C ends the program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class EndSignals:
    """Ctrl-C and the system's wishes that the program end call `stop`; from the main thread, for good.

    A service manager's wish, SIGTERM, calls `drain` where there is one, and `stop` when it comes a second time.
    """

    def __init__(self, stop: Callable[[], object], drain: Callable[[], object] | None = None) -> None:
        self._stop, self._drain = stop, drain
        self.code = 0
        """What the program should exit with: 130 after Ctrl-C."""
        self.drains = False
        """Whether `drain` was called."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._end)

    def _end(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT:
            self.code = INTERRUPTED
        elif number == signal.SIGTERM and self._drain is not None and not self.drains:
            self.drains = True
            self._drain()
            return
        self._stop()
