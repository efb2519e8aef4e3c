"""YouTube's Data API with a key: what is asked, what it costs, and what a refusal means."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from vtube.chat.base import Link, LostError, NotLiveError
from vtube.chat.youtube_messages import dict_of, list_of
from vtube.errors import ChatError
from vtube.text import first_line, hidden

ADDRESS = "https://www.googleapis.com/youtube/v3"
UNITS_PER_PAGE, UNITS_PER_LOOK = 5, 1
SHORTEST_WAIT_S, LONGEST_WAIT_S = 1.0, 120.0
RESET_UTC_OFFSET_H = -8
"""Quotas begin anew at midnight of the Pacific coast, in winter time; an hour of error costs nothing."""

ENDED = frozenset(("liveChatEnded", "liveChatNotFound", "liveChatDisabled"))
USED_UP = frozenset(("quotaExceeded", "dailyLimitExceeded"))
SPOILT = frozenset(("pageTokenInvalid", "invalidPageToken"))


class Quota:
    """The units that are left today, as far as this program has used them."""

    def __init__(self, units: int) -> None:
        self._a_day, self.used = units, 0
        self._day = ""

    def spend(self, units: int, moment: datetime) -> None:
        """Note that units were used; a new day begins with all of them."""
        day = (moment + timedelta(hours=RESET_UTC_OFFSET_H)).date().isoformat()
        if day != self._day:
            self._day, self.used = day, 0
        self.used += units

    @property
    def left(self) -> int:
        """Units that are left."""
        return max(0, self._a_day - self.used)

    def wait_s(self, asked_s: float, moment: datetime) -> float:
        """Seconds until the next poll: what the server asks for, or more, so that the units last until midnight."""
        local = moment + timedelta(hours=RESET_UTC_OFFSET_H)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        polls = self.left / UNITS_PER_PAGE
        even = (midnight - local).total_seconds() / polls if polls >= 1 else LONGEST_WAIT_S
        plenty = self.used < self._a_day // 4
        return max(asked_s, SHORTEST_WAIT_S) if plenty else min(max(asked_s, even), LONGEST_WAIT_S)


class RefusedError(Exception):
    """The API refuses; `reasons` are its own words for why."""

    def __init__(self, status: int, reasons: frozenset[str], line: str) -> None:
        super().__init__(f"YouTube refuses ({status}): {line}")
        self.status, self.reasons = status, reasons

    def meaning(self) -> Exception:
        """What it means for a chat: NotLiveError, LostError or ChatError."""
        if self.reasons & ENDED or self.status == 404:
            return NotLiveError("the stream is over, or its chat is off")
        if self.reasons & USED_UP:
            return NotLiveError("the key's quota of today is used up; OneComme reads YouTube without one", 900.0)
        if "rateLimitExceeded" in self.reasons or self.status == 429 or self.status >= 500:
            return LostError(str(self))
        if self.status in (400, 401, 403) and not self.reasons & SPOILT:
            return ChatError(str(self))
        return LostError(str(self), at_once=True)


class YoutubeApi:
    """Asks with one key, which is in no error, and counts the units."""

    def __init__(self, address: str, key: str, units: int) -> None:
        """`units`: what the key may use in a day."""
        self.address, self._key = address, key
        self.quota = Quota(units)

    async def get(self, link: Link, path: str, query: Mapping[str, str], units: int) -> dict[str, Any]:
        """The answer to a question that costs so many units.

        Raises:
            RefusedError: the API refuses.
            LostError: it answers with something else.
        """
        async with self.opened(link, path, query, units) as answer:
            value = await _json(answer)
            if not isinstance(value, dict):
                raise LostError("YouTube answers with something else than expected", at_once=True)
            return value

    @contextlib.asynccontextmanager
    async def opened(
        self,
        link: Link,
        path: str,
        query: Mapping[str, str],
        units: int,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer that is still to be read; a path that there is not costs nothing.

        Raises:
            RefusedError: the API refuses.
        """
        self._spend(link, units)
        headers = {"x-goog-api-key": self._key}
        timeout = timeout or link.session.timeout
        async with link.session.get(
            self.address + path, params=query, headers=headers, allow_redirects=False, timeout=timeout
        ) as answer:
            error = dict_of(dict_of(await _json(answer)).get("error")) if answer.status != 200 else {}
            if answer.status == 404 and not error:
                self._spend(link, -units)
            if answer.status != 200:
                raise self.refusal(answer.status, error)
            yield answer

    def refusal(self, status: int, error: Mapping[str, Any], *secrets: str) -> RefusedError:
        """What the object `error` of an answer says, without the key and other secrets."""
        reasons = frozenset(str(dict_of(one).get("reason")) for one in list_of(error.get("errors")))
        said = hidden(str(error.get("message") or "no reason is told"), self._key, *secrets)
        return RefusedError(status, reasons, first_line(said))

    def _spend(self, link: Link, units: int) -> None:
        self.quota.spend(units, datetime.now(UTC))
        link.details.update(quota_used=self.quota.used, quota_left=self.quota.left)

    def wait_s(self, asked_s: float) -> float:
        """Seconds until the next question, see `Quota.wait_s`."""
        return self.quota.wait_s(asked_s, datetime.now(UTC))


async def _json(answer: aiohttp.ClientResponse) -> object:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None
