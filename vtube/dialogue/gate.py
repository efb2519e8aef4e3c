"""The last look at each sentence before it is spoken and shown."""

from __future__ import annotations

import re

from vtube.dialogue.folding import folded
from vtube.dialogue.moderation import FINE, Moderator, Verdict
from vtube.speech.clean import Sentence

TAIL = 40
"""Characters of what was said before that are looked at together with a sentence: a word may be split over two."""

LEAK_WORDS, LEAK_LETTERS = 8, 20
"""So many words, or letters where words have no spaces, in a row out of the instructions are a leak."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FRAME = re.compile(
    r"<\|[^>]*\|?>|\[/?INST\]|\{\s*\"(?:viewer|text|task|tool_calls?|function|arguments|ok)\"|^(?:system|assistant|user|developer|tool)\s*:",
    re.IGNORECASE,
)


class OutputGate:
    """One answer's gate; `spoken` are sentences that have passed."""

    def __init__(self, moderator: Moderator, system: str) -> None:
        """`system`: the instructions, of which nothing may be said word for word."""
        self._moderator = moderator
        self._runs = leak_runs(system)
        self._tail = ""

    def check(self, sentence: Sentence) -> Verdict:
        """Whether the sentence may be said; what passes is remembered for the next one."""
        for text in (sentence.shown, sentence.spoken):
            verdict = self._verdict(text)
            if not verdict.fine:
                return verdict
        self._tail = f"{self._tail} {sentence.shown}"[-TAIL * 4 :]
        return FINE

    def _verdict(self, text: str) -> Verdict:
        if _FRAME.search(text):
            self._moderator.counts["frame"] += 1
            return Verdict("frame")
        if self._moderator.masked(text) != text:
            return Verdict("personal data")
        if self._runs & leak_runs(f"{self._tail} {text}"):
            self._moderator.counts["leak"] += 1
            return Verdict("leak")
        verdict = self._moderator.check(text)
        if verdict.fine and self._tail:
            tail = self._tail[-TAIL:]
            verdict = self._moderator.check(tail + text) if self._moderator.check(tail).fine else FINE
            verdict = verdict if not verdict.fine else self._moderator.check(f"{tail} {text}")
        return verdict


def leak_runs(text: str) -> set[str]:
    """All rows of LEAK_WORDS words, and of LEAK_LETTERS letters of scripts without spaces, by their folded form."""
    plain = folded(text)
    words = re.findall(r"[a-z0-9']+", plain)
    runs = {" ".join(words[index : index + LEAK_WORDS]) for index in range(len(words) - LEAK_WORDS + 1)}
    letters = "".join(_UNSPACED.findall(plain))
    return runs | {letters[index : index + LEAK_LETTERS] for index in range(len(letters) - LEAK_LETTERS + 1)}
