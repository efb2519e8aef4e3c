"""Her own messages, which come back as chat and must not be answered: known by number, by writer, or by their words."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from vtube.chat.message import ChatMessage
from vtube.chat.seen import Seen

KEPT, KEPT_S = 30, 180.0
"""Messages that are waited for, and for how long; another program may bring them, much later."""
LONG, LONGER = 12, 24
"""Letters from which a message counts as ours with something before it, and with something put in between."""
MORE, ROOM = 1.5, 30
"""So many times as long, and so much more, may a text come back: pictures of emoji become words."""


@dataclass(slots=True)
class _Written:
    source: str
    letters: str
    name: str
    at: float
    user_id: str = ""


class Echoes:
    """Remembers what was written, from before it is sent. `now` is monotonic seconds. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: deque[_Written] = deque(maxlen=KEPT)
        self._numbers = Seen()

    def expect(self, source: str, text: str, name: str, now: float) -> None:
        """`text` is about to be written, for `name`, whom the platform may put before it."""
        with self._lock:
            self._written.append(_Written(source, letters_of(text), letters_of(name), now))

    def know(self, source: str, number: str, user_id: str) -> None:
        """The last of them has this number, and is from this account; either may be empty."""
        with self._lock:
            if number:
                self._numbers.is_new((source, number))
            last = next((one for one in reversed(self._written) if one.source == source), None)
            if last is not None:
                last.user_id = user_id

    def is_echo(self, message: ChatMessage, now: float) -> bool:
        """Whether a message that arrives is one of ours."""
        with self._lock:
            if (message.source, message.id) in self._numbers:
                return True
            while self._written and now - self._written[0].at > KEPT_S:
                self._written.popleft()
            if not self._written:
                return False
            letters = letters_of(message.text)
            return any(_is_same(one, letters) for one in self._written if not _is_another(one, message))


def _is_another(one: _Written, message: ChatMessage) -> bool:
    """Whether somebody else has written it: a viewer who says what she says."""
    known = one.source == message.source and one.user_id and message.user_id
    return bool(known) and one.user_id != message.user_id


def _is_same(one: _Written, letters: str) -> bool:
    """Whether what came is what was written, perhaps with a name before it and pictures of emoji as words in it."""
    if letters in (one.letters, one.name + one.letters):
        return True
    if len(letters) > MORE * len(one.letters) + ROOM:
        return False
    if len(one.letters) >= LONG and letters.endswith(one.letters):
        return True
    rest = iter(letters)
    return len(one.letters) >= LONGER and all(letter in rest for letter in one.letters)


def letters_of(text: str) -> str:
    """What is left when a platform has changed spaces, marks, capitals and emoji."""
    return "".join(char for char in text.casefold() if char.isalnum())
