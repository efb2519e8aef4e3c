"""A life as a service: tells systemd when the camera runs and that it still does, and says when it does not.

systemd's protocol (sd_notify(3)) is a datagram of lines to the socket that NOTIFY_SOCKET names. A unit with
`Type=notify` waits for READY; one with `WatchdogSec=` ends and restarts a program that is silent for so long.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from vtube.clock import Clock, monotonic
from vtube.threads import Worker

LOOK_S = 2.0
"""Between two looks where nobody asks for more."""

STILL_S = 10.0
"""Without a frame for so long the loop hangs."""

SLEPT_S = 8.0
"""So long after the last look the whole computer has slept, and not a part of the program."""

log = logging.getLogger(__name__)

Environment = Mapping[str, str]


class Service:
    """While the block runs, looks whether frames leave and pictures come, and tells systemd if there is one."""

    def __init__(
        self,
        frames: Callable[[float], int],
        stuck_s: Callable[[float], float | None],
        environment: Environment = os.environ,
        clock: Clock = monotonic,
    ) -> None:
        """Both are asked with the moment, monotonic seconds.

        Args:
            frames: how many have left.
            stuck_s: for how long the renderer hangs, or None.
            environment: where systemd says what it wants.
            clock: monotonic seconds.
        """
        self._frames, self._stuck_s, self._environment, self._clock = frames, stuck_s, environment, clock
        self._last_frames, self._last_change = -1, clock()
        self._last_look = clock()
        self._trouble: str | None = None
        self._worker = Worker("service", self._run)

    def __enter__(self) -> Self:
        notify("READY=1", self._environment)
        self._worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        notify("STOPPING=1", self._environment)
        self._worker.stop()

    def _run(self, stopping: threading.Event) -> None:
        wanted = watchdog_s(self._environment)
        while not stopping.wait(LOOK_S if wanted is None else min(LOOK_S, wanted / 3)):
            self.look()

    def look(self) -> None:
        """Say it once when something hangs, and once when it goes on; a watchdog hears of us only meanwhile."""
        before, self._trouble = self._trouble, self._found()
        if self._trouble is None:
            notify("WATCHDOG=1", self._environment)
        if before is None and self._trouble is not None:
            log.error("%s", self._trouble)
            notify(f"STATUS={self._trouble}", self._environment)
        elif before is not None and self._trouble is None:
            log.warning("it goes on")
            notify("STATUS=", self._environment)

    def _found(self) -> str | None:
        now = self._clock()
        slept, self._last_look = now - self._last_look > SLEPT_S, now
        if slept:  # everybody's time has passed, and the next look tells who goes on
            self._last_change = now
            return self._trouble
        frames, stuck = self._frames(now), self._stuck_s(now)
        if frames != self._last_frames:
            self._last_frames, self._last_change = frames, now
        if stuck is not None:
            return "the picture stands still: the engine, or the graphics driver under it, hangs; only a restart helps"
        if now - self._last_change > STILL_S:
            return f"no frame has left for {STILL_S:.0f} s"
        return None


def watchdog_s(environment: Environment) -> float | None:
    """How long systemd waits for a word of ours; None where it does not."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    with contextlib.suppress(ValueError):
        return int(environment.get("WATCHDOG_USEC", "")) / 1e6 or None
    return None


def notify(line: str, environment: Environment = os.environ) -> bool:
    """Tell systemd; whether there is one that listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(line.encode(), "\0" + address[1:] if address.startswith("@") else address)
        return True
    return False
