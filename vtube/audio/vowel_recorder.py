"""Five vowels from a microphone, one at a time, for a calibration: first the room, then each vowel and a pause."""

from __future__ import annotations

import numpy as np

from vtube.audio.base import RATE, Samples
from vtube.audio.features import HOP, Windows, levels_db, mel_spectra

WANTED = "aiueo"
ROOM_FRAMES = 100
ABOVE_ROOM_DB, SOFTEST_DB = 12.0, -55.0
"""A vowel is this much louder than the room, and no softer than the second, in dB of full scale."""

SHORTEST, LONGEST, PAUSE = 40, 150, 25
"""Frames (10 ms) of a vowel, and of the pause that ends it."""

PAUSE_S = 0.3


class VowelRecorder:
    """Takes sound as it arrives and keeps of it what was asked for."""

    def __init__(self) -> None:
        self._windows = Windows()
        self._room: list[float] = []
        self._spoken: list[Samples] = []
        self._loud = self._quiet = 0
        self._settling = False
        self._kept: list[Samples] = []

    @property
    def wanted(self) -> str | None:
        """What to say now: one of WANTED, the empty string for nothing at all (the room is listened to), None: done."""
        if len(self._room) < ROOM_FRAMES:
            return ""
        return WANTED[len(self._kept)] if len(self._kept) < len(WANTED) else None

    def feed(self, samples: Samples) -> None:
        """Take the next samples (mono float32 at RATE)."""
        windows = self._windows.push(samples)
        for window, level in zip(windows, levels_db(mel_spectra(windows)).tolist(), strict=True):
            self._take(level, window[-HOP:])

    def recording(self) -> Samples:
        """The vowels with pauses between, as `calibrate` takes them."""
        pause = np.zeros(int(PAUSE_S * RATE), np.float32)
        return np.concatenate([pause, *(part for vowel in self._kept for part in (vowel, pause))])

    def _take(self, level_db: float, part: Samples) -> None:
        if self.wanted == "":
            self._room.append(level_db)
        elif self.wanted is not None:
            self._hear(level_db > max(SOFTEST_DB, float(np.median(self._room)) + ABOVE_ROOM_DB), part)

    def _hear(self, loud: bool, part: Samples) -> None:
        self._quiet = 0 if loud else self._quiet + 1
        if self._settling:
            self._settling = self._quiet < PAUSE
            return
        self._loud += loud
        if loud or self._spoken:
            self._spoken.append(part.copy())
        if self._loud >= LONGEST or (self._quiet >= PAUSE and self._spoken):
            self._finish()

    def _finish(self) -> None:
        """Keep what was said, unless it was only a cough."""
        if self._loud >= SHORTEST:
            self._kept.append(np.concatenate(self._spoken[: len(self._spoken) - self._quiet]))
        self._settling = self._quiet < PAUSE
        self._spoken, self._loud = [], 0
