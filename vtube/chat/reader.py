"""Keeps one chat source going: connects, waits for a stream, comes back after a fault, tells where it stands."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from vtube.chat.base import ChatSource, ChatState, Link, LostError, NotLiveError, OverError
from vtube.chat.message import Arrival, ChatMessage
from vtube.clock import Clock, monotonic
from vtube.errors import ChatError, Line
from vtube.text import first_line

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
STEADY_S = 60.0
"""A connection that stood so long starts the waits anew."""

log = logging.getLogger(__name__)


class ChatReader:
    """One source, its connection and its lamp."""

    def __init__(
        self,
        source: ChatSource,
        post: Callable[[Arrival], None],
        *,
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        room: Callable[[], Awaitable[None]] | None = None,
        randomness: random.Random | None = None,
    ) -> None:
        """`post` takes what arrives, in the thread of the loop that runs `run`; `room` as in `Link`."""
        self.name = source.name
        self.state = ChatState.OFF
        self.over = False
        """Whether nothing will ever come again; that it has failed is another thing."""
        self._source, self._post = source, post
        self._clock, self._sleep, self._room = clock, sleep, room
        self._random = randomness or random.Random()
        self._detail = ""
        self._reason = ""
        self._received = self._damaged = self._connections = 0
        self._live_since: float | None = None
        self._last_at: float | None = None
        self._details: dict[str, Any] = {}

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Listen until cancelled, or until it is plain that it can never work."""
        wait = FIRST_WAIT_S
        while True:
            pause = await self._once(session)
            if pause is None:
                return
            if self._live_since is not None and self._clock() - self._live_since >= STEADY_S:
                wait = FIRST_WAIT_S
            self._live_since = None
            if pause < 0:  # a fault: longer and longer
                pause, wait = wait, min(2 * wait, LONGEST_WAIT_S)
            await self._sleep(pause * self._random.uniform(0.75, 1.25))

    def status(self, now: float) -> dict[str, Any]:
        """The source's line in the state; `age_s` since the last message."""
        return {
            "name": self.name,
            "state": str(self.state),
            "detail": self._detail,
            "reason": self._reason,
            "received": self._received,
            "damaged": self._damaged,
            "connections": self._connections,
            "age_s": None if self._last_at is None else round(now - self._last_at, 3),
            **self._details,
        }

    async def _once(self, session: aiohttp.ClientSession) -> float | None:
        """Listen once; seconds to wait before the next time, less than 0 after a fault, None for never again."""
        self.state, self._connections = ChatState.CONNECTING, self._connections + 1
        try:
            await self._source.listen(self._link(session))
            self._fault(Line("the connection was closed", "chat.closed"))
        except NotLiveError as error:
            self.state, self._reason = ChatState.WAITING, str(error)
            return error.again_s
        except LostError as error:
            self._fault(first_line(error))
            return 0.0 if error.at_once else -1.0
        except OverError as error:
            self.state, self._detail = ChatState.OFF, str(error)
            self.over = True
            return None
        except ChatError as error:
            self.state, self._reason = ChatState.FAILED, str(error)
            log.warning("chat %s: %s", self.name, error)
            return None
        except TimeoutError:
            self._fault(Line("it does not answer in time", "chat.silent"))
        except (OSError, aiohttp.ClientError, asyncio.IncompleteReadError) as error:
            self._fault(Line(first_line(error), "chat.unreachable", {"reason": _system(error)}))
        except Exception as error:
            self._fault(f"something unexpected came: {first_line(error)}")
            log.debug("chat %s", self.name, exc_info=error)
        return -1.0

    def _link(self, session: aiohttp.ClientSession) -> Link:
        link = Link(
            session,
            self._arrived,
            self._live,
            self._count_damage,
            self._clock,
            self._sleep,
            self._details,
            self._random,
        )
        if self._room is not None:
            link.room = self._room
        return link

    def _fault(self, line: str) -> None:
        if self.state is ChatState.LIVE:
            log.warning("chat %s: %s; connecting anew", self.name, line)
        self.state, self._reason = ChatState.CONNECTING, line

    def _live(self, detail: str) -> None:
        if self._live_since is None:
            self._live_since = self._clock()
            log.info("chat %s: %s", self.name, detail)
        self.state, self._detail, self._reason = ChatState.LIVE, detail, ""

    def _count_damage(self, what: object) -> None:
        self._damaged += 1
        log.debug("chat %s: cannot read %.200r", self.name, what)

    def _arrived(self, what: Arrival) -> None:
        if isinstance(what, ChatMessage):
            self._received += 1
            self._last_at = self._clock()
        self._post(what)


def _system(error: Exception) -> str:
    """What the system says is wrong with a connection, without the address."""
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return getattr(inner, "strerror", None) or first_line(error)
