"""The emotions of a text, by its words, emoji and exclamations: `config/emotion_keywords.yaml`.

No language model: it finds what is said outright, in English and Japanese, within a millisecond, and misses irony.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vtube.errors import SettingsError
from vtube.motion.templates import NEUTRAL, read_built_in
from vtube.paths import CHECKOUT, is_file
from vtube.settings.complaints import complain
from vtube.settings.yaml_file import read_yaml

log = logging.getLogger(__name__)

FILE = "emotion_keywords.yaml"
BEFORE = CHECKOUT / "config" / "feelings.yaml"
"""What the file was called before 0.2; understood for one release."""

NEUTRAL_SCORE = 0.5
"""What speaks for no emotion at all, in words found."""
PUNCTUATION_SCORE = 0.3
LATER = 0.5
"""The first word of a text counts this much less than its last: a face shows how a text ends."""
MAX_CHARACTERS = 10_000
"""Of a longer text, the end counts."""

_DENIED = re.compile(r"\b(?:not|no|never|without|hardly|nothing|(?:is|was|do|does|did|ca|wo)n't)(?:\s+\w+){0,2}\s+$")
_DENYING = re.compile(r"(?:い|く|し|り|っ|き)?(?:は|も)?(?:く|しく)?(?:ない|なく|なかった|ありません|ません)")
_QUOTES = str.maketrans("’‘", "''")


class EmotionClassifier:
    """Finds the words of each emotion."""

    def __init__(self, cues: Mapping[str, list[str]]) -> None:
        """`cues`: by which words each emotion shows; a star at the end of one stands for any ending."""
        self.names = sorted({NEUTRAL, *cues})
        self._patterns = {name: _pattern(words) for name, words in cues.items() if words}

    def classify(self, text: str) -> dict[str, float]:
        """Each emotion and its share in `text`, the largest first; together they are 1."""
        text = text[-MAX_CHARACTERS:].translate(_QUOTES).casefold()
        scores = {name: self._score(name, text) for name in self.names}
        scores[NEUTRAL] += NEUTRAL_SCORE
        whole = sum(scores.values())
        return {name: score / whole for name, score in sorted(scores.items(), key=lambda item: -item[1])}

    def _score(self, name: str, text: str) -> float:
        pattern = self._patterns.get(name)
        if pattern is None:
            return 0.0
        found = [match for match in pattern.finditer(text) if not _denied(text, match)]
        return sum(_weight(match.group()) * (1 - LATER + LATER * match.end() / len(text)) for match in found)


def load_classifier(before: Path = BEFORE) -> EmotionClassifier:
    """The classifier of `config/emotion_keywords.yaml`, or of `before`, that file under its old name, where it exists.

    Raises:
        SettingsError: the file is missing or spoilt.
    """
    if is_file(before):
        complain(log, before, f"{before} counts, but its name will not do in the next version: call it {FILE}")
        return EmotionClassifier(parse_keywords(read_yaml(before)))
    return EmotionClassifier(parse_keywords(read_built_in(FILE)))


def parse_keywords(values: Any) -> dict[str, list[str]]:
    """The words of each emotion, from {name: "word, word, …"}.

    Raises:
        SettingsError: it is something else.
    """
    if not isinstance(values, Mapping) or not all(isinstance(words, str) for words in values.values()):
        raise SettingsError("the emotion keywords should map names to words with commas between them")
    return {str(name): [word.strip() for word in words.split(",") if word.strip()] for name, words in values.items()}


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Longer words first, so that the whole of one is found and not its beginning."""
    return re.compile("|".join(map(_expression, sorted(words, key=len, reverse=True))))


def _expression(word: str) -> str:
    word = word.casefold()
    plain = re.escape(word.removesuffix("*"))
    if not word[0].isascii() or not word[0].isalpha():
        return plain
    end = r"[a-z']*" if word.endswith("*") else r"(?![a-z])" if word[-1].isalpha() else ""
    return rf"(?<![a-z]){plain}{end}"


def _weight(word: str) -> float:
    return PUNCTUATION_SCORE if all(unicodedata.category(each)[0] == "P" for each in word) else 1.0


def _denied(text: str, match: re.Match[str]) -> bool:
    return bool(_DENIED.search(text, max(0, match.start() - 40), match.start()) or _DENYING.match(text, match.end()))
