"""Lines of IRC with the tags of IRCv3 (https://ircv3.net/specs/extensions/message-tags)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IrcLine:
    """One line.

    Attributes:
        command: a word in capitals, or three digits.
        tags: what stood before it, unescaped.
        prefix: who sends it.
        parameters: its words; the last may hold spaces.
    """

    command: str
    tags: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def nick(self) -> str:
        """The login of who sends it."""
        return self.prefix.partition("!")[0]

    @property
    def trailing(self) -> str:
        """Its last word: the text of a message."""
        return self.parameters[-1] if self.parameters else ""


def parse_line(text: str) -> IrcLine | None:
    """A line without its end; None when it is no IRC."""
    tags, prefix = {}, ""
    if text.startswith("@"):
        packed, _, text = text[1:].partition(" ")
        tags = {key: unescaped(value) for key, _, value in (one.partition("=") for one in packed.split(";")) if key}
    text = text.lstrip(" ")
    if text.startswith(":"):
        prefix, _, text = text[1:].partition(" ")
    text = text.lstrip(" ")
    head, colon, trailing = f" {text}".partition(" :")
    words = head.split()
    if not words or not re.fullmatch(r"[A-Z]+|\d{3}", words[0]):
        return None
    return IrcLine(words[0], tags, prefix, (*words[1:], trailing) if colon else tuple(words[1:]))


def unescaped(value: str) -> str:
    r"""A tag's value: `\:` is `;`, `\s` a space; an unknown escape is its letter, a lone one at the end nothing."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)
