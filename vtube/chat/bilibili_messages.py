"""Bilibili's commands as messages: what viewers write, pay and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vtube.chat.message import Arrival, ChatMessage, Kind, Removal, Role

CURRENCY = "CNY"
GOLD_PER_YUAN = 1000
MASKED = "***"


def arrival_of(value: Mapping[str, Any], owner: str) -> list[Arrival]:
    """A command as messages or removals; nothing for what concerns nobody here.

    Raises:
        LookupError, TypeError, ValueError: it is damaged.
    """
    command = str(value.get("cmd", "")).partition(":")[0]
    if command == "DANMU_MSG":
        return [_danmaku(value["info"], owner)]
    data = value.get("data")
    if not isinstance(data, Mapping):
        return []
    if command == "SUPER_CHAT_MESSAGE_DELETE":
        return [Removal("bilibili", message_id=f"sc-{number}") for number in data.get("ids", ())]
    read = _PAID.get(command)
    return [read(data, owner)] if read is not None else []


def _danmaku(info: Any, owner: str) -> ChatMessage:
    user = info[2]
    number, name = str(user[0] or ""), str(user[1])
    medal = info[3] if len(info) > 3 and isinstance(info[3], list) else []
    guard = int(info[7] or 0) if len(info) > 7 else 0
    roles = {Role.MODERATOR} if user[2] else set()
    if guard or (len(medal) > 3 and medal[0]):
        roles.add(Role.MEMBER)
    if number and number == owner:
        roles.add(Role.OWNER)
    sent_ms = float(info[0][4])
    return ChatMessage(
        "bilibili",
        f"{sent_ms:.0f}-{number}-{name}-{info[1]}"[:200],
        name,
        str(info[1]),
        user_id=number if MASKED not in name else "",
        roles=frozenset(roles),
        time=sent_ms / 1000,
    )


def _super_chat(data: Mapping[str, Any], owner: str) -> ChatMessage:
    number, user = _number_of(data.get("uid")), data["user_info"]
    return ChatMessage(
        "bilibili",
        f"sc-{data['id']}",
        str(user["uname"]),
        str(data["message"]),
        user_id=number,
        kind=Kind.PAID,
        amount=float(data["price"]),
        currency=CURRENCY,
        roles=frozenset({Role.OWNER} if number and number == owner else ()),
        time=float(data.get("start_time") or 0),
    )


def _gift(data: Mapping[str, Any], _owner: str) -> ChatMessage:
    gold = data.get("coin_type") == "gold"
    amount = float(data.get("total_coin") or 0) / GOLD_PER_YUAN if gold else 0.0
    return ChatMessage(
        "bilibili",
        f"gift-{data.get('tid') or data.get('rnd') or ''}",
        str(data["uname"]),
        f"{data.get('giftName', '')} x{data.get('num', 1)}",
        user_id=_number_of(data.get("uid")),
        kind=Kind.GIFT if gold else Kind.SYSTEM,
        amount=amount,
        currency=CURRENCY if gold else "",
    )


def _guard(data: Mapping[str, Any], _owner: str) -> ChatMessage:
    return ChatMessage(
        "bilibili",
        f"guard-{data.get('uid')}-{data.get('start_time', '')}",
        str(data["username"]),
        str(data.get("gift_name") or ""),
        user_id=_number_of(data.get("uid")),
        kind=Kind.MEMBER,
        amount=float(data.get("price") or 0) / GOLD_PER_YUAN,
        currency=CURRENCY,
        roles=frozenset({Role.MEMBER}),
    )


def _number_of(value: object) -> str:
    """A viewer's number; 0 is everybody who is not logged in, and so nobody."""
    return str(value) if value else ""


_PAID: dict[str, Callable[[Mapping[str, Any], str], ChatMessage]] = {
    "SUPER_CHAT_MESSAGE": _super_chat,
    "SEND_GIFT": _gift,
    "GUARD_BUY": _guard,
}
