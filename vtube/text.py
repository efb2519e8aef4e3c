"""Words for the user: the nearest right name, lists, how the program is called."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from pathlib import Path


def nearest(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The name among `known` that is most like `word`, whatever its case; None when none is like it.

    Args:
        word: what somebody wrote.
        known: the right names.
        cutoff: likeness below which nothing is offered, 0..1 (difflib's ratio).
    """
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """`did you mean 'x'?` for the nearest of `known`, or an empty string."""
    near = nearest(word, known, cutoff)
    return f"did you mean {near!r}?" if near else ""


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """The line for a name that does not exist: what it is, the nearest right one, all there are."""
    names = sorted(known)
    parts = (f"there is no {what} {word!r};", did_you_mean(word, names), f"Known: {', '.join(names)}")
    return " ".join(part for part in parts if part)


def first_line(error: object, limit: int = 300) -> str:
    """The first line of an error's text that is not empty, at most `limit` characters; its type's name without one."""
    lines = (line.strip() for line in str(error).splitlines())
    line = next((line for line in lines if line), type(error).__name__)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def program() -> str:
    """How the user calls this program: `vtube` when installed as a command, else this Python with `-m vtube`."""
    started = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] else ""
    if started == "vtube":
        return "vtube"
    python = Path(sys.executable).name if sys.executable else "python"
    return f"{python.removesuffix('.exe')} -m vtube"
