"""What is neither read to the model, nor said, nor shown.

Word lists per language lie in config/moderation: a word a line; Latin words count as whole words, others wherever they
stand; `word*` stands for any ending; `+word` lets a word through that holds another. Lines that begin with # are notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vtube.dialogue.folding import folded, visible
from vtube.errors import SettingsError
from vtube.paths import read_bounded, shipped
from vtube.settings import ModerationSettings
from vtube.speech.laughter import without_laughter

MAX_LIST_BYTES = 1_000_000
MASK = "…"

_PERSONAL = re.compile(
    r"(?<![\w.+-])[\w.+-]++\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"
    r"|(?:https?://|www\.)\S+|(?<![\w-])[\w-]++\.(?:com|net|org|gg|tv|io|jp|xyz|ru|cn|de|link|shop|top|site|online)\b(?:/\S*)?"
    r"|(?<!\d)(?!(?:2(?=3))?(?P<one>\d)(?:[\s().-]{0,2}(?P=one))*(?![\s().-]{0,2}\d))(?:\+?\d[\s().-]{0,2}){9,}\d(?!\d)|〒?\s?\d{3}-\d{4}(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a text: the reason for the counters, and the entry of the list that it was."""

    reason: str = ""
    entry: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing is."""
        return not self.reason


FINE = Verdict()


class Moderator:
    """Checks texts against the lists of the settings."""

    def __init__(self, settings: ModerationSettings, counts: Counter[str] | None = None) -> None:
        """Read the lists; `counts` goes on where another moderator was.

        Raises:
            SettingsError: there is none for a language.
        """
        self._settings = settings
        entries = [entry for language in settings.languages for entry in read_list(language)]
        let_through = [entry[1:] for entry in entries if entry.startswith("+")] + list(settings.allowed)
        self._words = _Words([entry for entry in entries if not entry.startswith("+")] + list(settings.words))
        self._allowed = sorted({folded(word) for word in let_through if word}, key=len, reverse=True)
        self.counts: Counter[str] = Counter() if counts is None else counts
        """How often each reason was found."""

    def check(self, text: str) -> Verdict:
        """Whether `text` may be read, said or shown; counts what it finds."""
        return self._judged(without_laughter(text))

    def _judged(self, text: str) -> Verdict:
        entry = self._find(folded(text)) or self._find(folded(text, 1))
        if not entry:
            return FINE
        self.counts["word"] += 1
        return Verdict("word", entry)

    def _find(self, plain: str) -> str:
        for word in self._allowed:
            plain = plain.replace(word, " ")
        return self._words.find(plain)

    def masked(self, text: str) -> str:
        """The text without addresses, numbers of telephones and the like."""
        if not self._settings.personal_data:
            return text
        masked, found = _PERSONAL.subn(MASK, text)
        self.counts["personal data"] += found
        return masked

    def name(self, name: str, otherwise: str) -> str:
        """A viewer's name as it may be said and shown; `otherwise` in place of one that may not."""
        name = visible(name)[:40].strip()
        readable = re.sub(r"[\[\]{}<>|\"\\`:：]", "", name).strip()
        if not any(char.isalnum() for char in readable) or not self._judged(readable).fine:
            return otherwise
        return otherwise if self.masked(readable) != readable else readable


class _Words:
    """The words of all lists, each in the form in which it is looked for."""

    def __init__(self, entries: Iterable[str]) -> None:
        whole, inside = {}, {}
        for entry in entries:
            plain = folded(entry.rstrip("*"))
            if not plain:
                continue
            if plain[0].isascii():
                whole[plain] = r"\w*" if entry.endswith("*") else r"(?:s|es|z)?"
            else:
                inside[plain] = entry
        self._whole = _alternatives(rf"{re.escape(word)}{end}" for word, end in _longest_first(whole))
        self._inside = re.compile("|".join(re.escape(word) for word, _ in _longest_first(inside)) or r"(?!)")

    def find(self, plain: str) -> str:
        """The first word in a folded text, or nothing."""
        found = self._whole.search(plain) or self._inside.search(plain)
        return found[0] if found else ""


def read_list(language: str) -> list[str]:
    """The entries of a language's list.

    Raises:
        SettingsError: there is none.
    """
    path = shipped(Path("config") / "moderation" / f"{language}.txt")
    if path is None:
        raise SettingsError(
            f"there is no word list config/moderation/{language}.txt; see dialogue.moderation.languages"
        )
    lines = read_bounded(path, MAX_LIST_BYTES).decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _alternatives(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns) or '(?!)'})(?![^\W_])")


def _longest_first(words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(words.items(), key=lambda item: -len(item[0]))
