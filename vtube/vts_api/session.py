"""One plug-in's connection, and what all connections share."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vtube.clock import Clock, monotonic
from vtube.signals import PLAIN, Colouring
from vtube.vts_api.asking import Asking
from vtube.vts_api.channels import Channel
from vtube.vts_api.injection import InjectionDriver, Injections
from vtube.vts_api.messages import ApiError, Data, ErrorID
from vtube.vts_api.plugins import Plugins, key_of
from vtube.vts_api.program import Program

Result = TypeVar("Result")


@dataclass(slots=True)
class Shared:
    """What every session works with.

    Attributes:
        channel: what a parameter moves, by its name.
        executor: for what blocks.
        sessions: those that are open, by their numbers.
        moves: counts the requests to move, so that a later one overtakes an earlier one that waits.
        loaded: when a plug-in last changed the character, monotonic seconds.
        tints: those of the sessions by their numbers, the latest one last.
        moved_told: sessions that know where she stands.
        told: who is told of a hotkey: its name, its action, its file and its ID.
    """

    program: Program
    plugins: Plugins
    asking: Asking
    injections: Injections
    driver: InjectionDriver
    channel: Callable[[str], Channel | None]
    executor: Executor
    clock: Clock = monotonic
    began: float = field(default_factory=monotonic)
    sessions: dict[int, Session] = field(default_factory=dict)
    moves: int = 0
    tints: dict[int, Colouring] = field(default_factory=dict)
    loaded: float = float("-inf")
    moved_told: set[int] = field(default_factory=set)
    told: Callable[[str, str, str, str], None] = lambda name, action, file, number: None

    async def blocking(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Do what may block in a thread, and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work, *arguments)

    def tint(self, number: int, colouring: Colouring) -> None:
        """Show the tint of the session of that number, or end it; then the one before shows again."""
        before = self.tints.pop(number, PLAIN)
        if colouring != PLAIN:
            self.tints[number] = colouring
        if colouring != before:
            self.program.tint(next(reversed(self.tints.values()), PLAIN))

    def model(self) -> Data:
        """Name and ID of the character on air, as most answers have them."""
        name = self.program.name()
        return {"modelLoaded": True, "modelName": name, "modelID": identity("model", name)}


@dataclass(slots=True)
class Session:
    """One connection.

    Attributes:
        number: counted from 1.
        origin: of the web page that the plug-in is part of, empty for a program.
        plugin: (name, developer) of the plug-in that has shown its token, None before.
        revoked: the user has taken its right away meanwhile.
        subscriptions: event to its config.
        asking: the number of its open question.
    """

    number: int
    shared: Shared
    origin: str
    send: Callable[[str], Awaitable[None]]
    plugin: tuple[str, str] | None = None
    revoked: bool = False
    subscriptions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asking: int | None = None

    @property
    def key(self) -> str:
        """Of its plug-in; empty before it has shown its token."""
        return key_of(*self.plugin) if self.plugin is not None else ""

    @property
    def name(self) -> str:
        """Of its plug-in; empty before it has shown its token."""
        return self.plugin[0] if self.plugin is not None else ""

    def revoke(self) -> None:
        """Take its right away; what it does not ask for any more is refused."""
        self.plugin, self.revoked = None, True
        self.subscriptions.clear()
        self.shared.tint(self.number, PLAIN)
        self.shared.injections.forget(self.number, self.shared.clock())

    def check(self) -> None:
        """See that it may do something.

        Raises:
            ApiError: it has not shown its token, or may not any more.
        """
        if self.plugin is not None and not self.shared.plugins.has(self.key):
            self.revoke()
        if self.revoked:
            raise ApiError(ErrorID.TOKEN_DENIED, "the user has taken this plug-in's access away")
        if self.plugin is None:
            raise ApiError(ErrorID.NEEDS_AUTHENTICATION, "authenticate first: this needs a session with a token")


def identity(kind: str, name: str) -> str:
    """32 hexadecimal digits that are always the same for one thing, as VTube Studio's IDs look."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()[:32]
