"""The one clock of the program and the one way to wait for a moment of it.

`time.perf_counter` and not `time.monotonic`: before Python 3.13 the latter ticks only every 15.6 ms on Windows
(GetTickCount64), which is a whole frame. On Linux and macOS the two are the same clock.
`time.sleep` and not `Event.wait`: since Python 3.11 the former uses Windows' high-resolution timer, the latter
does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Monotonic seconds; only differences mean anything."""

Sleep = Callable[[float], None]
"""Waits for about so many seconds."""

LONGEST_NAP_S = 0.1
"""A waiting thread looks this often whether it should end."""

monotonic: Clock = time.perf_counter


def sleep_until(
    moment: float, stopped: Callable[[], bool], clock: Clock = monotonic, sleep: Sleep = time.sleep
) -> bool:
    """Wait until `clock()` has reached `moment`; False when `stopped()` became true first."""
    while not stopped():
        left = moment - clock()
        if left <= 0:
            return True
        sleep(min(left, LONGEST_NAP_S))
    return False
