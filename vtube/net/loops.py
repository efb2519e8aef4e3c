"""The event loop of whatever serves or asks: the same kind on every system.

That of Windows, the Proactor, stops listening for good once a client is gone before it was accepted (CPython's issue
93821): a browser that is closed while it connects would take the control page and OBS' pictures with it. A UDP socket
of it hears nothing more once it has sent to a port where nobody listens (issues 91227 and 127057), as WebRTC does
while it looks for a way. It also tells of every connection that breaks off as of an error. What it can do more,
processes and pipes, nobody needs here.

Its time is that of `vtube.clock`: before Python 3.13 asyncio's ticks every 15.6 ms on Windows, and calls everything
that is due before the next tick. Packets of 20 ms would leave in pairs.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from typing import Any

from vtube.clock import monotonic

log = logging.getLogger(__name__)


def runner() -> asyncio.Runner:
    """What runs coroutines in a loop of its own, as `asyncio.Runner`."""
    return asyncio.Runner(loop_factory=_loop)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._clock_resolution = time.get_clock_info("perf_counter").resolution  # asyncio's own, of its own clock

    def time(self) -> float:
        return monotonic()


def _loop() -> asyncio.AbstractEventLoop:
    loop = _Loop()
    loop.set_exception_handler(_tell)
    return loop


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody has caught is an error, but a client that has gone is none."""
    error = context.get("exception")
    if isinstance(error, ConnectionError) or (isinstance(error, OSError) and error.errno == errno.ENOTCONN):
        log.debug("%s: %s", context.get("message"), error)
    else:
        loop.default_exception_handler(context)
