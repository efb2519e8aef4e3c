"""The seam of what writes into a chat: her spoken answers, where `dialogue.replies` wants them there, too."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import aiohttp

from vtube.chat.message import ChatMessage

ELLIPSIS = "…"
EARLY = 0.5
"""A text is cut at the end of a sentence or a word when at least this share of it stays."""

_COMMAND = re.compile(r"^[\s/.!\\$#&?+~=*:;<>|%^@-]+")
_ENDS = re.compile(r"[.!?。！？…♪](?:[」』”\")）])?(?=\s|$)|[。！？]")
_JOINERS = "\u200d\ufe0e\ufe0f"


class NotSentError(Exception):
    """A reply is not sent; the line says why. With `for_good` none is until the next start."""

    def __init__(self, line: str, pause_s: float = 0.0, *, for_good: bool = False) -> None:
        super().__init__(line)
        self.pause_s, self.for_good = pause_s, for_good


@dataclass(frozen=True, slots=True)
class Reply:
    """What is written: her `text` as it is sent, the message `to` which it is the answer, and her name."""

    text: str
    to: ChatMessage
    by: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What the platform says of a message of ours: its number, and who it is from; empty where it does not say."""

    id: str = ""
    user_id: str = ""


class Replier(Protocol):
    """Writes into one chat.

    Attributes:
        limit: UTF-16 units of one message.
        every_s: seconds from one message to the next, by the platform's rules.
        is_thread: the platform shows what a message answers; elsewhere the viewer is named.
        lacks: what is missing, and how to get it; empty for nothing.
    """

    limit: int
    every_s: float
    is_thread: bool
    lacks: str

    async def send(self, session: aiohttp.ClientSession, reply: Reply) -> Sent:
        """Write it.

        Raises:
            NotSentError: it is not sent.
            OSError, TimeoutError, aiohttp.ClientError: as their names say.
        """


@runtime_checkable
class Answerable(Protocol):
    """A chat source that can be written to, too."""

    def replier(self) -> Replier:
        """What writes to it; nothing is asked yet."""


def written(text: str, limit: int, name: str = "") -> str:
    """An answer as it is written: on one line, no command for anybody's bot, shortened, to `name` if there is one."""
    plain = _COMMAND.sub("", " ".join(text.split()))
    head = f"@{name} " if name and plain else ""
    return head + shortened(plain, limit - _units(head)) if plain else ""


def shortened(text: str, limit: int) -> str:
    """The text within `limit` UTF-16 units: to the end of a sentence, of a word, or of a letter with all its marks."""
    if _units(text) <= limit:
        return text
    fits = _cut(text, limit)
    ends = [found.end() for found in _ENDS.finditer(fits)]
    if ends and ends[-1] >= EARLY * len(fits):
        return fits[: ends[-1]]
    fits = _cut(text, limit - _units(ELLIPSIS))
    space = text[: len(fits) + 1].rfind(" ")
    return (fits[:space] if space >= EARLY * len(fits) else fits).rstrip() + ELLIPSIS


def _cut(text: str, limit: int) -> str:
    """As many whole letters as fit."""
    units, end = 0, 0
    for char in text:
        units += _units(char)
        if units > limit:
            break
        end += 1
    while 0 < end < len(text) and (_hangs(text[end]) or text[end - 1] == _JOINERS[0]):
        end -= 1
    return text[:end]


def _hangs(char: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return char in _JOINERS or unicodedata.combining(char) > 0 or "\U0001f3fb" <= char <= "\U0001f3ff"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
