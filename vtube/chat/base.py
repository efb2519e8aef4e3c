"""The seam of a chat source."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from vtube.chat.message import Arrival
from vtube.clock import Clock, monotonic
from vtube.settings import SourceSettings
from vtube.spec import Spec

if TYPE_CHECKING:
    import aiohttp


class ChatState(StrEnum):
    """Where a source stands."""

    OFF = "off"
    WAITING = "waiting"
    CONNECTING = "connecting"
    LIVE = "live"
    FAILED = "failed"


class NotLiveError(Exception):
    """The stream has not begun, or is over; the source is asked again after `again_s` seconds."""

    def __init__(self, line: str, again_s: float = 15.0) -> None:
        super().__init__(line)
        self.again_s = again_s


class LostError(Exception):
    """The connection is gone; the line says why. It is made anew, at once where `at_once` is true."""

    def __init__(self, line: str, *, at_once: bool = False) -> None:
        super().__init__(line)
        self.at_once = at_once


class OverError(Exception):
    """Nothing will ever come again, as after the end of a file; the line says so."""


async def _at_once() -> None:
    """There always is room."""


@dataclass(slots=True)
class Link:
    """What a source works with while it listens.

    Attributes:
        session: the program's HTTP client.
        post: takes what arrives.
        live: says that the connection stands; its text is shown, such as the channel's name.
        damaged: counts what could not be read; nothing in a chat may end the source.
        clock, sleep: time, for tests.
        details: what else the state shows, such as the quota that is left.
        random: for jitter and anonymous names.
        room: waits a little until a hundred messages are taken in; for a source that loses nothing meanwhile.
    """

    session: aiohttp.ClientSession
    post: Callable[[Arrival], None]
    live: Callable[[str], None]
    damaged: Callable[[object], None]
    clock: Clock = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    details: dict[str, Any] = field(default_factory=dict)
    random: random.Random = field(default_factory=random.Random)
    room: Callable[[], Awaitable[None]] = _at_once


class ChatSource(Protocol):
    """Reads one chat."""

    name: str
    """The source, as messages carry it: `twitch`."""

    async def listen(self, link: Link) -> None:
        """Connect and hand over what arrives until the connection ends.

        Raises:
            NotLiveError: there is no chat yet, or no longer.
            LostError: the connection is gone.
            OverError: nothing will ever come again.
            ChatError: it never can work; the message says what to do.
            OSError, TimeoutError, aiohttp.ClientError: as their names say.
        """


@dataclass(frozen=True, slots=True)
class ChatContext:
    """What a source is made with."""

    settings: SourceSettings

    def address(self, source: str, usual: str) -> str:
        """Where the source is, from the settings or `usual`."""
        return self.settings.addresses.get(source, usual).rstrip("/")


class NoChat:
    """`none`: nobody writes."""

    name = "none"

    def __init__(self, _spec: Spec, _context: ChatContext) -> None:
        """Nothing to open."""

    async def listen(self, _link: Link) -> None:
        """Nothing arrives."""
        await asyncio.Event().wait()
