"""The seam of the memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from vtube.chat.message import ChatMessage


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and what was heard as the answer.

    Attributes:
        message: the cleaned message, None for talk of her own.
        heard: to the last word that was heard.
        filtered: why the answer was broken off, or nothing.
    """

    message: ChatMessage | None
    heard: str
    filtered: str = ""


class Memory(Protocol):
    """Remembers; `add` returns at once and never fails, whatever the disk does."""

    async def recall(self, viewer: str, text: str) -> list[str]:
        """Facts for an answer to that viewer about that text, the most useful first."""

    def summary(self) -> str:
        """What happened before the turns that the model sees; may be empty."""

    def add(self, turn: Turn) -> None:
        """Remember a turn."""

    def saw(self, message: ChatMessage) -> None:
        """Count a cleaned message of a viewer; returns at once."""

    def is_new(self, viewer: str) -> bool:
        """Whether a viewer, by source and number, has been seen in this stream only and was never answered."""

    def look_up(self, name: str) -> list[dict[str, Any]]:
        """Viewers of that name: each name, messages, days, since the first one, facts. Blocks."""

    def export(self) -> Mapping[str, Any]:
        """All that is remembered, as JSON. Blocks."""

    def forget(self, viewer: str) -> bool:
        """Forget a viewer, by source and number, and all that is known of them. Blocks."""

    def set_fact(
        self, text: str, viewer: str = "", number: int | None = None, *, importance: float = 0.8, pinned: bool = False
    ) -> int | None:
        """Write a fact, or change that of a number; its number, None when there is none of it. Blocks."""

    def delete_fact(self, number: int) -> bool:
        """Delete a fact; whether there was one of that number. Blocks."""

    def close(self) -> None:
        """Write what is left."""


class NoMemory:
    """Remembers nothing."""

    async def recall(self, _viewer: str, _text: str) -> list[str]:
        """Nothing."""
        return []

    def summary(self) -> str:
        """Nothing."""
        return ""

    def add(self, turn: Turn) -> None:
        """Nothing is kept."""

    def saw(self, message: ChatMessage) -> None:
        """Nobody is counted."""

    def is_new(self, _viewer: str) -> bool:
        """Nobody can tell."""
        return False

    def look_up(self, _name: str) -> list[dict[str, Any]]:
        """Nobody is known."""
        return []

    def export(self) -> Mapping[str, Any]:
        """Nothing."""
        return {"enabled": False, "viewers": [], "facts": [], "turns": [], "summaries": []}

    def forget(self, _viewer: str) -> bool:
        """Nobody is known."""
        return False

    def set_fact(self, *_: object, **__: object) -> int | None:
        """Nothing is kept."""
        return None

    def delete_fact(self, _number: int) -> bool:
        """There are none."""
        return False

    def close(self) -> None:
        """Nothing to write."""
