"""Plug-ins that ask to be let in, until the user has answered."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vtube.clock import Clock, monotonic

MOST = 4
"""Who asks at the same time; VTube Studio shows one window at a time, too."""
LIFE_S = 300.0
QUIET_S = 5.0
"""A plug-in that was refused may ask again after so long."""

log = logging.getLogger(__name__)

Answer = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Question:
    """A plug-in that asks.

    Attributes:
        number: names the question to the page.
        origin: the web page that it is part of, empty for a program.
        until: monotonic seconds at which it counts as refused.
    """

    number: int
    name: str
    developer: str
    origin: str
    until: float
    answer: Answer


class Asking:
    """The open questions. Any thread may call; an answer is handed on in the thread of whoever gives it."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._changing = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: dict[int, Question] = {}
        self._refused: dict[tuple[str, str], float] = {}

    def ask(self, name: str, developer: str, origin: str, answer: Answer) -> int | None:
        """Put a question; its number, or None while the user should not be asked."""
        now = self._clock()
        self._expire(now)
        with self._changing:
            asked = any((one.name, one.developer) == (name, developer) for one in self._open.values())
            quiet = now - self._refused.get((name, developer), float("-inf")) < QUIET_S
            if asked or quiet or len(self._open) >= MOST:
                return None
            number = next(self._numbers)
            self._open[number] = Question(number, name, developer, origin, now + LIFE_S, answer)
        where = f", a page of {origin}" if origin else ""
        log.info(
            "the plug-in %r by %r%s asks to steer the character: answer on the control page, or y and n here",
            name,
            developer,
            where,
        )
        return number

    def open(self) -> list[Question]:
        """Who asks now, the first one first."""
        self._expire(self._clock())
        return list(self._open.values())

    def status(self) -> list[dict[str, Any]]:
        """The same for pages."""
        return [
            {"number": one.number, "name": one.name, "developer": one.developer, "origin": one.origin}
            for one in self.open()
        ]

    def answer(self, number: int, allow: bool) -> bool:
        """Answer a question; False when it is not open any more."""
        with self._changing:
            question = self._open.pop(number, None)
            if question is not None and not allow:
                self._refused = {(question.name, question.developer): self._clock()}
        if question is None:
            return False
        question.answer(allow)
        return True

    def withdraw(self, number: int) -> None:
        """Who asked is gone."""
        with self._changing:
            self._open.pop(number, None)

    def _expire(self, now: float) -> None:
        for one in [one for one in self._open.values() if one.until <= now]:
            self.answer(one.number, False)
