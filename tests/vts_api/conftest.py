"""A service, and plug-ins that the user has let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.vts_api.rig import DEVELOPER, NAME, Plugin, Rig

Enter = Callable[..., Awaitable[Plugin]]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.service.close()


@pytest.fixture
async def connect(rig: Rig) -> AsyncIterator[Callable[..., Awaitable[Plugin]]]:
    """Opens a connection that has shown no token."""
    opened: list[Plugin] = []
    async with aiohttp.ClientSession() as session:

        async def open_one(origin: str | None = None) -> Plugin:
            opened.append(Plugin(await session.ws_connect(f"http://127.0.0.1:{rig.port}", origin=origin)))
            return opened[-1]

        yield open_one
        for one in opened:
            await one.socket.close()


@pytest.fixture
def enter(rig: Rig, connect: Enter) -> Enter:
    """Opens a connection of a plug-in that the user lets in."""

    async def come_in(name: str = NAME) -> Plugin:
        plugin = await connect()
        who = {"pluginName": name, "pluginDeveloper": DEVELOPER}
        asked = asyncio.create_task(plugin.data("AuthenticationToken", who))
        await asyncio.to_thread(rig.allow)
        token = (await asked)["authenticationToken"]
        assert (await plugin.data("Authentication", {**who, "authenticationToken": token}))["authenticated"] is True
        return plugin

    return come_in


@pytest.fixture
async def plugin(enter: Enter) -> Plugin:
    """One that is in."""
    return await enter()
