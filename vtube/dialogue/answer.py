"""One answer on its way to the ear: limited, checked sentence by sentence, and cut to what was heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from vtube.dialogue.gate import OutputGate
from vtube.dialogue.jobs import Job
from vtube.settings import SelectionSettings
from vtube.speech.clean import Sentence

SURE = 0.5
"""Share from which a sentence without a tag counts as showing an emotion."""
NEUTRAL = "neutral"
_ENDS = tuple('.!?。！？…♪」』”")）')


class Speaker(Protocol):
    """The character's voice, as the broadcast uses it; `speech.queue.SpeechQueue` is the real one. Any thread may."""

    def begin(self, voice: str | None = None) -> int:
        """Queue a text that is still being written; returns its number."""

    def append(self, number: int, sentence: Sentence) -> bool:
        """Add a sentence; False when the text was skipped or stopped."""

    def finish(self, number: int) -> None:
        """Nothing more comes."""

    def cut(self, number: int) -> None:
        """Fall silent and leave out the rest of this text."""

    def stop(self) -> None:
        """Fall silent and leave out everything, whoever wanted it said."""

    def hold(self) -> None:
        """Stand still in the middle of a sentence until `release`."""

    def release(self) -> None:
        """Go on with it; harmless when nothing stands still."""

    def is_pending(self, number: int) -> bool:
        """Whether it is not over."""

    def is_sounding(self, number: int) -> bool:
        """Whether it is heard now."""

    def heard(self, number: int) -> str:
        """What has been heard of it, to the last word that was begun."""


Classify = Callable[[str], dict[str, float]]


@dataclass(slots=True)
class Answer:
    """Sentences of one answer; `number` is that of its text in the speech queue.

    Attributes:
        job: what it answers.
        spoken: what was handed to the voice.
        filtered: why it was broken off by the gate, or nothing.
        was_cut: somebody has interrupted it.
        comes_again: nothing of it was heard, and what it answers waits once more.
        lines: sentences at its beginning that are the character's own lines and no answer.
    """

    job: Job
    speaker: Speaker
    number: int
    gate: OutputGate
    limits: SelectionSettings
    classify: Classify
    spoken: list[Sentence] = field(default_factory=list)
    filtered: str = ""
    was_cut: bool = False
    comes_again: bool = False
    lines: int = 0

    def cut(self) -> None:
        """Break it off; the sound stops now. From any thread."""
        self.was_cut = True
        self.speaker.cut(self.number)

    def say(self, sentence: Sentence) -> bool:
        """Hand a sentence to the voice; False when no more may come."""
        if self._is_full(sentence):
            return False
        verdict = self.gate.check(sentence)
        if not verdict.fine:
            self.filtered = verdict.reason
            return False
        return self.say_unchecked(sentence)

    def say_unchecked(self, sentence: Sentence) -> bool:
        """Hand over one of the character's own lines, which needs no gate."""
        if not sentence.emotion:
            sentence = replace(sentence, emotion=self._felt(sentence.shown))
        if not self.speaker.append(self.number, sentence):
            return False
        self.spoken.append(sentence)
        return True

    def heard(self) -> str:
        """What was heard, with the tags that the model wrote, so that it goes on writing them."""
        return " ".join(f"[{one.emotion}] {shown}" if one.emotion else shown for one, shown in self._heard())

    def reply(self) -> str:
        """What was heard of the answer itself, as it is written into a chat: without tags and her own lines."""
        return " ".join(shown for _, shown in list(self._heard())[self.lines :])

    def _heard(self) -> Iterator[tuple[Sentence, str]]:
        """Each sentence that was heard, and how much of it."""
        left = self.speaker.heard(self.number)
        for sentence in self.spoken:
            if not left:
                return
            shown = sentence.shown if left.startswith(sentence.shown) else left
            yield sentence, shown
            left = left.removeprefix(shown).lstrip()

    def _felt(self, text: str) -> str:
        """The emotion that the words themselves show; nothing when they show none, so that the last one stays."""
        name, share = next(iter(self.classify(text).items()), (NEUTRAL, 0.0))
        if name != NEUTRAL and share >= SURE:
            return name
        return "" if self.spoken else NEUTRAL

    def _is_full(self, sentence: Sentence) -> bool:
        whole = sum(one.shown.rstrip().endswith(_ENDS) for one in self.spoken)
        length = sum(len(one.shown) for one in self.spoken) + len(sentence.shown)
        return bool(self.spoken) and (whole >= self.limits.max_sentences or length > self.limits.max_characters)
