"""What a room sounds like before its user is known: what is hardly louder than the room opens no mouth.

At a first start nobody knows how loud the user is, but who speaks into a microphone stands out from what was there
before. A steady noise asks for no more than the gate does by itself; a crowd, whose loud moments lie far above its soft
ones, does.
"""

from __future__ import annotations

from collections import deque

from vtube.audio.features import SILENT_DB

ABOVE_DB = 5.0
"""How far above the loudest of the room the user begins."""

CLEAR_DB = 20.0
"""So far above the noise floor a crowd seldom begins, so that it is the user, whatever was heard before: a keyboard
that is louder than the voice, or the user's own voice at the very start."""

FIRST_FRAMES = 20
"""Frames (10 ms) at the start in which only that opens, as the room is not known yet."""

LATER_FRAMES = 30
"""Frames after which a sound that opened nothing is the room's; what is newer may be the beginning of a word."""

FADE_DB = 0.02
"""How fast the loudest fades, per frame: 2 dB a second, as the loudest of the recent past does."""


class Room:
    """Follows one microphone until its user is known. Every frame: `may_begin`, then `follow`."""

    def __init__(self) -> None:
        self._loudest_db = self._floor_db = SILENT_DB
        self._frames = 0
        self._newest: deque[float] = deque()

    def may_begin(self, level_db: float) -> bool:
        """Whether a sound this loud (dB of full scale) stands out."""
        stands_out = self._frames >= FIRST_FRAMES and level_db > self._loudest_db + ABOVE_DB
        return stands_out or (self._frames > 0 and level_db > self._floor_db + CLEAR_DB)

    def follow(self, level_db: float, floor_db: float, speaking: bool) -> None:
        """Take one frame.

        Args:
            level_db: its level, dB of full scale.
            floor_db: the noise floor.
            speaking: whether the gate is open; what made it open is not the room's.
        """
        self._frames += 1
        self._floor_db = floor_db
        self._loudest_db -= FADE_DB
        if speaking:
            self._newest.clear()
            return
        self._newest.append(level_db)
        waiting = LATER_FRAMES if self._frames > FIRST_FRAMES else 0
        while len(self._newest) > waiting:
            self._loudest_db = max(self._loudest_db, self._newest.popleft())

    def forget(self) -> None:
        """What was taken for the room was the user."""
        self._loudest_db = SILENT_DB
        self._newest.clear()
