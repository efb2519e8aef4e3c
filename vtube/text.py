"""Words for the user: the nearest right name, lists, how the program is called."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LONGEST_WORD = 100
"""Likeness is looked for in so many characters: comparing takes the square of the time."""

LIKE = 0.55
"""How alike two words are, as difflib has it, of which one may be meant for the other: `nope` is half `openvino`."""


def nearest(word: str, known: Iterable[str], cutoff: float = LIKE) -> str | None:
    """The name among `known` that is most like `word`, whatever its case; None when none is like it.

    Args:
        word: what somebody wrote.
        known: the right names.
        cutoff: likeness below which nothing is offered, 0..1 (difflib's ratio).
    """
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word[:LONGEST_WORD].lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], cutoff: float = LIKE) -> str:
    """`did you mean 'x'?` for the nearest of `known`, or an empty string."""
    near = nearest(word, known, cutoff)
    return f"did you mean {near!r}?" if near else ""


def unknown(what: str, word: str, known: Iterable[str], aliases: Iterable[str] = ()) -> str:
    """The line for a name that does not exist: what it is, the nearest right one, all there are but for `aliases`."""
    names = sorted(known)
    near = did_you_mean(word, [*names, *aliases])
    listed = f"{near} Known" if near else "known"
    return f"there is no {what} {shown(word)}; {listed}: {', '.join(names)}"


def public(address: str) -> str:
    """An address as a message shows it: without the user and the password that may stand in it."""
    return re.sub("//[^/]*@", "//", address, count=1)


def first_line(error: object, limit: int = 300) -> str:
    """The first line of an error's text that is not empty, at most `limit` characters; its type's name without one."""
    text = str(error)
    lines = (line.strip() for line in text.splitlines())
    line = next((line for line in lines if line), type(error).__name__)
    if line == text and len(line) <= limit:
        return text  # which may be an `errors.Line`
    return line if len(line) <= limit else line[: limit - 1] + "…"


def hidden(text: str, *secrets: str) -> str:
    """The text without the secrets in it, such as a key that a server repeats; shorter than 4 characters is none."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "…")
    return text


def program() -> str:
    """How the user calls this program: `vtube` when installed as a command, else this Python with `-m vtube`."""
    started = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] else ""
    if started == "vtube":
        return "vtube"
    python = Path(sys.executable).name if sys.executable else "python"
    return f"{python.removesuffix('.exe')} -m vtube"


_HINT = re.compile(r"(?<![\w./-])(?<!-m )vtube (?=(?:run|models|character|bake|lipsync|extras)\b)")


def as_called_here(line: str) -> str:
    """A message whose hints, such as `vtube bake`, name the program as its user has called it."""
    return _HINT.sub(f"{program()} ", line)


def shown(value: object, limit: int = 60) -> str:
    """A value as a message shows it: on one line, printable, at most `limit` characters."""
    if isinstance(value, int) and abs(value) >= 10**LONGEST_WORD:  # of which Python refuses to write the digits
        return "a huge number"
    text = repr(value) if isinstance(value, str | int | float | bool | type(None)) else f"a {type(value).__name__}"
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"


_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it, or what turns the order of what follows round."""


def printable(text: str, but: str = "") -> str:
    """The text as a terminal or a log may have it: what these would obey, such as colours or a line break, as numbers.

    Args:
        text: may come from a viewer, a server or a file's name.
        but: characters that stay, such as a line break.
    """
    return _OBEYED.sub(lambda found: found[0] if found[0] in but else repr(found[0])[1:-1], text)


_EXPECTED = {
    "missing": "is needed",
    "none_required": "should be null",
    "string_type": "should be a text",
    "string_unicode": "should be a text of whole characters",
    "string_too_short": "should have at least {min_length} characters",
    "string_too_long": "should have at most {max_length} characters",
    "string_pattern_mismatch": "is not written as it should be",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_parsing_size": "should be a whole number of a sane size",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "greater_than_equal": "should be at least {ge}",
    "greater_than": "should be more than {gt}",
    "less_than_equal": "should be at most {le}",
    "less_than": "should be less than {lt}",
    "multiple_of": "should be a multiple of {multiple_of}",
    "literal_error": "should be one of {expected}",
    "list_type": "should be a list",
    "dict_type": "should hold `name: value` pairs",
    "model_type": "should hold `name: value` pairs",
    "model_attributes_type": "should hold `name: value` pairs",
    "too_long": "should have at most {max_length} entries",
    "too_short": "should have at least {min_length} entries",
}
"""What pydantic's kinds of errors mean, by their names; its numbers go into the braces."""


def expected(kind: str, numbers: Mapping[str, Any], otherwise: str) -> str:
    """What a value should be that a check of that kind refused.

    Args:
        kind: pydantic's name of the error, such as `float_type`.
        numbers: what the check compared with: pydantic's `ctx`.
        otherwise: pydantic's own words, for a kind that has none here.
    """
    words = _EXPECTED.get(kind)
    return words.format(**numbers) if words else otherwise.removeprefix("Value error, ")
