"""Ctrl-C and other wishes to end: while nothing has begun that needs an end, the program leaves at once; then in order.

An exception in the middle of an import comes out of the oddest places, as a traceback of somebody else's package; so
the first second of a start knows no exception.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from vtube.processes.standard_input import patient

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it."""


OTHERS = tuple(name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""Wishes that the program end which are not Ctrl-C: of a service manager, of a terminal that is closed."""


class EndWishedError(KeyboardInterrupt):
    """One of OTHERS came; a command ends in order, as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number
        """As shells count it."""


def leave(number: int = signal.SIGINT, *_: object) -> None:
    """End this process at once, as Ctrl-C does while nothing has begun yet."""
    os._exit(128 + number)


def leave_with_input() -> None:
    """End this process at once when its standard input ends: whoever has started it holds the other end."""

    def read() -> None:
        source = None if sys.stdin is None else patient(sys.stdin.buffer)
        while source is not None and source.read(1):
            pass
        leave()

    threading.Thread(target=read, name="end of input", daemon=True).start()


def let_commands_end_in_order() -> None:
    """From now on Ctrl-C is a KeyboardInterrupt, where it was `leave` before, and OTHERS are one, too."""
    if signal.getsignal(signal.SIGINT) is not leave:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in _numbers():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end_in_order)


def leave_from_now_on() -> None:
    """The command has ended: no signal is to disturb what is left to do."""
    signal.signal(signal.SIGINT, leave)
    for number in _numbers():
        if signal.getsignal(number) is _end_in_order:
            signal.signal(number, leave)


@contextlib.contextmanager
def leaving_at_once() -> Iterator[None]:
    """While the block runs, which only imports and builds, Ctrl-C and OTHERS end the program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _numbers() if signal.getsignal(number) is _end_in_order]
    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, *ours)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _numbers() -> list[signal.Signals]:
    return [signal.Signals[name] for name in OTHERS]


def _end_in_order(number: int, _: FrameType | None) -> None:
    raise EndWishedError(number)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """While the block runs, Ctrl-C waits, and so it does in a process that is started there until it imports `vtube`.

    Before that, Python's own imports would answer with a traceback. Windows knows nothing of the kind.
    """
    if os.name == "nt":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def as_shells_count(code: int) -> int:
    """The exit code of a process that Python tells as minus the number of the signal that ended it."""
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def passing_on(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """While the block runs, OTHERS go on to a child that does the work; where this process ignores them, so does it.

    Windows tells a whole console.
    """
    ours = [number for number in _numbers() if os.name != "nt" and signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, lambda number, _: child.send_signal(number))
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


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
        for number in (signal.SIGINT, *_numbers()):
            signal.signal(number, self._end)

    def _end(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT:
            self.code = INTERRUPTED
        elif number == signal.SIGTERM and self._drain is not None and not self.drains:
            self.drains = True
            self._drain()
            return
        self._stop()
