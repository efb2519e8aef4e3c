"""Whether anybody speaks at all: a noise floor that adapts, and a gate with hysteresis above it."""

from __future__ import annotations

from vtube.audio.features import SILENT_DB

RISE_DB, RISE_IN_SILENCE_DB = 0.065, 0.33
"""How fast the floor rises per frame: through speech (6.5 dB a second; the gaps in speech pull it down again) and
through what the network calls silence."""

FALL, FALL_A_LITTLE, LITTLE_DB = 0.1, 0.05, 10.0
"""Share of the way down that the floor goes in one frame, and where the way is short: a crowd's noise is uneven."""

OPEN_DB, CLOSE_DB = 10.0, 5.0
"""How far above the floor the gate opens, and below what it closes, unless the network is sure of speech."""

SURE_DB = -9.0
"""Where it is, soft vowels may lie so far from the floor, which rises in long speech."""

OPENS, CLOSES, SURE = 0.75, 0.75, 0.18
"""The network's silence (0..1): below the first the gate may open, above the second it closes, below the third somebody
speaks for sure."""

EASE = 0.43
"""Share of the way that the silence which is judged goes to the newest one in one frame."""

HOLD_FRAMES = 12
"""Frames (10 ms) that the gate stays open after the last one that was loud enough."""

FIRST_FLOOR_DB, HIGHEST_FLOOR_DB = -44.0, -22.0
"""The first is high: before a room is known, only clear speech opens, not the breath before it."""

BELOW_PEAK_DB = -41.0
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


class VoiceActivity:
    """Open while somebody speaks: fast to open, slow to close, and never chattering between."""

    def __init__(self, sensitivity: float = 1.0) -> None:
        """`sensitivity` above 1 opens at softer speech, below 1 only at louder."""
        self.sensitivity = sensitivity
        self._floor = NoiseFloor()
        self._silence = 1.0
        self._held = 0
        self._somebody_held = 0

    @property
    def open(self) -> bool:
        """Whether speech passes."""
        return self._held > 0

    @property
    def somebody(self) -> bool:
        """Whether it would be open if everything might begin."""
        return self._somebody_held > 0

    @property
    def sure(self) -> bool:
        """Whether the network is sure of speech."""
        return self._silence < SURE

    @property
    def floor_db(self) -> float:
        """The noise floor, dB of full scale."""
        return self._floor.db

    def follow(
        self,
        level_db: float,
        below_peak_db: float,
        silence: float,
        *,
        may_begin: bool = True,
        may_go_on: bool = True,
    ) -> bool:
        """Take one frame; whether it is open.

        Args:
            level_db: its level, dB of full scale.
            below_peak_db: that against the loudest of the recent past, at most 0.
            silence: how sure (0..1) the network is that nobody speaks in it.
            may_begin: False keeps a closed gate closed; an open one stays open.
            may_go_on: False lets an open gate close HOLD_FRAMES after the last frame at which it was True.
        """
        self._silence += EASE * (silence - self._silence)
        self._floor.follow(level_db, self._silence)
        above = level_db - self._floor.db - self.shift_db
        near = below_peak_db > BELOW_PEAK_DB + self.shift_db
        begins = near and above > OPEN_DB and silence < OPENS
        goes_on = near and self._goes_on(above)
        self._somebody_held = _held(self._somebody_held, goes_on if self.somebody else begins)
        self._held = _held(self._held, goes_on and may_go_on if self.open else begins and may_begin)
        return self.open

    @property
    def shift_db(self) -> float:
        """How much louder than at a sensitivity of 1 a sound has to be."""
        return 6.0 * (1.0 - self.sensitivity)

    def _goes_on(self, above_db: float) -> bool:
        return (above_db > CLOSE_DB and self._silence < CLOSES) or (above_db > SURE_DB and self.sure)


def _held(held: int, speech: bool) -> int:
    return HOLD_FRAMES if speech else max(0, held - 1)
