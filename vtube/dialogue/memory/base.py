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

    def export(self) -> Mapping[str, Any]:
        """All that is remembered, as JSON. Blocks."""

    def forget(self, viewer: str) -> bool:
        """Forget a viewer, by source and number, and all that is known of them. Blocks."""

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

    def export(self) -> Mapping[str, Any]:
        """Nothing."""
        return {"enabled": False, "viewers": [], "facts": [], "turns": [], "summaries": []}

    def forget(self, _viewer: str) -> bool:
        """Nobody is known."""
        return False

    def close(self) -> None:
        """Nothing to write."""
