"""Who the character is: config/personas/*.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from vtube.dialogue.data import read_model
from vtube.errors import SettingsError, refusing
from vtube.paths import expanded, is_file, shipped, user_folder
from vtube.speech.language import language_of

FALLBACK = "en"
DEFAULT = "ilta"
PERSONAS = Path("config") / "personas"
"""With the program; a folder of the last name in the user's own comes before it."""


class _File(BaseModel):
    """The file as it is written."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    also_called: list[str] = []
    voice: str | None = None
    character: str = Field(min_length=1, max_length=20_000)
    rules: str = Field("", max_length=20_000)
    lines: dict[str, dict[str, str]] = {}
    topics: dict[str, list[str]] = {}


DEFAULT_LINES = {
    "viewer": "a viewer",
    "filtered": "[neutral] Let us talk about something else.",
    "failed": "[confusion] Sorry, I lost my train of thought.",
    "greeting": "[joy] Welcome, {viewer}!",
    "raid": "[excitement] Welcome, everybody who comes with {viewer}!",
    "crowd": "[amusement] You are all in a good mood!",
    "thanks": "[gratitude] Thank you, {viewer}!",
    "read": "{viewer}: {text}",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """A character.

    Attributes:
        name: what she is called.
        names: all that counts as a mention, folded.
        character, rules: what the language model is told.
        lines: her own lines by language and occasion.
        topics: what she talks about by herself, by language.
        voice: the SPEC of her voice, None for that of the settings.
    """

    name: str
    names: tuple[str, ...]
    character: str
    rules: str
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    topics: Mapping[str, list[str]] = field(default_factory=dict)
    voice: str | None = None

    def line(self, occasion: str, language: str, **values: str) -> str:
        """Her line for an occasion in a language, or in English where there is none."""
        for lines in (self.lines.get(language, {}), self.lines.get(FALLBACK, {}), DEFAULT_LINES):
            if occasion in lines:
                return fill(lines[occasion], values)
        raise KeyError(occasion)

    def is_mentioned(self, text: str) -> bool:
        """Whether a text speaks to her by name."""
        plain = text.casefold()
        return any(_stands_in(name, plain) for name in self.names)

    def unnamed(self, text: str) -> str:
        """A text without her names: what is left when she is called by them."""
        plain = text.casefold()
        for name in self.names:
            plain = re.sub(_standing(name), " ", plain)
        return plain


def load_persona(text: str) -> Persona:
    """The persona of that name in the user's own folder or in config/personas, or of that file.

    Raises:
        SettingsError: there is none, or its file is spoilt; one line.
    """
    path = _found(text)
    with refusing(text, "dialogue.persona"):
        if not is_file(path):
            raise SettingsError(
                f"there is no persona {text!r}; there are {', '.join(personas())}, and files like those"
            )
        values = read_model(path, _File)
    names = tuple(name.casefold() for name in (values.name, *values.also_called) if name.strip())
    return Persona(values.name, names, values.character, values.rules, values.lines, values.topics, values.voice)


def personas() -> list[str]:
    """The names of those that there are."""
    first = shipped(PERSONAS / f"{DEFAULT}.yaml")
    folders = [user_folder() / PERSONAS.name, *([first.parent] if first is not None else [])]
    return sorted({file.stem for folder in folders for file in folder.glob("*.yaml") if is_name(file.stem)})


def is_name(text: str) -> bool:
    """Whether a persona is chosen by its name, and not by a path."""
    return re.fullmatch(r"[\w-]+", text) is not None


def _found(text: str) -> Path:
    if not is_name(text):
        return expanded(text)
    own = user_folder() / PERSONAS.name / f"{text}.yaml"
    return own if is_file(own) else shipped(PERSONAS / f"{text}.yaml") or Path(text)


def fill(line: str, values: Mapping[str, Any]) -> str:
    """A line with its {names} replaced; braces in what is filled in mean nothing."""
    return re.sub(r"{(\w+)}", lambda found: str(values.get(found[1], found[0])), line)


def language_to_use(wanted: str, text: str) -> str:
    """The language of her own lines: the setting's, or that of a message."""
    return wanted if wanted != "auto" else language_of(text) or FALLBACK


def _stands_in(name: str, text: str) -> bool:
    return re.search(_standing(name), text) is not None


def _standing(name: str) -> str:
    """A pattern for a name: a whole word where words have spaces between them."""
    return rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name)
