"""`onecomme`: the program OneComme (わんコメ), which reads Niconico, TwitCasting, TikTok, Kick, YouTube and more.

https://onecomme.com/docs/developer/websocket-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp

from vtube.chat.base import ChatContext, Link, LostError
from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role
from vtube.chat.plain import plain_text
from vtube.spec import Spec

ADDRESS = "ws://127.0.0.1:11180/sub?p=comments,deleted,clear"
MAX_BYTES = 16 * 1024 * 1024
_ROLES = {
    "isOwner": Role.OWNER,
    "isModerator": Role.MODERATOR,
    "isMember": Role.MEMBER,
    "isFirstTime": Role.FIRST_TIME,
}


class OneCommeChat:
    """What OneComme shows; the comments that were there before are passed over."""

    name = "onecomme"

    def __init__(self, _spec: Spec, context: ChatContext) -> None:
        """Nothing is opened yet."""
        self._address = context.address(self.name, ADDRESS)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`."""
        async with link.session.ws_connect(self._address, heartbeat=20.0, max_msg_size=MAX_BYTES) as socket:
            link.live("OneComme")
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                try:
                    value = message.json()
                except ValueError:
                    value = None
                if isinstance(value, dict):
                    self._deliver(value, link)
                else:
                    link.damaged(message.data[:200])
        raise LostError("OneComme closed the connection")

    def _deliver(self, value: Mapping[str, Any], link: Link) -> None:
        kind, data = value.get("type"), value.get("data")
        if kind == "comments" and isinstance(data, Mapping):
            for comment in _list(data.get("comments")):
                try:
                    link.post(message_of(comment))
                except (LookupError, TypeError, ValueError, AttributeError) as error:
                    link.damaged(error)
        elif kind == "deleted":
            for one in _removals(data):
                link.post(one)
        elif kind == "clear":
            link.post(Removal(self.name))


def message_of(comment: Mapping[str, Any]) -> ChatMessage:
    """One comment.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: it is damaged.
    """
    data = comment["data"]
    platform = str(comment.get("service") or "")
    text = str(data.get("speechText") or "") or plain_text(str(data.get("comment") or ""))
    price, bits = float(data.get("price") or 0), float(data.get("bits") or 0)
    user_id = str(data.get("userId") or "")
    return ChatMessage(
        "onecomme",
        str(comment.get("id") or data["id"]),
        str(data.get("nickname") or data.get("displayName") or data.get("name") or "somebody"),
        text,
        user_id=f"{platform}-{user_id}" if user_id else "",
        kind=Kind.PAID if price or bits else Kind.GIFT if data.get("hasGift") else Kind.TEXT,
        amount=price or bits,
        currency=str(data.get("unit") or "") if price else "bits" if bits else "",
        roles=frozenset(role for mark, role in _ROLES.items() if data.get(mark)),
        time=_time(data.get("timestamp")),
    )


def _removals(data: object) -> Iterator[Arrival]:
    """Both shapes there are: numbers, and objects with a number."""
    for one in _list(data):
        number = one.get("id") if isinstance(one, dict) else one
        if isinstance(number, str) and number:
            yield Removal("onecomme", message_id=number)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _time(value: object) -> float:
    if isinstance(value, int | float):
        return float(value) / 1000
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
