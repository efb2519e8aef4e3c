"""From an arriving message to one that may be answered: cleaned, counted, or dropped with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from vtube.chat.message import ChatMessage, Kind, Role
from vtube.dialogue.candidates import HOST
from vtube.dialogue.folding import visible
from vtube.dialogue.moderation import Moderator
from vtube.dialogue.tags import without_tags
from vtube.settings import DialogueSettings

MAX_CHARACTERS = 300
NOBODY = "a viewer"

_ROLE_WORDS = ("system:", "assistant:", "user:", "developer:", "システム:", "アシスタント:")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A message as it may be read, shown and said, or why not.

    Attributes:
        message: with a safe name and a safe text.
        dropped: the reason for which it is not read; empty for none.
    """

    message: ChatMessage
    dropped: str = ""


class Intake:
    """Cleans messages; counts what it drops."""

    def __init__(self, settings: DialogueSettings, moderator: Moderator) -> None:
        self.counts: Counter[str] = Counter()
        self.adopt(settings, moderator)

    def adopt(self, settings: DialogueSettings, moderator: Moderator) -> None:
        """Clean by these from now on."""
        self._sources = settings.sources
        self._ignored = frozenset(name.casefold() for name in settings.sources.ignored)
        self._moderator = moderator

    def clean(self, message: ChatMessage) -> Cleaned:
        """The message without what is unsafe in it."""
        paid = message.kind in (Kind.PAID, Kind.GIFT, Kind.MEMBER)
        text = self.text(message.text)
        name = self._moderator.name(message.user, NOBODY)
        reason = "" if message.kind in (Kind.FOLLOW, Kind.RAID) else self._why_not(message, text, paid)
        if reason:
            self.counts[reason] += 1
            if not (paid and reason in ("filtered", "empty")):
                return Cleaned(replace(message, user=name, text=""), reason)
            text = ""
        return Cleaned(replace(message, user=name, text=text[:MAX_CHARACTERS]))

    def heard(self, text: str, name: str, number: int) -> Cleaned:
        """What the host said aloud, by whatever name, without what is unsafe in it."""
        message = ChatMessage(HOST, str(number), self._moderator.name(name, "host"), self.text(text), user_id=HOST)
        reason = ""
        if not any(char.isalnum() for char in message.text):
            reason = "empty"
        elif not self._moderator.check(message.text).fine:
            reason = "filtered"
        if reason:
            self.counts[reason] += 1
        return Cleaned(replace(message, roles=frozenset({Role.OWNER}), mentions=True), reason)

    def text(self, text: str) -> str:
        """A viewer's text without marks of tags and templates, invisible letters and personal data."""
        text = visible(without_tags(text[: 4 * MAX_CHARACTERS]))
        text = self._moderator.masked(text)
        while text.casefold().startswith(_ROLE_WORDS):
            text = text.partition(":")[2].strip()
        return text

    def _why_not(self, message: ChatMessage, text: str, paid: bool) -> str:
        if message.user.casefold().strip() in self._ignored:
            return "ignored"
        prefix = self._sources.command_prefix
        if prefix and text.startswith(prefix):
            return "command"
        if not any(char.isalnum() or ord(char) > 0x2000 for char in text):
            return "empty"
        if len(text) > MAX_CHARACTERS and not paid:
            return "too long"
        return "" if self._moderator.check(text).fine else "filtered"
