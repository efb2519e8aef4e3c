"""Threads of our own: started, asked to end, waited for, closed together within one deadline.

And their rank: a thread that must wake on time beside an engine that uses every core, and a process that must not be
noticed.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from vtube.clock import monotonic

log = logging.getLogger(__name__)
T = TypeVar("T")

_WISHES = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")]
JOIN_S = 2.0
"""A thread that has not ended by then is left alone: it hangs in a driver, and is a daemon."""


@contextlib.contextmanager
def children_ignore_interrupts() -> Iterator[None]:
    """Processes that are started in the block know no Ctrl-C: whoever started them gets the same one and ends them.

    In the main thread wishes that the program end, Ctrl-C too, are kept until the end of the block, as a start that is
    cut short leaves a child with half of what it needs. On Windows a child gets Ctrl-C.
    """
    came: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    known = {one: signal.getsignal(one) for one in _WISHES} if main else {}
    ours = {one: handler for one, handler in known.items() if handler not in (None, signal.SIG_IGN)}
    try:
        for number in ours:
            signal.signal(number, lambda number, _: came.append(number))
        with _deaf_children():
            yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for wish in dict.fromkeys(came):
            handler = ours[signal.Signals(wish)]
            handler(wish, None) if callable(handler) else signal.raise_signal(wish)


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """A process inherits what is blocked in the thread that starts it; other threads still hear of Ctrl-C."""
    if os.name == "nt":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # begun with the first child of `multiprocessing`, it would unblock Ctrl-C
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def join_all(threads: Iterable[threading.Thread | None], seconds: float) -> bool:
    """Wait, at most `seconds` together, for threads that may not be begun; whether all have ended.

    A thread does not wait for itself.
    """
    deadline, here = monotonic() + seconds, threading.current_thread()
    begun = [thread for thread in threads if thread is not None and thread.is_alive() and thread is not here]
    for thread in begun:
        thread.join(max(0.0, deadline - monotonic()))
    return not any(thread.is_alive() for thread in begun)


def within(seconds: float, work: Callable[[], T], name: str) -> T:
    """What `work` returns, done in a daemon thread of that name, which is left behind when it hangs.

    Raises:
        TimeoutError: it is not done in `seconds`. What it raises itself comes through.
    """
    answer: Future[T] = Future()

    def do() -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # noqa: BLE001 - it is the caller's
            answer.set_exception(error)

    threading.Thread(target=do, name=name, daemon=True).start()
    return answer.result(seconds)


class Worker:
    """One daemon thread that runs until it is asked to end.

    `run` gets the event that asks it to end, and should look at it at least ten times a second or wait on it.
    An exception that leaves `run` is logged with the thread's name and ends the thread.
    """

    def __init__(self, name: str, run: Callable[[threading.Event], None], *, prompt: bool = False) -> None:
        """Nothing runs yet; `prompt`: see `prompt_thread`."""
        self.name = name
        self.stopping = threading.Event()
        self._run = run
        self._prompt = prompt
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def current(self) -> bool:
        """Whether the caller is this thread."""
        return self._thread is threading.current_thread()

    def start(self) -> None:
        """Start the thread; nothing happens while it runs already."""
        if self.alive:
            return
        self.stopping.clear()
        self._thread = threading.Thread(target=self._guarded, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self.stopping.set()

    def join(self, seconds: float = JOIN_S) -> bool:
        """Wait for its end, at most `seconds`; whether it has ended. A thread does not wait for itself."""
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(max(0.0, seconds))
        return not thread.is_alive()

    def close(self, seconds: float = JOIN_S) -> bool:
        """Ask it to end and wait, at most `seconds`; whether it has ended."""
        self.stop()
        return self.join(seconds)

    def _guarded(self) -> None:
        try:
            with prompt_thread() if self._prompt else contextlib.nullcontext():
                self._run(self.stopping)
        except Exception as error:
            log.error("%s stopped: %s", self.name, error, exc_info=error)


def quietly(action: Callable[[], object]) -> None:
    """Do `action`; what goes wrong is logged and goes no further."""
    try:
        action()
    except Exception as error:
        log.warning("%s", error)
        log.debug("passed over", exc_info=error)


def close_together(parts: Iterable[tuple[str, Callable[[], object]]], seconds: float) -> list[str]:
    """Close `parts` (name, closer) at the same time, within `seconds` altogether; the names of those that hang.

    The time counts from when all have begun: on a busy computer that alone takes a while, which is no part's fault.
    """
    threads = [
        threading.Thread(target=quietly, args=(closer,), name=f"close {name}", daemon=True) for name, closer in parts
    ]
    for thread in threads:
        thread.start()
    deadline = monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    return [thread.name.removeprefix("close ") for thread in threads if thread.is_alive()]


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


@contextlib.contextmanager
def prompt_thread() -> Iterator[bool]:
    """Let the calling thread wait for few others, as far as the system lets it; gives whether it does.

    For a thread that works much and holds the interpreter's lock meanwhile: were it put aside for ordinary programs
    with the lock in its hands, urgent threads would wait for it. Windows: THREAD_PRIORITY_ABOVE_NORMAL. macOS: the
    user-initiated quality of service. Linux: a niceness of -15, which needs the same kind of permission (`nice` in
    limits.conf, or root); threads that were started meanwhile are ordinary again at the end.
    """
    granted = _hasten()
    try:
        yield granted
    finally:
        if granted:
            _calm()


def be_ordinary() -> None:
    """Make the calling thread ordinary, whatever thread has started it: for pools that a prompt thread begins."""
    _calm()


@contextlib.contextmanager
def live_process() -> Iterator[None]:
    """While the block runs, this process keeps time, whoever looks at its window; `full_speed` stays after it.

    Windows: timers tick every millisecond instead of every 15.6: those of sockets and of locks with a limit, by which
    threads wait for the interpreter, too. Elsewhere they always do.
    """
    full_speed()
    if sys.platform == "win32":
        ctypes.WinDLL("winmm").timeBeginPeriod(1)
    try:
        yield
    finally:
        if sys.platform == "win32":
            ctypes.WinDLL("winmm").timeEndPeriod(1)


NICENESS = 15
PROMPT_NICENESS = -15


def lower_process(niceness: int = NICENESS) -> None:
    """Let this process take only what others leave; on Windows it is started so, with `LOW_PRIORITY`."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, max(niceness, os.getpriority(os.PRIO_PROCESS, 0)))


