"""Talk when nobody writes: not too often, and never the same twice in a row."""

from __future__ import annotations

from vtube.dialogue.jobs import Job, idle_job
from vtube.dialogue.persona import FALLBACK, Persona
from vtube.settings import DialogueSettings

IN_A_ROW = 3
THEN_EVERY_S = 180.0


class IdleTalk:
    """Knows for how long nobody has written or spoken; `now` is monotonic seconds."""

    def __init__(self, settings: DialogueSettings, persona: Persona, now: float) -> None:
        self._settings, self._persona = settings, persona
        self._quiet_since = now
        self._times = 0
        self._next = 0

    def heard_of(self, now: float) -> None:
        """Somebody writes."""
        self._quiet_since, self._times = now, 0

    def spoke(self, now: float) -> None:
        """She has just spoken."""
        self._quiet_since = max(self._quiet_since, now)

    def next(self, now: float) -> Job | None:
        """What she talks about by herself now, if it is time."""
        wait = self._settings.idle_s if self._times < IN_A_ROW else max(THEN_EVERY_S, self._settings.idle_s)
        if not self._settings.idle_s or now - self._quiet_since < wait:
            return None
        language = FALLBACK if self._settings.language == "auto" else self._settings.language
        topics = self._persona.topics.get(language) or self._persona.topics.get(FALLBACK) or []
        if not topics:
            return None
        topic = topics[self._next % len(topics)]
        self._next, self._times, self._quiet_since = self._next + 1, self._times + 1, now
        return idle_job(topic, language, now)
