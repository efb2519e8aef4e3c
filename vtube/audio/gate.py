"""Whether anybody speaks at all: a noise floor that adapts, and a gate with hysteresis above it."""

from __future__ import annotations

from vtube.audio.features import SILENT_DB

RISE_DB, RISE_IN_SILENCE_DB = 0.06, 0.25
"""How fast the floor rises per frame: through speech (6 dB a second; the gaps in speech pull it down again) and
through what the network calls silence."""

FALL, FALL_A_LITTLE, LITTLE_DB = 0.25, 0.04, 10.0
"""Share of the way down that the floor goes in one frame, and where the way is short: a crowd's noise is uneven."""

OPEN_DB, CLOSE_DB = 9.0, 5.0
"""How far above the floor the gate opens, and below what it closes."""

HOLD_FRAMES = 7
"""Frames (10 ms) that the gate stays open after the last one that was loud enough."""

FIRST_FLOOR_DB, HIGHEST_FLOOR_DB = -55.0, -22.0

BELOW_PEAK_DB = -36.0
"""What lies further below the loudest of the recent past is breath, cloth or a neighbour."""


class NoiseFloor:
    """The level of what is heard when nobody speaks, in dB of full scale."""

    def __init__(self) -> None:
        self.db = FIRST_FLOOR_DB

    def follow(self, level_db: float, silence: float) -> None:
        """Take one frame's level and how sure (0..1) the network is that nobody speaks in it."""
        if level_db < self.db:
            rate = FALL if level_db < self.db - LITTLE_DB else FALL_A_LITTLE
            self.db += rate * (level_db - self.db)
        else:
            self.db += min(level_db - self.db, RISE_DB + silence * RISE_IN_SILENCE_DB)
        self.db = min(max(self.db, SILENT_DB), HIGHEST_FLOOR_DB)


class Gate:
    """Open while somebody speaks: fast to open, slow to close, and never chattering between."""

    def __init__(self, sensitivity: float = 1.0) -> None:
        """`sensitivity` above 1 opens at softer speech, below 1 only at louder."""
        self._shift_db = 6.0 * (1.0 - sensitivity)
        self._floor = NoiseFloor()
        self._held = 0

    @property
    def open(self) -> bool:
        """Whether speech passes."""
        return self._held > 0

    @property
    def floor_db(self) -> float:
        """The noise floor, dB of full scale."""
        return self._floor.db

    def follow(self, level_db: float, below_peak_db: float, silence: float) -> bool:
        """Take one frame (its level, also against the recent peak, and `silence` as above); whether it is open."""
        self._floor.follow(level_db, silence)
        above = level_db - self._floor.db - self._shift_db
        loud = (above > (CLOSE_DB if self.open else OPEN_DB)
                and below_peak_db > BELOW_PEAK_DB + self._shift_db)
        sure = silence < (0.8 if self.open else 0.5)
        self._held = HOLD_FRAMES if loud and sure else max(0, self._held - 1)
        return self.open
