"""What the routes work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.control import Control
from vtube.server.encode import SharedEncoder

Result = TypeVar("Result")


@dataclass(slots=True)
class Services:
    """One server's tools.

    Attributes:
        control: the program.
        broadcast: where the newest frame hangs.
        png, jpeg: the broadcast's encoders, shared by all clients.
        encoders: threads for encoding and muxing.
        slow: one thread for what the control says may block.
        streams: the tasks that are streaming to a client now.
    """

    control: Control
    broadcast: FrameBroadcast
    png: SharedEncoder
    jpeg: SharedEncoder
    encoders: Executor
    slow: Executor
    streams: set[asyncio.Task[object]] = field(default_factory=set)


SERVICES = web.AppKey("services", Services)


async def in_thread(executor: Executor, work: Callable[..., Result], *arguments: object) -> Result:
    """Run `work` off the event loop and wait for its result."""
    return await asyncio.get_running_loop().run_in_executor(executor, work, *arguments)
