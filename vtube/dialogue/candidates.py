"""A message that may be answered, and how two of them are told to be alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from vtube.chat.message import ChatMessage

HOST = "host"
"""The pool of what the streamer says aloud."""
MOST_CHARACTERS = 600
"""Of what one writer has added up."""


@dataclass(slots=True)
class Candidate:
    """A message that may be answered.

    Attributes:
        message: the cleaned message.
        at: when it came.
        pool: `host`, `paid`, `mention`, `event` or `chat`.
        count: how many wrote the same.
        others: messages of other viewers that say the same, and are answered with it.
        approved: somebody at the control page wants it answered.
        why: the explanation, once it is chosen.
        parts: what its score is made of.
    """

    message: ChatMessage
    at: float
    pool: str
    count: int = 1
    others: list[ChatMessage] = field(default_factory=list)
    approved: bool = False
    why: str = ""
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """By what the control page names it."""
        return f"{self.message.source}:{self.message.id}"

    @property
    def names(self) -> list[str]:
        """Who else is answered with it, each once."""
        return list(dict.fromkeys(one.user for one in self.others if one.user != self.message.user))


def writer_of(message: ChatMessage) -> str:
    """Whom a message is from, by number or, where the platform gives none, by name."""
    return message.viewer or f"{message.source}?{message.user.casefold()}"


def with_more(message: ChatMessage, text: str, amount: float = 0.0) -> ChatMessage:
    """A message to which its writer has added a text and a payment."""
    whole = " ".join(part for part in (message.text, text) if part)[:MOST_CHARACTERS]
    return replace(message, text=whole, amount=message.amount + amount)


def paid_why(message: ChatMessage) -> str:
    """Why a message in the pool of the paid ones is there."""
    return f"paid {message.amount:g} {message.currency}".strip() if message.amount else f"is a {message.kind}"


def overlap(words: frozenset[str], others: frozenset[str]) -> float:
    """Share of the shorter one's words that both have, 0 to 1."""
    return len(words & others) / min(len(words), len(others)) if words and others else 0.0


def fingerprint(text: str) -> str:
    """Equal for texts that differ in case, marks and repeated letters only."""
    return re.sub(r"[\W_]+", "", re.sub(r"(.)\1+", r"\1", text.casefold()))