def full_speed() -> bool:
    """Let this process be as quick with its window minimised or covered as in front; whether that was arranged.

    Windows 11 sends programs that nobody sees to slow cores at a low clock, and lets their timers tick slowly.
    """
    if sys.platform == "win32":
        return _unthrottle(_SPEED | _TIMERS) or _unthrottle(_SPEED)
    return False


if sys.platform == "win32":
    import subprocess

    LOW_PRIORITY = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    """Creation flags of a process that takes only what others leave."""
    _NORMAL, _ABOVE_NORMAL, _TIME_CRITICAL = 0, 1, 15

    def _set(level: int) -> bool:
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        return bool(kernel.SetThreadPriority(kernel.GetCurrentThread(), level))

    _POWER_THROTTLING, _VERSION = 4, 1
    _SPEED, _TIMERS = 1, 4
    """Of PROCESS_POWER_THROTTLING_STATE; Windows 10 knows the first only."""

    def _unthrottle(what: int) -> bool:
        state = (ctypes.c_uint32 * 3)(_VERSION, what, 0)
        itself, size = ctypes.c_void_p(-1), ctypes.sizeof(state)
        try:
            return bool(ctypes.WinDLL("kernel32").SetProcessInformation(itself, _POWER_THROTTLING, state, size))
        except AttributeError:  # before Windows 8
            return False

    def _raise() -> bool:
        return _set(_TIME_CRITICAL)

    def _lower() -> None:
        _set(_NORMAL)

    def _hasten() -> bool:
        return _set(_ABOVE_NORMAL)

    _calm = _lower

elif sys.platform == "darwin":
    LOW_PRIORITY = 0
    _DEFAULT, _USER_INITIATED, _USER_INTERACTIVE = 0x15, 0x19, 0x21

    def _set(quality: int) -> bool:
        return bool(ctypes.CDLL(None).pthread_set_qos_class_self_np(quality, 0) == 0)

    def _raise() -> bool:
        return _set(_USER_INTERACTIVE)

    def _lower() -> None:
        _set(_DEFAULT)

    def _hasten() -> bool:
        return _set(_USER_INITIATED)

    _calm = _lower

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

    _prompt: set[int] = set()
    """The threads that are meant to be prompt; whatever else is has inherited it."""

    def _hasten() -> bool:
        """On Linux a thread has a niceness of its own; a change counts for the one that calls."""
        _prompt.add(threading.get_native_id())
        try:
            os.setpriority(os.PRIO_PROCESS, 0, PROMPT_NICENESS)
        except OSError:
            _prompt.discard(threading.get_native_id())
            return False
        return True

    def _calm() -> None:
        _prompt.discard(threading.get_native_id())
        usual = os.getpriority(os.PRIO_PROCESS, os.getpid())
        for thread in map(int, os.listdir("/proc/self/task")):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if thread not in _prompt and os.getpriority(os.PRIO_PROCESS, thread) == PROMPT_NICENESS:
                    os.setpriority(os.PRIO_PROCESS, thread, usual)
