"""What was answered, why, and how fast: for the control page, and for appeals."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from vtube.dialogue.jobs import Job

KEPT = 30
MEASURED = 100


@dataclass(slots=True)
class Entry:
    """One answer; moments in monotonic seconds, None for what never came.

    `used` are the tools, with what they did; `reply` is what may be written into the chat.
    """

    job: Job
    began: float
    word_at: float | None = None
    sentence_at: float | None = None
    sound_at: float | None = None
    answer: str = ""
    heard: str = ""
    reply: str = ""
    filtered: str = ""
    interrupted: bool = False
    failed: bool = False
    used: list[str] = field(default_factory=list)

    def first_word(self, now: float) -> None:
        """The model has begun to answer."""
        self.word_at = now if self.word_at is None else self.word_at

    def first_sentence(self, now: float) -> None:
        """The first clause went to the voice."""
        self.sentence_at = now if self.sentence_at is None else self.sentence_at

    def first_sound(self, now: float) -> None:
        """It is heard."""
        self.sound_at = now if self.sound_at is None else self.sound_at


@dataclass(slots=True)
class Journal:
    """The last answers.

    Attributes:
        counts: what happened how often since the start.
        failure: why the language model last failed; empty for not at all, or for since an answer came.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    _kept: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    _measured: deque[Entry] = field(default_factory=lambda: deque(maxlen=MEASURED))

    def add(self, entry: Entry, now: float) -> None:
        """An answer is over."""
        job = entry.job
        self.counts["answered" if entry.answer else "empty"] += 1
        self.counts[f"answered {job.pool}"] += 1
        self.counts["interrupted"] += entry.interrupted
        self.counts["filtered"] += bool(entry.filtered)
        if entry.word_at is not None and entry.answer and not entry.failed:
            self.failure = ""
        if entry.sound_at is not None and job.prompt:
            self._measured.append(entry)
        message = job.message
        self._kept.append(
            {
                "at": round(now, 3),
                "source": message.source if message is not None else "",
                "id": message.id if message is not None else "",
                "viewer": job.viewer,
                "user": message.user if message is not None else "",
                "text": message.text if message is not None else "",
                "pool": job.pool,
                "why": job.why,
                "others": [one.user for one in job.others],
                "joined": [one.viewer for one in job.others],
                "answer": entry.answer,
                "heard": entry.heard,
                "filtered": entry.filtered,
                "interrupted": entry.interrupted,
                "used": list(entry.used),
                "first_sound_ms": _ms(entry.sound_at, entry.began),
            }
        )

    def forget(self, viewer: str) -> None:
        """Leave out the answers to a viewer, by source and number."""
        kept = [one for one in self._kept if viewer not in (one["viewer"], *one["joined"])]
        self._kept.clear()
        self._kept.extend(kept)

    def entries(self) -> list[dict[str, Any]]:
        """The last answers, the oldest first."""
        return list(self._kept)

    def latency(self) -> dict[str, float | None]:
        """Medians of the last answers, milliseconds from the choice of a message."""
        return {
            "first_word": self._median(lambda one: one.word_at),
            "first_sentence": self._median(lambda one: one.sentence_at),
            "first_sound": self._median(lambda one: one.sound_at),
        }

    def _median(self, moment: Any) -> float | None:
        times = [value for one in self._measured if (value := _ms(moment(one), one.began)) is not None]
        return round(median(times), 1) if times else None


def _ms(moment: float | None, since: float) -> float | None:
    return None if moment is None else round(1000 * (moment - since), 1)
