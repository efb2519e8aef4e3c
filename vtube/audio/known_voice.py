"""How loud the user's own voice is at a microphone: learnt while it is heard, known again at the next start.

What lies far below it, such as people who talk in the same room, does not open the mouth, nor keep it open where such
people are heard. Whoever speaks on at another level, because the gain was turned down, takes its place: soon where the
noise fell with the voice, later where it did not, for then it may be somebody else. At the first start, before anybody
is known, the user stands out from the room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vtube.audio.company import Company
from vtube.audio.features import PEAK_FALL_DB, SILENT_DB, PeakMeter
from vtube.audio.room import Room

NEAR_DB = 14.0
"""What lies further below the voice's usual peak is hardly the user: the vowels of one voice reach above this again and
again, people 15 dB below do not."""

WARY_FRAMES = 500
"""Frames (10 ms) after the last sound that was surely the user's during which soft sounds count as theirs, too,
unless others are heard beside them."""

FAR_DB, FAR_FRAMES = 13.0, 28
"""Beside others nothing opens the mouth that lies further below the usual peak, and an open one closes after so many
frames: in speech a vowel soon reaches above it."""

LEAST_FRAMES = 200
"""Frames of speech from which a level is known."""

RISE, FALL = 0.01, 0.001
"""Share of the way that the level goes to the newest peak in one frame of speech: the user is the loudest."""

SOON_FRAMES, LATE_FRAMES = 50.0, 200.0
"""Frames of speech at another level after which that one counts: where the noise has fallen, too, and where not."""

FORGET = 0.9998
"""What is left of them from frame to frame: half in 35 s."""

LEAST_WEIGHT, SLIGHT_DB, CLEAR_DB = 0.2, 10.0, 24.0
"""How much a frame counts that lies less than the second above the noise floor; from the third it counts whole, as a
crowd seldom lies."""

FALLEN_DB = 6.0
"""The floor has fallen when it lies this far below the one that belonged to the voice."""

LOWEST_DB, HIGHEST_DB = PeakMeter.LOWEST_DB, 6.0


@dataclass(frozen=True, slots=True)
class VoiceLevel:
    """A voice at a microphone: its usual peak and the noise floor while it speaks, dB of full scale.

    Raises:
        ValueError: one of them is no level of a sound.
    """

    peak_db: float
    floor_db: float

    def __post_init__(self) -> None:
        if not (LOWEST_DB <= self.peak_db <= HIGHEST_DB and SILENT_DB <= self.floor_db <= HIGHEST_DB):
            raise ValueError("no level of a voice")


class KnownVoice:
    """Follows one microphone frame by frame. Every frame: `may_begin`, then `follow`."""

    def __init__(self, kept: VoiceLevel | None = None) -> None:
        """`kept`: what was learnt last time; None knows nobody yet, and who stands out from the room is the user."""
        self._peak_db = kept.peak_db if kept is not None else PeakMeter.FIRST_DB
        self._floor_db = kept.floor_db if kept is not None else SILENT_DB
        self._frames = 10 * LEAST_FRAMES if kept is not None else 0
        self._known = kept is not None
        self._since = WARY_FRAMES
        self._others, self._others_peak_db = 0.0, -math.inf
        self._room, self._company = Room(), Company()
        self._far = 0

    @property
    def level(self) -> VoiceLevel | None:
        """What to keep for the next time; None before enough was heard."""
        if self._frames < LEAST_FRAMES:
            return None
        return VoiceLevel(min(max(self._peak_db, LOWEST_DB), HIGHEST_DB), min(max(self._floor_db, SILENT_DB), 0.0))

    def may_begin(self, level_db: float) -> bool:
        """Whether a sound this loud may open a closed mouth."""
        if not self._known:
            return self._room.may_begin(level_db)
        if self._company.there:
            return level_db > self._peak_db - FAR_DB
        return self._since < WARY_FRAMES or self._is_near(level_db)

    def may_go_on(self, level_db: float) -> bool:
        """Whether a sound this loud may keep an open mouth open."""
        return not (self._known and self._company.there) or self._far < FAR_FRAMES or level_db > self._peak_db - FAR_DB

    def follow(
        self, level_db: float, peak_db: float, floor_db: float, *, somebody: bool, speaking: bool, sure: bool
    ) -> bool:
        """Take one frame; True when whoever speaks now has taken the place of the voice that was known.

        Args:
            level_db: its level.
            peak_db: the loudest of the recent past.
            floor_db: the noise floor.
            somebody: whether anybody speaks, however far below the known voice.
            speaking: whether the gate is open.
            sure: whether the recogniser is sure of speech.
        """
        if not math.isfinite(level_db + peak_db + floor_db):
            return False
        if not self._known:
            self._room.follow(level_db, floor_db, speaking)
        self._far = self._far + 1 if speaking and level_db <= self._peak_db - FAR_DB else 0
        self._company.follow(somebody and not speaking)
        self._since = min(self._since + 1, WARY_FRAMES)
        self._others *= FORGET
        taken = False
        if speaking and sure and self._is_near(level_db):
            self._since, self._others, self._others_peak_db = 0, 0.0, -math.inf
        elif somebody and (self._known or not speaking):
            taken = self._hear_another(level_db, floor_db)
        if speaking and sure:
            self._company.compare(peak_db, self._peak_db, self._frames)
            self._learn(max(peak_db, LOWEST_DB), floor_db)
        return taken

    def start_of(self, peak_db: float) -> float:
        """Where the loudest of the recent past is to begin, at `peak_db` when nobody is known."""
        return self._peak_db if self._known else peak_db

    def _is_near(self, level_db: float) -> bool:
        return not self._known or level_db > self._peak_db - NEAR_DB

    def _hear_another(self, level_db: float, floor_db: float) -> bool:
        weight = (level_db - floor_db - SLIGHT_DB) / (CLEAR_DB - SLIGHT_DB)
        self._others += min(1.0, max(LEAST_WEIGHT, weight))
        self._others_peak_db = max(self._others_peak_db - PEAK_FALL_DB, level_db)
        fallen = floor_db < max(self._floor_db - FALLEN_DB, SILENT_DB + 3.0)
        if self._others <= (SOON_FRAMES if fallen else LATE_FRAMES):
            return False
        self._peak_db, self._floor_db = max(self._others_peak_db, LOWEST_DB), floor_db
        self._frames, self._others, self._others_peak_db = 0, 0.0, -math.inf
        self._room.forget()
        self._company.forget()
        return True

    def _learn(self, peak_db: float, floor_db: float) -> None:
        self._frames = min(self._frames + 1, 10 * LEAST_FRAMES)
        rate = RISE if peak_db > self._peak_db else FALL
        self._peak_db += max(rate, 1 / self._frames) * (peak_db - self._peak_db)
        self._floor_db += max(FALL, 1 / self._frames) * (floor_db - self._floor_db)
        self._known = self._known or self._frames >= LEAST_FRAMES
