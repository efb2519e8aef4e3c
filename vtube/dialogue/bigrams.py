"""Text cut into what is looked for: words, and pairs of letters where a language writes no spaces."""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々ー\uac00-\ud7af]+|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDINGS = ("ies", "ing", "ed", "es", "s")
STOP_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "but",
        "by",
        "do",
        "for",
        "from",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "with",
        "you",
        "your",
        "am",
        "im",
    )
)


def terms(text: str) -> list[str]:
    """The words of a text without the small ones, stems for plurals; of Japanese, Chinese, Korean the pairs."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.match(run):
            found += [run[index : index + 2] for index in range(len(run) - 1)] or [run]
            found += [letter for letter in run if "\u3400" <= letter <= "\u9fff"] if len(run) > 1 else []
        elif run not in STOP_WORDS:
            found.append(stem(run))
    return found


def stem(word: str) -> str:
    """A word without the commonest English endings."""
    for ending in _ENDINGS:
        if len(word) > len(ending) + 2 and word.endswith(ending) and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
