"""A clock, and talks for a memory."""

from __future__ import annotations

from collections.abc import Callable

from vtube.chat.message import ChatMessage
from vtube.dialogue.memory.base import Turn
from vtube.dialogue.memory.facts import DAY_S
from vtube.dialogue.memory.store import MemoryStore

START = 1_764_000_000.0


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += days * DAY_S


Open = Callable[..., MemoryStore]


def let_pass(store: MemoryStore, wall: Time, days: float) -> None:
    """Days pass, and the memory looks twice: a clock that has jumped is not believed at once."""
    wall.pass_days(days)
    store.prune()
    wall.pass_days(1.01)
    store.prune()


def turn(text: str, user: str = "Mia", heard: str = "I see.", user_id: str | None = None) -> Turn:
    number = user.lower() if user_id is None else user_id
    return Turn(ChatMessage("test", "1", user, text, user_id=number), heard)


def tell(store: MemoryStore, *turns: Turn) -> None:
    for one in turns:
        store.write(one)
