"""Answers written into YouTube's live chat.

https://developers.google.com/youtube/v3/live/docs/liveChatMessages/insert
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from vtube.chat.replies import NotSentError, Reply, Sent
from vtube.chat.youtube_api import USED_UP, RefusedError, YoutubeApi
from vtube.chat.youtube_messages import dict_of
from vtube.clock import monotonic
from vtube.text import first_line, hidden

LIMIT = 200
EVERY_S = 4.0
UNITS = 20
TOKENS = "https://oauth2.googleapis.com/token"
REFRESH, CLIENT, SECRET = "YOUTUBE_REFRESH_TOKEN", "YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET"
EARLY_S = 120.0
"""So long before its end a token is fetched anew."""
BUSY_S = 30.0
FORBIDDEN = frozenset(("forbidden", "insufficientPermissions"))


class UserToken:
    """A user's token: one that is given and lasts an hour, or one that is fetched anew as often as needed."""

    def __init__(self, variable: str, address: str = TOKENS) -> None:
        """Read from the environment."""
        self._token = os.environ.get(variable, "").strip()
        self._refresh = {name: os.environ.get(name, "").strip() for name in (REFRESH, CLIENT, SECRET)}
        self._address = address
        self._until = float("inf") if self._token else float("-inf")
        self.lacks = ""
        if not self._token and not all(self._refresh.values()):
            self.lacks = f"it needs {REFRESH}, {CLIENT} and {SECRET}, or for an hour a token in {variable}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be shown nowhere."""
        return (self._token, *self._refresh.values())

    async def bearer(self, session: aiohttp.ClientSession) -> str:
        """The token of this moment.

        Raises:
            NotSentError: there is none any more.
        """
        if monotonic() >= self._until - EARLY_S:
            await self._fetch(session)
        return self._token

    def spoil(self) -> bool:
        """It is not taken any more; whether another one can be fetched."""
        self._until = float("-inf")
        return all(self._refresh.values())

    async def _fetch(self, session: aiohttp.ClientSession) -> None:
        body = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh[REFRESH],
            "client_id": self._refresh[CLIENT],
            "client_secret": self._refresh[SECRET],
        }
        async with session.post(self._address, data=body, allow_redirects=False) as answer:
            value = dict_of(await _json(answer))
        token, life = value.get("access_token"), value.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not token:
            why = first_line(hidden(str(value.get("error_description") or value.get("error") or "?"), *self.secrets))
            for_good = answer.status in (400, 401, 403)
            raise NotSentError(f"Google gives no token ({answer.status}): {why}", BUSY_S, for_good=for_good)
        self._token = token
        self._until = monotonic() + (float(life) if isinstance(life, int | float) else 3600.0)


class YoutubeReplies:
    """Writes into the chat that is read."""

    limit, every_s, is_thread = LIMIT, EVERY_S, False

    def __init__(self, api: YoutubeApi, chat: Callable[[], str], token: UserToken) -> None:
        """`chat` gives the number of the chat, empty for none yet; `api` counts the units."""
        self._api, self._chat, self._token = api, chat, token
        self.lacks = token.lacks

    async def send(self, session: aiohttp.ClientSession, reply: Reply) -> Sent:
        """See `replies.Replier`."""
        chat = self._chat()
        if not chat:
            raise NotSentError("the stream has no chat now")
        if self._api.quota.left < UNITS:
            raise NotSentError("the quota of today is used up")
        snippet = {
            "liveChatId": chat,
            "type": "textMessageEvent",
            "textMessageDetails": {"messageText": reply.text},
        }
        headers = {"Authorization": f"Bearer {await self._token.bearer(session)}"}
        self._api.quota.spend(UNITS, datetime.now(UTC))
        address = f"{self._api.address}/liveChat/messages"
        async with session.post(
            address, params={"part": "snippet"}, json={"snippet": snippet}, headers=headers, allow_redirects=False
        ) as answer:
            value = dict_of(await _json(answer))
            if answer.status != 200:
                raise self._meaning(self._api.refusal(answer.status, dict_of(value.get("error")), *self._token.secrets))
        author = dict_of(value.get("snippet")).get("authorChannelId")
        return Sent(str(value.get("id") or ""), str(author or ""))

    def _meaning(self, error: RefusedError) -> NotSentError:
        if error.status == 401:
            return NotSentError(str(error), for_good=not self._token.spoil())
        if error.reasons & USED_UP:
            return NotSentError("the quota of today is used up", BUSY_S)
        if error.status == 429 or error.status >= 500 or "rateLimitExceeded" in error.reasons:
            return NotSentError(str(error), BUSY_S)
        for_good = error.status == 403 and bool(error.reasons & FORBIDDEN)
        return NotSentError(str(error), for_good=for_good)


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None
