"""Talk when nobody writes: not too often, and never the same twice in a row."""

from __future__ import annotations

from vtube.dialogue.jobs import Job, idle_job, look_job
from vtube.dialogue.persona import FALLBACK, Persona
from vtube.dialogue.show import Show
from vtube.settings import DialogueSettings
from vtube.speech.language import language_of

IN_A_ROW = 3
THEN_EVERY_S = 180.0


class IdleTalk:
    """Knows for how long nobody has written or spoken; `now` is monotonic seconds."""

    def __init__(self, settings: DialogueSettings, persona: Persona, now: float) -> None:
        self._settings, self._persona = settings, persona
        self._quiet_since = now
        self._times = 0
        self._next = 0
        self._language = FALLBACK

    def adopt(self, settings: DialogueSettings, persona: Persona) -> None:
        """Go on by these."""
        self._settings, self._persona = settings, persona

    def heard_of(self, now: float, text: str = "") -> None:
        """Somebody writes; she goes on in the language of what was written last."""
        self._quiet_since, self._times = now, 0
        self._language = language_of(text) or self._language

    def spoke(self, now: float) -> None:
        """She has just spoken."""
        self._quiet_since = max(self._quiet_since, now)

    def next(self, now: float, show: Show | None = None, look_s: float = 0.0) -> Job | None:
        """What she talks about by herself now, if it is time; in a show, of what is on.

        After `look_s` of quiet it is what she sees of the screen; 0 for never.
        """
        if look_s and now - self._quiet_since >= look_s:
            self._quiet_since = now
            return look_job(self._spoken(), now)
        wait = self._settings.idle_s if self._times < IN_A_ROW else max(THEN_EVERY_S, self._settings.idle_s)
        if not self._settings.idle_s or now - self._quiet_since < wait:
            return None
        language = self._spoken()
        topic = (show.idea() if show is not None else "") or self._topic(language)
        if not topic:
            return None
        self._times, self._quiet_since = self._times + 1, now
        return idle_job(topic, language, now)

    def _spoken(self) -> str:
        return self._language if self._settings.language == "auto" else self._settings.language

    def _topic(self, language: str) -> str:
        topics = self._persona.topics.get(language) or self._persona.topics.get(FALLBACK) or []
        if not topics:
            return ""
        self._next += 1
        return topics[(self._next - 1) % len(topics)]
