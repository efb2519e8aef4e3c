"""`echo`: no model, a handful of rules (config/echo.yaml), so that everything can be tried with nothing installed."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vtube.dialogue.data import read_shipped
from vtube.dialogue.llm.base import Delta, Finish, ModelMessage
from vtube.dialogue.prompt import task_of, viewer_lines
from vtube.errors import SettingsError
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec
from vtube.speech.language import language_of

FILE = "echo.yaml"
MAX_TOPIC = 60
_WORDS = re.compile(r"\S+\s*|[^\s]")


@dataclass(frozen=True, slots=True)
class Rule:
    """When one of `words` stands in a message, the next of `sentences` answers it."""

    words: tuple[str, ...]
    sentences: Iterator[str]

    def fits(self, text: str) -> bool:
        """Whether one of its words stands in `text`; a rule without words fits everything."""
        return not self.words or any(_stands_in(word, text) for word in self.words)


class EchoModel:
    """Answers the last message by the rules of its language."""

    name = "echo"

    def __init__(self, _spec: Spec, _settings: LanguageModelSettings) -> None:
        """Read the rules.

        Raises:
            SettingsError: the file is spoilt.
        """
        values = read_shipped(FILE)
        self._quiet = parse_quiet(values)
        self._rules = parse_rules(values)

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[Delta]:
        """See `base.ChatModel`; word by word, as a model would."""
        for word in _WORDS.findall(self.answer(messages)):
            yield Delta(word)
        yield Delta(finish=Finish.STOP)

    async def close(self) -> None:
        """Nothing to give back."""

    def answer(self, messages: Sequence[ModelMessage]) -> str:
        """The whole answer to the last message of a user."""
        last = next((one.content for one in reversed(messages) if one.role == "user"), "")
        if task := task_of(last):
            return next(self._quiet.get(language_of(task) or "en", self._quiet["en"]))
        said = viewer_lines(last)
        viewer, text = said[-1] if said else ("", last)
        language = language_of(text) or "en"
        rules = self._rules.get(language) or self._rules["en"]
        folded = unicodedata.normalize("NFKC", text).casefold()
        rule = next(one for one in rules if one.fits(folded))
        topic = text.strip().rstrip("?？!！。.").strip()
        topic = topic if len(topic) <= MAX_TOPIC else f"{topic[: MAX_TOPIC - 1]}…"
        return next(rule.sentences).format(viewer=viewer or "you", topic=topic or "…")


def parse_quiet(values: Any) -> dict[str, Iterator[str]]:
    """What is said when nobody writes, by language; `values`, the whole file, goes on without it.

    Raises:
        SettingsError: there is none in English.
    """
    quiet = values.pop("quiet", None) if isinstance(values, dict) else None
    if not isinstance(quiet, dict) or not quiet.get("en") or not all(isinstance(one, list) for one in quiet.values()):
        raise SettingsError(f"config/{FILE} should hold, under `quiet`, sentences by language, en among them")
    return {str(language): itertools.cycle([str(one) for one in lines]) for language, lines in quiet.items() if lines}


def parse_rules(values: Any) -> dict[str, list[Rule]]:
    """The rules of each language.

    Raises:
        SettingsError: they are something else.
    """
    try:
        rules = {str(language): [_rule(one) for one in several] for language, several in values.items()}
    except (AttributeError, TypeError, KeyError):
        raise SettingsError(f"config/{FILE} should hold, by language, rules with `words` and `say`") from None
    if "en" not in rules or any(not several or several[-1].words for several in rules.values()):
        raise SettingsError(f"config/{FILE}: each language needs a last rule without words, and there should be en")
    return rules


def _rule(value: Mapping[str, Any]) -> Rule:
    words = tuple(unicodedata.normalize("NFKC", str(word)).casefold() for word in value["words"])
    return Rule(words, itertools.cycle([str(one) for one in value["say"]]))


def _stands_in(word: str, text: str) -> bool:
    if word.isascii() and word[0].isalnum():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    return word in text
