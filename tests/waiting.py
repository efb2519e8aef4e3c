"""Waiting in tests for what another thread or program does."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

PATIENCE_S = 30.0
"""Computers that run tests are busy; nothing waits so long where all is well."""
PROGRAM_S = 300.0
"""A program that imports networks takes half a minute to start on Windows while a virus scanner reads along."""
NAP_S = 0.002
LONGEST_NAP_S = 0.1
NAPS = 4
"""A look takes at most one part of this many and one: what is waited for needs the processor, too."""


def eventually(
    met: Callable[[], object], timeout_s: float = PATIENCE_S, meanwhile: Callable[[], object] | None = None
) -> bool:
    """Whether `met()` became true within `timeout_s`; `meanwhile`, where there is one, is called between looks."""
    begun = time.monotonic()
    end = begun + timeout_s
    while not met():
        looked = time.monotonic()
        if looked > end:
            return False
        if meanwhile is not None:
            meanwhile()
        time.sleep(min(max(NAP_S, NAPS * (looked - begun)), LONGEST_NAP_S))
        begun = time.monotonic()
    return True


def threads_and_files() -> tuple[int, int]:
    """How many threads and open files this process has (Linux)."""
    return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))


def no_more_than(before: tuple[int, int]) -> bool:
    """Whether threads and files are down to `before`; a thread that has just ended is still listed for a moment."""

    def down() -> bool:
        threads, files = threads_and_files()
        return threads <= before[0] and files <= before[1]

    return eventually(down)


async def break_off(transport: asyncio.BaseTransport | None) -> None:
    """End a connection as a network does, after what was written: on Windows `abort` would take that back."""
    assert isinstance(transport, asyncio.WriteTransport)
    async with asyncio.timeout(PATIENCE_S):
        while transport.get_write_buffer_size():
            await asyncio.sleep(NAP_S)
    transport.abort()
