"""A list in JSON whose elements come one by one, over minutes: how YouTube streams its chat."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_BYTES = 8 * 1024 * 1024
"""Of one element; more is no chat."""

_MARK = re.compile(rb'\\.|["{}]', re.DOTALL)


class JsonObjects:
    """Cuts what comes into its outermost objects, whatever stands between them: `[`, commas, line ends."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._begin = self._next = 0
        self._depth = 0
        self._quoted = False

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The objects that `data` completes.

        Raises:
            ValueError: it is no JSON, or an object is larger than MOST_BYTES.
        """
        self._buffer += data
        found = [json.loads(self._buffer[begin:end]) for begin, end in self._spans()]
        kept = self._begin if self._depth else self._next
        del self._buffer[:kept]
        self._begin, self._next = self._begin - kept if self._depth else 0, self._next - kept
        if len(self._buffer) > MOST_BYTES:
            raise ValueError("an object is too large")
        return found

    def _spans(self) -> list[tuple[int, int]]:
        spans, at = [], self._next
        for mark in _MARK.finditer(self._buffer, self._next):
            at = mark.end()
            if self._ends(mark[0], mark.start()):
                spans.append((self._begin, at))
        cut_off = self._buffer[-1:] == b"\\" and at < len(self._buffer)
        self._next = len(self._buffer) - cut_off
        return spans

    def _ends(self, sign: bytes, at: int) -> bool:
        """Take in the sign that stands at `at`; whether an outermost object ends with it."""
        if sign == b'"':
            self._quoted = not self._quoted and self._depth > 0
        elif self._quoted or sign[:1] == b"\\":
            return False
        elif sign == b"{":
            self._begin = self._begin if self._depth else at
            self._depth += 1
        elif self._depth:
            self._depth -= 1
            return not self._depth
        return False
