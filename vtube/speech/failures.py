"""Sentences that could not be said: one line each, logged once per text and reason."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from vtube.errors import PackageMissingError, SettingsError, VtubeError
from vtube.speech.texts import Text
from vtube.text import first_line

ENOUGH = 3
"""After so many sentences in a row that could not be said, the rest of their text is left out."""

KEPT = 8
MAX_SHOWN = 40
"""Characters of a text in a message."""

log = logging.getLogger(__name__)


class Failures:
    """The last few. The caller holds a lock."""

    def __init__(self) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)

    @property
    def last(self) -> dict[str, Any] | None:
        """The newest: `number` of the text, `line`, which is `why` and the `text` of the sentence."""
        return self._kept[-1] if self._kept else None

    def all(self) -> list[dict[str, Any]]:
        """As `last`, the oldest first."""
        return list(self._kept)

    def add(self, text: Text, shown: str, error: Exception) -> bool:
        """Note that a sentence could not be said; whether there is no hope for the rest of its text."""
        reason = str(error) if isinstance(error, VtubeError) else f"the voice {text.voice} failed: {first_line(error)}"
        line = f"{reason}; not said{' aloud' if text.mimes else ''}: {short(shown)}"
        told = any(
            (text.mimes or one["number"] == text.number) and one["line"].startswith(reason) for one in self._kept
        )
        self._kept.append({"number": text.number, "line": line, "why": reason, "text": shown})
        text.failed += 1
        log.log(logging.DEBUG if told else logging.WARNING, "%s", line)
        log.debug("text %d", text.number, exc_info=error)
        return isinstance(error, PackageMissingError | SettingsError) or text.failed >= ENOUGH


def short(text: str) -> str:
    """The beginning of a text, as a message shows it."""
    line = " ".join(text.split())
    return repr(line if len(line) <= MAX_SHOWN else f"{line[: MAX_SHOWN - 1]}…")
