"""Takes in what viewers write and what the host says: cleaned, shown, remembered, and put where it waits."""

from __future__ import annotations

from collections import deque
from typing import Any

from vtube.chat.message import ChatMessage, Kind, Removal
from vtube.dialogue.cast import Cast
from vtube.dialogue.crowd import Crowd
from vtube.dialogue.feed import ChatFeed
from vtube.dialogue.idle import IdleTalk
from vtube.dialogue.intake import Intake
from vtube.dialogue.jobs import Job, crowd_job
from vtube.dialogue.journal import Journal
from vtube.dialogue.selection import Selector
from vtube.settings import DialogueSettings

MOST_LINES = 10
KINDS = {kind: kind.value for kind in (Kind.PAID, Kind.GIFT, Kind.MEMBER, Kind.FOLLOW, Kind.RAID)}
"""What the reactions call a message that is more than words."""


class Reception:
    """All who wait. Whoever calls holds the director's lock; `now` is monotonic seconds.

    Attributes:
        lines: of her own, which come before plain messages.
    """

    def __init__(self, settings: DialogueSettings, cast: Cast, now: float) -> None:
        self._settings, self._cast = settings, cast
        self.intake = Intake(settings, cast.moderator)
        self.selector = Selector(settings.selection, cast.persona.is_mentioned, cast.persona.unnamed)
        self.crowd, self.feed, self.journal = Crowd(), ChatFeed(), Journal()
        self.idle = IdleTalk(settings, cast.persona, now)
        self.lines: deque[Job] = deque(maxlen=MOST_LINES)
        self._heard = 0

    def adopt(self, settings: DialogueSettings, cast: Cast) -> None:
        """Go on with these; who waits stays."""
        self._settings, self._cast = settings, cast
        self.intake.adopt(settings, cast.moderator)
        self.selector.adopt(settings.selection, cast.persona.is_mentioned, cast.persona.unnamed)
        self.idle.adopt(settings, cast.persona)

    def take(self, raw: ChatMessage, now: float) -> str:
        """Take in what somebody writes; why it is not read, or an empty text."""
        cleaned = self.intake.clean(raw)
        if cleaned.dropped and not cleaned.message.amount:
            return cleaned.dropped
        message = cleaned.message
        self.feed.add(message, now)
        self._note(message, "received", now)
        together = self.crowd.add(message.text, now)
        if together is not None:
            self._cast.notice(together.name)
            if together.speak:
                language = "en" if self._settings.language == "auto" else self._settings.language
                self.lines.append(crowd_job(self._cast.persona, language, together.name, together.count, now))
        else:
            self._cast.notice(KINDS.get(message.kind, "chat"))
        if not Crowd.is_noise(message.text) or message.amount:
            self.selector.add(message, now)
        return ""

    def hear(self, text: str, now: float, before: Job | None) -> str:
        """Take in what the host says, and first what was not answered `before` it; why not, or an empty text."""
        self._heard += 1
        cleaned = self.intake.heard(text, self._settings.host, self._heard)
        if cleaned.dropped:
            return cleaned.dropped
        if before is not None and before.message is not None:
            self.selector.put_back(before.message, before.arrived, before.pool)
        self.selector.hear(cleaned.message, now)
        self._note(cleaned.message, "heard", now)
        return ""

    def remove(self, removal: Removal) -> None:
        """A moderator has taken something back."""
        self.selector.remove(removal)
        self.feed.remove(removal)

    def clear(self) -> None:
        """Forget who waits and hide what is shown."""
        self.selector.clear()
        self.lines.clear()
        self.feed.clear()

    def counts(self) -> dict[str, Any]:
        """What happened how often, for `/api/state`."""
        return {
            **self.journal.counts,
            "expired": self.selector.expired,
            "overflowed": self.selector.overflowed,
            "crowd": self.crowd.reactions,
            "dropped": dict(self.intake.counts),
            "moderated": dict(self._cast.moderator.counts),
        }

    def _note(self, message: ChatMessage, count: str, now: float) -> None:
        self._cast.memory.saw(message)
        self.journal.counts[count] += 1
        self.idle.heard_of(now, message.text)
