"""A viewer's message, whatever platform it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    TEXT = "text"
    PAID = "paid"
    MEMBER = "member"
    GIFT = "gift"
    FOLLOW = "follow"
    RAID = "raid"
    REDEEM = "redeem"
    SYSTEM = "system"


class Role(StrEnum):
    """What a viewer is on a channel."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    VIP = "vip"
    FIRST_TIME = "first_time"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as it was written; nothing in it is to be trusted.

    Attributes:
        source: the platform, such as `twitch`.
        id: the platform's own number of the message, unique in its source.
        user: the name that is shown.
        text: plain text without HTML; emotes by name or left out.
        user_id: the platform's own number of the viewer; empty where it hides it.
        kind: what it is.
        amount: what was paid, in `currency`; 0 for nothing.
        currency: three letters such as JPY, or the platform's own unit such as `bits`.
        roles: what the viewer is.
        time: when it was sent, seconds since 1970; 0 when the platform does not say.
        reply_to: the message that it answers, empty for none.
        mentions: it is known to speak to the channel's owner.
    """

    source: str
    id: str
    user: str
    text: str
    user_id: str = ""
    kind: Kind = Kind.TEXT
    amount: float = 0.0
    currency: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    time: float = 0.0
    reply_to: str = ""
    mentions: bool = False

    @property
    def viewer(self) -> str:
        """Whom it is from, by source and number; empty when the platform does not tell viewers apart."""
        return f"{self.source}:{self.user_id}" if self.user_id else ""


@dataclass(frozen=True, slots=True)
class Removal:
    """A moderator has taken something back: one message, all of a viewer's, or everything.

    Attributes:
        source: the platform.
        message_id: that message; empty for more than one.
        user_id: all messages of that viewer; empty for all of the chat.
    """

    source: str
    message_id: str = ""
    user_id: str = ""

    def hits(self, message: ChatMessage) -> bool:
        """Whether `message` is taken back."""
        if message.source != self.source:
            return False
        if self.message_id:
            return message.id == self.message_id
        return not self.user_id or message.user_id == self.user_id


Arrival = ChatMessage | Removal
