"""The chat as it may be shown: the last messages, cleaned."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Any

from vtube.chat.message import ChatMessage, Removal

KEPT = 50


class ChatFeed:
    """The last KEPT messages that passed; what moderators take back goes."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._kept: deque[tuple[ChatMessage, dict[str, Any]]] = deque(maxlen=KEPT)

    def add(self, message: ChatMessage, now: float) -> None:
        """Show a cleaned message; `now` in monotonic seconds."""
        shown = {
            "number": next(self._numbers),
            "source": message.source,
            "user": message.user,
            "text": message.text,
            "kind": str(message.kind),
            "amount": message.amount,
            "currency": message.currency,
            "roles": sorted(map(str, message.roles)),
            "at": round(now, 3),
        }
        self._kept.append((message, shown))

    def remove(self, removal: Removal) -> None:
        """A moderator has taken messages back."""
        self._kept = deque((one for one in self._kept if not removal.hits(one[0])), maxlen=KEPT)

    def clear(self) -> None:
        """Show nothing of what came until now."""
        self._kept.clear()

    def recent(self) -> list[dict[str, Any]]:
        """The messages, the oldest first."""
        return [shown for _, shown in self._kept]
