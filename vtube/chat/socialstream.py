"""`socialstream:SESSION`: the browser extension Social Stream Ninja, which reads very many sites.

Its options "remote API control" and "send chat messages to API server" must be on. Who knows the session can read and
write: without one in the SPEC it comes from SOCIALSTREAM_SESSION.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from vtube.chat.base import ChatContext, Link, LostError
from vtube.chat.message import ChatMessage, Kind, Role
from vtube.chat.plain import plain_text
from vtube.chat.replies import NotSentError, Reply, Sent
from vtube.errors import Line, SettingsError
from vtube.spec import Spec

ADDRESS = "wss://io.socialstream.ninja"
SESSION = "SOCIALSTREAM_SESSION"
CHANNEL = 4
MAX_BYTES = 4 * 1024 * 1024
LIMIT, EVERY_S = 200, 2.0
"""Of the strictest site."""
MAX_ANSWER = 1000
FAILED = {
    "failed": 'no extension listens; is its option "remote API control" on?',
    "timeout": "the extension does not answer",
}
_SESSION = re.compile(r"[\w-]{3,64}")
_AMOUNT = re.compile(r"\d[\d.,]*")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₩": "KRW"}


class SocialStreamChat:
    """One session."""

    name = "socialstream"

    def __init__(self, spec: Spec, context: ChatContext) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: the session is none.
        """
        self._session = (spec.argument or os.environ.get(SESSION, "")).strip()
        if not _SESSION.fullmatch(self._session):
            raise SettingsError(
                "socialstream takes the session of Social Stream Ninja, such as socialstream:abc123, "
                f"or from the environment variable {SESSION}",
                "spec.argument",
                example="socialstream:abc123",
            )
        self._address = context.address(self.name, ADDRESS)
        self._numbers = itertools.count(1)

    def replier(self) -> SocialStreamReplies:
        """See `replies.Answerable`."""
        return SocialStreamReplies(self._address.replace("ws", "http", 1), self._session)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`."""
        async with link.session.ws_connect(self._address, heartbeat=20.0, max_msg_size=MAX_BYTES) as socket:
            await socket.send_str(json.dumps({"join": self._session, "out": CHANNEL, "in": CHANNEL}))
            link.live("the session")
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._deliver(message.data, link)
        raise LostError(Line("Social Stream closed the connection", "chat.closed"))

    def _deliver(self, data: str, link: Link) -> None:
        try:
            value = json.loads(data)
            found = message_of(value, f"n{next(self._numbers)}") if isinstance(value, dict) else None
        except (ValueError, TypeError, RecursionError):
            link.damaged(data[:200])
            return
        if found is not None:
            link.post(found)


class SocialStreamReplies:
    """Has the extension write into all chats that it reads: it cannot tell them apart.

    https://github.com/steveseguin/social_stream/blob/main/api.md
    """

    limit, every_s, is_thread, lacks = LIMIT, EVERY_S, False, ""

    def __init__(self, address: str, session: str) -> None:
        """Nothing is sent yet."""
        self._address, self._session = address, session

    async def send(self, session: aiohttp.ClientSession, reply: Reply) -> Sent:
        """See `replies.Replier`."""
        body = {"action": "sendChat", "value": reply.text}
        async with session.post(f"{self._address}/{self._session}", json=body, allow_redirects=False) as answer:
            said = (await answer.text())[:MAX_ANSWER].strip().strip('"')
            if answer.status >= 300 or said in FAILED:
                why = FAILED.get(said, f"status {answer.status}")
                raise NotSentError(f"Social Stream does not write it: {why}")
        return Sent()


def message_of(value: Mapping[str, Any], number: str) -> ChatMessage | None:
    """A frame as a message; None for an event and for what is no chat.

    Raises:
        TypeError, ValueError: it is damaged.
    """
    name, text = value.get("chatname"), value.get("chatmessage")
    donation = str(value.get("hasDonation") or "")
    if value.get("event") or not isinstance(name, str) or not isinstance(text, str) or not (text or donation):
        return None
    platform = str(value.get("type") or "site")
    text = text if value.get("textonly") else plain_text(text)
    name = plain_text(name)
    user_id = str(value.get("userid") or "")
    amount, currency = paid(donation, value.get("donoValue"))
    return ChatMessage(
        "socialstream",
        str(value.get("id") or number),
        name or "somebody",
        text.strip(),
        user_id=f"{platform}-{user_id}" if user_id else f"{platform}-{weak_id(name)}",
        kind=Kind.PAID if donation else Kind.TEXT,
        amount=amount,
        currency=currency,
        roles=_roles(value),
    )


def paid(text: str, value: object) -> tuple[float, str]:
    """The amount and the currency of a donation such as "$5.00" or "100 bits"."""
    found = _AMOUNT.search(text)
    number = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    elif found is not None:
        plain = found[0].rstrip(".,").replace(",", "")
        number = float(plain) if plain.count(".") <= 1 else 0.0
    sign = next((currency for sign, currency in _SIGNS.items() if sign in text), "")
    word = re.search(r"[A-Za-z]{3,10}", text)
    return number, sign or (word[0] if word else "")


def weak_id(name: str) -> str:
    """A number for a viewer of a site that gives none: by name, and so only as good as that."""
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:16]


def _roles(value: Mapping[str, Any]) -> frozenset[Role]:
    marks = {"moderator": Role.MODERATOR, "mod": Role.MODERATOR, "membership": Role.MEMBER, "vip": Role.VIP}
    roles = {role for mark, role in marks.items() if value.get(mark)}
    return frozenset(roles | ({Role.OWNER} if value.get("host") else set()))
