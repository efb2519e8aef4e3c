"""Twitch's EventSub notifications as messages and removals.

The fields: https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role

SOURCE = "twitch"

BADGES = {
    "broadcaster": Role.OWNER,
    "moderator": Role.MODERATOR,
    "lead_moderator": Role.MODERATOR,
    "vip": Role.VIP,
    "subscriber": Role.MEMBER,
    "founder": Role.MEMBER,
}
"""What a viewer's badges, by Twitch's names, make of him; IRC and EventSub share them."""
_NOTICES = {
    "sub": Kind.MEMBER,
    "resub": Kind.MEMBER,
    "prime_paid_upgrade": Kind.MEMBER,
    "gift_paid_upgrade": Kind.MEMBER,
    "pay_it_forward": Kind.GIFT,
    "sub_gift": Kind.GIFT,
    "community_sub_gift": Kind.GIFT,
    "raid": Kind.RAID,
    "charity_donation": Kind.PAID,
    "announcement": Kind.TEXT,
}


def arrival_of(kind: str, event: Mapping[str, Any], sent: object, *, has_redeems: bool) -> Arrival | None:
    """A notification as it concerns us, or None.

    Args:
        kind: the type of its subscription, such as `channel.chat.message`.
        event: the notification's event.
        sent: when Twitch sent it, RFC 3339.
        has_redeems: redeemed rewards come by themselves, so their chat messages are left out.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: it is damaged.
    """
    read = _READERS.get(kind)
    if read is None or _is_elsewhere(event):
        return None
    if kind == "channel.chat.message" and has_redeems and event.get("channel_points_custom_reward_id"):
        return None
    return read(event, _time(sent))


def _is_elsewhere(event: Mapping[str, Any]) -> bool:
    """Whether it comes out of another channel's chat, in a shared one."""
    source = event.get("source_broadcaster_user_id")
    return bool(source) and source != event.get("broadcaster_user_id")


def _message(event: Mapping[str, Any], sent: float) -> Arrival:
    message, cheer, reply = event["message"], event.get("cheer") or {}, event.get("reply") or {}
    bits = int(cheer.get("bits") or 0)
    kind = Kind.PAID if bits else Kind.REDEEM if event.get("channel_points_custom_reward_id") else Kind.TEXT
    owner = str(event.get("broadcaster_user_id") or "")
    asked = {str(_mapping(one.get("mention")).get("user_id") or "") for one in _fragments(message)}
    roles = _roles(event.get("badges"))
    return ChatMessage(
        SOURCE,
        str(event["message_id"]),
        _name(event, "chatter_user"),
        str(message["text"]),
        user_id=str(event.get("chatter_user_id") or ""),
        kind=kind,
        amount=float(bits),
        currency="bits" if bits else "",
        roles=roles | {Role.FIRST_TIME} if event.get("message_type") == "user_intro" else roles,
        time=sent,
        reply_to=str(reply.get("parent_message_id") or ""),
        mentions=bool(owner) and (owner in asked or reply.get("parent_user_id") == owner),
    )


def _notice(event: Mapping[str, Any], sent: float) -> Arrival | None:
    notice = str(event.get("notice_type"))
    if notice not in _NOTICES or _mapping(event.get("sub_gift")).get("community_gift_id"):
        return None  # of a shower of gifts its announcement counts
    text = str(_mapping(event.get("message")).get("text") or event.get("system_message") or "")
    amount, currency = _donated(_mapping(event.get("charity_donation")))
    is_hidden = bool(event.get("chatter_is_anonymous"))
    return ChatMessage(
        SOURCE,
        str(event["message_id"]),
        "somebody" if is_hidden else _name(event, "chatter_user"),
        text,
        user_id="" if is_hidden else str(event.get("chatter_user_id") or ""),
        kind=_NOTICES[notice],
        amount=amount,
        currency=currency,
        roles=_roles(event.get("badges")),
        time=sent,
    )


def _redeem(event: Mapping[str, Any], sent: float) -> Arrival:
    title, said = str(_mapping(event.get("reward")).get("title") or ""), str(event.get("user_input") or "").strip()
    return ChatMessage(
        SOURCE,
        f"redeem-{event['id']}",
        _name(event, "user"),
        f"{title}: {said}" if title and said else title or said,
        user_id=str(event.get("user_id") or ""),
        kind=Kind.REDEEM,
        time=_time(event.get("redeemed_at")) or sent,
    )


def _follow(event: Mapping[str, Any], sent: float) -> Arrival:
    number = str(event["user_id"])
    return ChatMessage(SOURCE, f"follow-{number}", _name(event, "user"), "", number, Kind.FOLLOW, time=sent)


def _deleted(event: Mapping[str, Any], _sent: float) -> Arrival:
    return Removal(SOURCE, message_id=str(event["message_id"]))


def _cleared(_event: Mapping[str, Any], _sent: float) -> Arrival:
    return Removal(SOURCE)


def _banned(event: Mapping[str, Any], _sent: float) -> Arrival:
    return Removal(SOURCE, user_id=str(event["target_user_id"]))


def _name(event: Mapping[str, Any], who: str) -> str:
    return str(event.get(f"{who}_name") or event.get(f"{who}_login") or "somebody")


def _fragments(message: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    fragments = message.get("fragments")
    return [one for one in fragments if isinstance(one, Mapping)] if isinstance(fragments, list) else ()


def _roles(badges: object) -> frozenset[Role]:
    found = [_mapping(one).get("set_id") for one in badges] if isinstance(badges, list) else []
    return frozenset(BADGES[one] for one in found if isinstance(one, str) and one in BADGES)


def _donated(donation: Mapping[str, Any]) -> tuple[float, str]:
    amount = _mapping(donation.get("amount"))
    value, places = float(amount.get("value") or 0), min(max(int(amount.get("decimal_place") or 0), 0), 6)
    return value / 10**places, str(amount.get("currency") or "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _time(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)[:19] + "+00:00").timestamp()  # Twitch tells nanoseconds, always in UTC
    except ValueError:
        return 0.0


_READERS: dict[str, Callable[[Mapping[str, Any], float], Arrival | None]] = {
    "channel.chat.message": _message,
    "channel.chat.notification": _notice,
    "channel.chat.message_delete": _deleted,
    "channel.chat.clear": _cleared,
    "channel.chat.clear_user_messages": _banned,
    "channel.channel_points_custom_reward_redemption.add": _redeem,
    "channel.follow": _follow,
}
