"""What Twitch's web interface, Helix, is asked for, with a user's token.

https://dev.twitch.tv/docs/api/reference/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from vtube.chat.base import LostError
from vtube.text import first_line, hidden

HELIX = "https://api.twitch.tv/helix"
IDENTITY = "https://id.twitch.tv"
SEND_PAUSE_S = 30.0
"""In this time the number of messages that may be sent is counted."""


class TokenError(Exception):
    """The token is not taken; the line says why."""


class BusyError(Exception):
    """Too much was asked; nothing more should be for `pause_s` seconds."""

    def __init__(self, line: str, pause_s: float) -> None:
        super().__init__(line)
        self.pause_s = pause_s


@dataclass(frozen=True, slots=True)
class Token:
    """What Twitch says about a token: whose it is, which program's, and what it may do."""

    user_id: str
    login: str
    client_id: str
    scopes: frozenset[str]


class Helix:
    """Asks for one token; it is in no error."""

    def __init__(self, token: str, *, address: str = HELIX, identity: str = IDENTITY) -> None:
        """Nothing is asked yet."""
        self._token, self._address, self._identity = token.removeprefix("oauth:"), address, identity
        self._client_id = ""

    async def validated(self, session: aiohttp.ClientSession) -> Token:
        """What Twitch knows of the token.

        Raises:
            TokenError: it is not good, or not a user's.
            LostError: Twitch does not say.
        """
        headers = {"Authorization": f"OAuth {self._token}"}
        status, value = await self._ask(session, "GET", f"{self._identity}/oauth2/validate", headers=headers)
        if status != 200:
            raise self._lost(status, value)
        scopes = value.get("scopes")
        token = Token(
            str(value.get("user_id") or ""),
            str(value.get("login") or ""),
            str(value.get("client_id") or ""),
            frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset(),
        )
        if not token.user_id:
            raise TokenError("the token is an application's and not a user's")
        self._client_id = token.client_id
        return token

    async def user_number(self, session: aiohttp.ClientSession, login: str) -> str:
        """The number of a user.

        Raises:
            TokenError: the token is not taken any more.
            LostError: Twitch does not say, or there is none of that name.
        """
        status, value = await self._helix(session, "GET", "/users", query={"login": login})
        if status != 200:
            raise self._lost(status, value)
        users = value.get("data")
        first = users[0] if isinstance(users, list) and users else None
        if not isinstance(first, dict) or not first.get("id"):
            raise LostError(f"Twitch knows no channel {login}")
        return str(first["id"])

    async def subscribe(
        self, session: aiohttp.ClientSession, kind: str, version: str, condition: Mapping[str, str], to: str
    ) -> str:
        """Have events sent to a WebSocket session; why Twitch refuses, or nothing.

        Raises:
            TokenError: the token is not taken any more.
            LostError: Twitch does not say.
        """
        body = {
            "type": kind,
            "version": version,
            "condition": dict(condition),
            "transport": {"method": "websocket", "session_id": to},
        }
        status, value = await self._helix(session, "POST", "/eventsub/subscriptions", body=body)
        if status in (202, 409):  # 409: there is one already
            return ""
        if status in (400, 403):
            return self._said(status, value)
        raise self._lost(status, value)

    async def send_chat(
        self, session: aiohttp.ClientSession, owner: str, sender: str, text: str, *, reply_to: str = ""
    ) -> tuple[str, str]:
        """Write into the chat of `owner`: the message's number, and why Twitch shows it to nobody, or nothing.

        Raises:
            TokenError: the token is not taken any more, or may not write there.
            BusyError: it was too much.
            LostError: Twitch refuses.
        """
        body = {"broadcaster_id": owner, "sender_id": sender, "message": text}
        body |= {"reply_parent_message_id": reply_to} if reply_to else {}
        status, value = await self._helix(session, "POST", "/chat/messages", body=body)
        if status == 429:
            raise BusyError(str(self._lost(status, value)), SEND_PAUSE_S)
        if status == 403:
            raise TokenError(str(self._lost(status, value)))
        if status != 200:
            raise self._lost(status, value)
        found = value.get("data")
        first = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
        reason = first.get("drop_reason")
        why = str(reason.get("message") or reason.get("code")) if isinstance(reason, dict) else "it gives no reason"
        return str(first.get("message_id") or ""), "" if first.get("is_sent") else first_line(hidden(why, self._token))

    async def _helix(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, Mapping[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token}", "Client-Id": self._client_id}
        return await self._ask(session, method, self._address + path, headers=headers, query=query, body=body)

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, Mapping[str, Any]]:
        async with session.request(
            method, address, headers=headers, params=query, json=body, allow_redirects=False
        ) as answer:
            try:
                value = await answer.json(content_type=None)
            except ValueError:
                value = None
            if answer.status == 401:
                raise TokenError("the token is not good any more")
            return answer.status, value if isinstance(value, dict) else {}

    def _lost(self, status: int, value: Mapping[str, Any]) -> LostError:
        return LostError(f"Twitch refuses ({status}): {self._said(status, value)}")

    def _said(self, status: int, value: Mapping[str, Any]) -> str:
        return first_line(hidden(str(value.get("message") or f"status {status}"), self._token))
