"""Whether what was heard is what she said herself: the last safeguard against an echo that nothing else took away."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

ALIKE = 0.75
"""Share of the letters that are the same: a recogniser mistakes some of an echo."""
EXACT_LETTERS = 8
"""Shorter texts must be hers word by word, or letter by letter where words are not divided."""
SHORT_WORDS, SHORT_LETTERS = 2, 5
"""So much is easily said by two people; of it only what she says at the same time is hers."""
LATE_S, SHORT_LATE_S = 0.5, 0.25
"""How late an echo may be, with the time that hearing takes; who says one of her words again needs longer."""

_WORD = re.compile(r"\w+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def lateness(text: str) -> float:
    """How many seconds before a text was heard she may have said it."""
    wide = len(_WIDE.findall(text))
    is_short = wide <= SHORT_LETTERS if wide else len(_WORD.findall(text)) <= SHORT_WORDS
    return SHORT_LATE_S if is_short else LATE_S


def are_hers(text: str, said: str) -> bool:
    """Whether a text that was recognised is nearly a part of what she said meanwhile; marks do not count."""
    heard, hers = _letters(text), _letters(said)
    if not heard or not hers:
        return False
    if len(heard) < EXACT_LETTERS and not _WIDE.search(text):
        return f" {_words(text)} " in f" {_words(said)} "
    if heard in hers:
        return True
    if len(heard) < EXACT_LETTERS:
        return False
    return any(_alike(heard, hers[start : start + len(heard)]) for start in range(max(1, len(hers) - len(heard) + 1)))


def _alike(one: str, other: str) -> bool:
    """Of two texts of nearly one length."""
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
