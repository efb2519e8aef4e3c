"""YouTube's live chat messages (https://developers.google.com/youtube/v3/live/docs/liveChatMessages) as ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role

_PAID = {"superChatEvent": "superChatDetails", "superStickerEvent": "superStickerDetails"}
_KINDS = {
    "textMessageEvent": Kind.TEXT,
    "superChatEvent": Kind.PAID,
    "superStickerEvent": Kind.PAID,
    "newSponsorEvent": Kind.MEMBER,
    "memberMilestoneChatEvent": Kind.MEMBER,
    "membershipGiftingEvent": Kind.GIFT,
}


def arrival_of(item: Mapping[str, Any]) -> Arrival | None:
    """An item of the list as a message or a removal; None for what concerns nobody here."""
    snippet, author = dict_of(item.get("snippet")), dict_of(item.get("authorDetails"))
    kind = str(snippet.get("type"))
    if kind == "messageDeletedEvent":
        deleted = dict_of(snippet.get("messageDeletedDetails")).get("deletedMessageId")
        return Removal("youtube", message_id=str(deleted)) if deleted else None
    if kind == "userBannedEvent":
        banned = dict_of(dict_of(snippet.get("userBannedDetails")).get("bannedUserDetails")).get("channelId")
        return Removal("youtube", user_id=str(banned)) if banned else None
    if kind not in _KINDS:
        return None
    paid = dict_of(snippet.get(_PAID.get(kind, "")))
    return ChatMessage(
        "youtube",
        str(item.get("id") or ""),
        str(author.get("displayName") or "somebody"),
        _text_of(kind, snippet, paid),
        user_id=str(author.get("channelId") or ""),
        kind=_KINDS[kind],
        amount=number_of(paid.get("amountMicros")) / 1e6,
        currency=str(paid.get("currency") or ""),
        roles=_roles(author),
        time=time_of(snippet.get("publishedAt")),
    )


def _text_of(kind: str, snippet: Mapping[str, Any], paid: Mapping[str, Any]) -> str:
    if kind == "superChatEvent":
        return str(paid.get("userComment") or "")
    if kind == "superStickerEvent":
        return str(dict_of(paid.get("superStickerMetadata")).get("altText") or "")
    if kind == "memberMilestoneChatEvent":
        return str(dict_of(snippet.get("memberMilestoneChatDetails")).get("userComment") or "")
    details = dict_of(snippet.get("textMessageDetails"))
    return str(details.get("messageText") or snippet.get("displayMessage") or "")


def _roles(author: Mapping[str, Any]) -> frozenset[Role]:
    marks = {"isChatOwner": Role.OWNER, "isChatModerator": Role.MODERATOR, "isChatSponsor": Role.MEMBER}
    return frozenset(role for mark, role in marks.items() if author.get(mark) is True)


def time_of(text: object) -> float:
    """Seconds since 1970 of a moment in RFC 3339; 0 when it is none."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def number_of(value: object) -> float:
    """A number, also one that is written as text; 0 when it is none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def dict_of(value: object) -> dict[str, Any]:
    """The object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """The list, or an empty one for anything else."""
    return value if isinstance(value, list) else []
