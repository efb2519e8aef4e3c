"""`onecomme`: the program OneComme (わんコメ), which reads Niconico, TwitCasting, TikTok, Kick, YouTube and more.

https://onecomme.com/docs/developer/websocket-api
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from vtube.chat.base import ChatContext, Link, LostError
from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role
from vtube.chat.plain import plain_text
from vtube.chat.replies import NotSentError, Reply, Sent
from vtube.errors import Line
from vtube.spec import Spec

ADDRESS = "ws://127.0.0.1:11180/sub?p=comments,deleted,clear"
MAX_BYTES = 16 * 1024 * 1024
MOST_FRAMES = 2000
LIMIT, EVERY_S = 300, 1.0
USER = "vtube"
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
        self._frames: OrderedDict[str, str] = OrderedDict()
        """The frame in which OneComme shows a comment, by the comment's number."""

    def replier(self) -> OneCommeReplies:
        """See `replies.Answerable`."""
        return OneCommeReplies(http_of(self._address), self._frames)

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
        raise LostError(Line("OneComme closed the connection", "chat.closed"))

    def _deliver(self, value: Mapping[str, Any], link: Link) -> None:
        kind, data = value.get("type"), value.get("data")
        if kind == "comments" and isinstance(data, Mapping):
            for comment in _list(data.get("comments")):
                try:
                    message = message_of(comment)
                    self._frames[message.id] = str(comment["id"])
                    link.post(message)
                except (LookupError, TypeError, ValueError, AttributeError) as error:
                    link.damaged(error)
            while len(self._frames) > MOST_FRAMES:
                self._frames.popitem(last=False)
        elif kind == "deleted":
            for one in _removals(data):
                link.post(one)
        elif kind == "clear":
            link.post(Removal(self.name))


class OneCommeReplies:
    """Shows answers in OneComme, and in the template that it gives to OBS, in the frame of the comment."""

    limit, every_s, is_thread, lacks = LIMIT, EVERY_S, False, ""

    def __init__(self, address: str, frames: Mapping[str, str]) -> None:
        """`frames` by the number of the comment that is answered."""
        self._address, self._frames = address, frames
        self._numbers = itertools.count(1)
        self._run = secrets.token_hex(4)

    async def send(self, session: aiohttp.ClientSession, reply: Reply) -> Sent:
        """See `replies.Replier`."""
        number = f"vtube-{self._run}-{next(self._numbers)}"
        comment = {
            "id": number,
            "userId": USER,
            "name": reply.by,
            "badges": [],
            "profileImage": "",
            "comment": escape(reply.text, quote=False),
            "hasGift": False,
            "isOwner": False,
            "timestamp": int(1000 * time.time()),
        }
        body = {"service": {"id": self._frames.get(reply.to.id, "")}, "comment": comment}
        async with session.post(f"{self._address}/api/comments", json=body, allow_redirects=False) as answer:
            if answer.status >= 300:
                raise NotSentError(f"OneComme refuses ({answer.status})")
        return Sent(number)


def http_of(address: str) -> str:
    """Where the program's own interface is, by the address of its WebSocket."""
    parts = urlsplit(address)
    return f"{parts.scheme.replace('ws', 'http', 1)}://{parts.netloc}"


def message_of(comment: Mapping[str, Any]) -> ChatMessage:
    """One comment; its number is in its data, as the outer one is that of OneComme's frame.

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
        str(data["id"]),
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
