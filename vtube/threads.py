"""Threads of our own: started, asked to end, waited for; and several parts closed within one deadline."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from vtube.clock import monotonic

log = logging.getLogger(__name__)

JOIN_S = 2.0
"""A thread that has not ended by then is left alone: it hangs in a driver, and is a daemon."""


class Worker:
    """One daemon thread that runs until it is asked to end.

    `run` gets the event that asks it to end, and should look at it at least ten times a second or wait on it.
    An exception that leaves `run` is logged with the thread's name and ends the thread.
    """

    def __init__(self, name: str, run: Callable[[threading.Event], None]) -> None:
        self.name = name
        self.stopping = threading.Event()
        self._run = run
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
    """Close `parts` (name, closer) at the same time, within `seconds` altogether; the names of those that hang."""
    deadline = monotonic() + seconds
    threads = [
        threading.Thread(target=quietly, args=(closer,), name=f"close {name}", daemon=True) for name, closer in parts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    return [thread.name.removeprefix("close ") for thread in threads if thread.is_alive()]
