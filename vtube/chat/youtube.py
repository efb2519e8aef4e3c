"""`youtube:VIDEO`: the chat of a live stream by polling YouTube's Data API; the key comes from YOUTUBE_API_KEY.

https://developers.google.com/youtube/v3/live/docs/liveChatMessages/list
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from vtube.chat.base import ChatContext, Link, LostError, NotLiveError
from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role
from vtube.errors import ChatError, SettingsError
from vtube.spec import Spec
from vtube.text import first_line, hidden

ADDRESS = "https://www.googleapis.com/youtube/v3"
UNITS_PER_POLL, UNITS_PER_LOOK = 5, 1
SHORTEST_WAIT_S, LONGEST_WAIT_S = 1.0, 120.0
MAX_RESULTS = 500
RESET_UTC_OFFSET_H = -8
"""Quotas begin anew at midnight of the Pacific coast, in winter time; an hour of error costs nothing."""

_VIDEO = re.compile(r"[\w-]{11}")
_PAID = {"superChatEvent": "superChatDetails", "superStickerEvent": "superStickerDetails"}
_KINDS = {
    "textMessageEvent": Kind.TEXT,
    "superChatEvent": Kind.PAID,
    "superStickerEvent": Kind.PAID,
    "newSponsorEvent": Kind.MEMBER,
    "memberMilestoneChatEvent": Kind.MEMBER,
    "membershipGiftingEvent": Kind.GIFT,
}
_ENDED = frozenset(("liveChatEnded", "liveChatNotFound", "liveChatDisabled"))


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
        polls = self.left / UNITS_PER_POLL
        even = (midnight - local).total_seconds() / polls if polls >= 1 else LONGEST_WAIT_S
        plenty = self.used < self._a_day // 4
        return max(asked_s, SHORTEST_WAIT_S) if plenty else min(max(asked_s, even), LONGEST_WAIT_S)


class YoutubeChat:
    """One video's chat."""

    name = "youtube"

    def __init__(self, spec: Spec, context: ChatContext) -> None:
        """Nothing is asked yet.

        Raises:
            SettingsError: the video is none, or there is no key.
        """
        self.video = video_of(spec.argument or "")
        self._address = context.address(self.name, ADDRESS)
        variable = context.settings.youtube_key_variable
        self._key = os.environ.get(variable, "").strip()
        if not self._key:
            raise SettingsError(f"youtube needs a key of the YouTube Data API in the environment variable {variable}")
        self._quota = Quota(context.settings.youtube_quota)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`; the first page is history and is passed over."""
        chat = await self._chat_id(link)
        page = await self._page(link, chat, "")
        link.live(self.video)
        while True:
            asked_s = _number(page.get("pollingIntervalMillis")) / 1000
            wait = self._quota.wait_s(asked_s, datetime.now(UTC))
            link.details["poll_s"] = round(wait, 1)
            await link.sleep(wait)
            page = await self._page(link, chat, str(page.get("nextPageToken") or ""))
            for item in _list(page.get("items")):
                self._deliver(item, link)
            if page.get("offlineAt"):
                raise NotLiveError("the stream is over")

    def _deliver(self, item: object, link: Link) -> None:
        if not isinstance(item, dict):
            link.damaged(item)
            return
        if _dict(item.get("snippet")).get("type") == "chatEndedEvent":
            raise NotLiveError("the stream is over")
        what = arrival_of(item)
        if what is not None:
            link.post(what)

    async def _chat_id(self, link: Link) -> str:
        query = {"part": "snippet,liveStreamingDetails", "id": self.video}
        answer = await self._ask(link, "/videos", query, UNITS_PER_LOOK)
        items = _list(answer.get("items"))
        if not items:
            raise ChatError(f"YouTube has no video {self.video}")
        chat = _dict(_dict(items[0]).get("liveStreamingDetails")).get("activeLiveChatId")
        if not isinstance(chat, str) or not chat:
            raise NotLiveError("the stream has not begun, or its chat is off")
        return chat

    async def _page(self, link: Link, chat: str, token: str) -> dict[str, Any]:
        query = {"liveChatId": chat, "part": "id,snippet,authorDetails", "maxResults": str(MAX_RESULTS)}
        return await self._ask(
            link, "/liveChat/messages", query | ({"pageToken": token} if token else {}), UNITS_PER_POLL
        )

    async def _ask(self, link: Link, path: str, query: Mapping[str, str], units: int) -> dict[str, Any]:
        self._quota.spend(units, datetime.now(UTC))
        link.details.update(quota_used=self._quota.used, quota_left=self._quota.left)
        headers = {"x-goog-api-key": self._key}
        async with link.session.get(
            self._address + path, params=query, headers=headers, allow_redirects=False
        ) as answer:
            try:
                value = await answer.json(content_type=None)
            except ValueError:
                value = None
            if answer.status == 200 and isinstance(value, dict):
                return value
            raise self._refused(answer.status, _dict(_dict(value).get("error")))

    def _refused(self, status: int, error: Mapping[str, Any]) -> Exception:
        reasons = {str(_dict(one).get("reason")) for one in _list(error.get("errors"))}
        line = first_line(hidden(str(error.get("message") or f"status {status}"), self._key))
        if reasons & _ENDED or status == 404:
            return NotLiveError("the stream is over, or its chat is off")
        if "quotaExceeded" in reasons or "dailyLimitExceeded" in reasons:
            return NotLiveError("the key's quota of today is used up; OneComme reads YouTube without one", 900.0)
        if "rateLimitExceeded" in reasons or status == 429 or status >= 500:
            return LostError(f"YouTube refuses ({status}): {line}")
        if status in (400, 401, 403) and not reasons & {"pageTokenInvalid", "invalidPageToken"}:
            return ChatError(f"YouTube refuses ({status}): {line}")
        return LostError(f"YouTube refuses ({status}): {line}", at_once=True)


def video_of(argument: str) -> str:
    """A video's id from what people write: also the address of its page.

    Raises:
        SettingsError: it is none.
    """
    text = argument.strip()
    parts = urlsplit(text if "//" in text else f"//{text}")
    named = parse_qs(parts.query).get("v", [parts.path.rstrip("/").rpartition("/")[2]])[0] or parts.netloc
    if not _VIDEO.fullmatch(named):
        raise SettingsError(f"youtube takes the id of a video, such as youtube:jfKfPfyJRdk, not {argument!r}")
    return named


def arrival_of(item: Mapping[str, Any]) -> Arrival | None:
    """An item of the list as a message or a removal; None for what concerns nobody here."""
    snippet, author = _dict(item.get("snippet")), _dict(item.get("authorDetails"))
    kind = str(snippet.get("type"))
    if kind == "messageDeletedEvent":
        deleted = _dict(snippet.get("messageDeletedDetails")).get("deletedMessageId")
        return Removal("youtube", message_id=str(deleted)) if deleted else None
    if kind == "userBannedEvent":
        banned = _dict(_dict(snippet.get("userBannedDetails")).get("bannedUserDetails")).get("channelId")
        return Removal("youtube", user_id=str(banned)) if banned else None
    if kind not in _KINDS:
        return None
    paid = _dict(snippet.get(_PAID.get(kind, "")))
    return ChatMessage(
        "youtube",
        str(item.get("id") or ""),
        str(author.get("displayName") or "somebody"),
        _text_of(kind, snippet, paid),
        user_id=str(author.get("channelId") or ""),
        kind=_KINDS[kind],
        amount=_number(paid.get("amountMicros")) / 1e6,
        currency=str(paid.get("currency") or ""),
        roles=_roles(author),
        time=_time(snippet.get("publishedAt")),
    )


def _text_of(kind: str, snippet: Mapping[str, Any], paid: Mapping[str, Any]) -> str:
    if kind == "superChatEvent":
        return str(paid.get("userComment") or "")
    if kind == "superStickerEvent":
        return str(_dict(paid.get("superStickerMetadata")).get("altText") or "")
    if kind == "memberMilestoneChatEvent":
        return str(_dict(snippet.get("memberMilestoneChatDetails")).get("userComment") or "")
    details = _dict(snippet.get("textMessageDetails"))
    return str(details.get("messageText") or snippet.get("displayMessage") or "")


def _roles(author: Mapping[str, Any]) -> frozenset[Role]:
    marks = {"isChatOwner": Role.OWNER, "isChatModerator": Role.MODERATOR, "isChatSponsor": Role.MEMBER}
    return frozenset(role for mark, role in marks.items() if author.get(mark) is True)


def _time(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
