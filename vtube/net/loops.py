"""The event loop of whatever serves or asks: the same kind on every system.

That of Windows, the Proactor, stops listening for good once a client is gone before it was accepted (CPython's issue
93821): a browser that is closed while it connects would take the control page and OBS' pictures with it. A UDP socket
of it hears nothing more once it has sent to a port where nobody listens (issues 91227 and 127057), as WebRTC does
while it looks for a way. It also tells of every connection that breaks off as of an error. What it can do more,
processes and pipes, nobody needs here.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from typing import Any

log = logging.getLogger(__name__)


def runner() -> asyncio.Runner:
    """What runs coroutines in a loop of its own, as `asyncio.Runner`."""
    return asyncio.Runner(loop_factory=_loop)


def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.SelectorEventLoop()
    loop.set_exception_handler(_tell)
    return loop


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody has caught is an error, but a client that has gone is none."""
    error = context.get("exception")
    if isinstance(error, ConnectionError) or (isinstance(error, OSError) and error.errno == errno.ENOTCONN):
        log.debug("%s: %s", context.get("message"), error)
    else:
        loop.default_exception_handler(context)
