"""Bytes of a streamed answer to lines, and lines to server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE = 4 * 1024 * 1024


class Lines:
    """Cuts lines; a character or a line may be cut anywhere between two feeds."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes, *, final: bool = False) -> Iterator[str]:
        """The lines that are complete now, without their ends; with `final` the last one, too.

        Raises:
            ValueError: a line has no end.
        """
        self._rest += self._decoder.decode(data, final)
        *lines, self._rest = self._rest.split("\n")
        if len(self._rest) > MAX_LINE:
            raise ValueError("a line without end")
        for line in lines:
            yield line.removesuffix("\r")
        if final and self._rest:
            line, self._rest = self._rest, ""
            yield line.removesuffix("\r")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its kind, and its data lines joined."""

    name: str
    data: str


class Events:
    """Puts events together, line by line; comments are passed over."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Event | None:
        """The event that this line ends: an empty one does."""
        if line:
            self._take(line)
            return None
        event = Event(self._name, "\n".join(self._data)) if self._data else None
        self._name, self._data = "", []
        return event

    def end(self) -> Event | None:
        """An event that the end of the stream ends; some servers leave the last empty line out."""
        return self.feed("")

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
