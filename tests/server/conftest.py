"""A real server on a free port, in front of a fake program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import aiohttp
import numpy as np
import pytest

from tests.fake_control import FakeControl
from vtube.frame import Frame, Rgb
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings


@dataclass
class Running:
    """A server and what stands behind it."""

    server: Server
    control: FakeControl
    broadcast: FrameBroadcast

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def over_black(frame: Frame) -> Rgb:
    return np.ascontiguousarray(frame[..., :3] * (frame[..., 3:] > 0))


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    """Starts a server with the given settings; stops it in the end."""
    started: list[Server] = []

    def start(**settings: object) -> Running:
        control, broadcast = FakeControl(), FrameBroadcast()
        server = Server(ServerSettings.model_validate({"port": 0, **settings}), control, broadcast, over_black)
        server.start()
        started.append(server)
        return Running(server, control, broadcast)

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def running(serve: Callable[..., Running]) -> Running:
    """A server with the default settings."""
    return serve()


@pytest.fixture
async def client(running: Running) -> AsyncIterator[aiohttp.ClientSession]:
    """A program that talks to `running`."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(running.url, timeout=timeout) as session:
        yield session


@pytest.fixture
def picture() -> Frame:
    """8 x 6 pixels of everything."""
    return np.random.default_rng(1).integers(0, 256, (6, 8, 4), np.uint8)
