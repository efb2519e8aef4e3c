"""What day it is, for a memory that lets go by age: a clock that is wrong for an evening must cost nothing.

A computer without a battery begins in 1970, another one in 2038, until the network has told it the time.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from vtube.dialogue.memory.facts import DAY_S

PLAUSIBLE = 1_735_689_600.0
"""2025-01-01, seconds since 1970: there was no memory before it."""
JUMP_S = 30 * DAY_S
"""A clock that is further from where it was last is believed only once it has stood so for SETTLED_S."""
SETTLED_S = DAY_S
TABLE = """
create table if not exists calendar (
    id integer primary key check (id = 0), believed real not null, moved real);
"""
DATES = {
    "turns": ("at",),
    "viewers": ("first_seen", "last_seen"),
    "facts": ("created", "recalled", "dead"),
    "summaries": ("begins", "ends"),
}
"""The columns of each table that hold a moment."""

log = logging.getLogger(__name__)


class Calendar:
    """The time of day as far as it is believed; whoever asks holds the database."""

    def __init__(self, database: sqlite3.Connection, wall: Callable[[], float]) -> None:
        """`wall` is the computer's clock, seconds since 1970."""
        self._wall = wall
        kept = database.execute("select believed, moved from calendar").fetchone()
        newest = database.execute("select max(last_seen) from viewers").fetchone()[0]
        self._believed = kept[0] if kept else newest if newest is not None else max(wall(), PLAUSIBLE)
        self._moved: float | None = kept[1] if kept else None

    def now(self) -> float:
        """To date something with: the clock's time; where that lies in the past, the last that was believed."""
        wall = self._wall()
        return wall if wall >= self._believed - DAY_S else self._believed

    def is_sure(self, database: sqlite3.Connection) -> bool:
        """Whether anything may go because of its age; what another clock has dated is dated anew then."""
        sure = self._believes(self._wall())
        database.execute("insert or replace into calendar values (0, ?, ?)", (self._believed, self._moved))
        if sure:
            _date_anew(database, self._believed)
        return sure

    def _believes(self, wall: float) -> bool:
        if abs(wall - self._believed) > JUMP_S or wall < PLAUSIBLE:
            if self._moved is None or not self._moved <= wall <= self._moved + JUMP_S:
                self._moved = wall
                days = round((wall - self._believed) / DAY_S)
                log.info("memory: the clock is %+d days from the last time; nothing is too old for a day", days)
            if wall < max(self._moved + SETTLED_S, PLAUSIBLE):
                return False
        self._believed, self._moved = wall, None
        return True


def _date_anew(database: sqlite3.Connection, now: float) -> None:
    """What is dated before the program was there, or in time to come, is of now."""
    for table, columns in DATES.items():
        for column in columns:
            database.execute(
                f"update {table} set {column} = ? where {column} > ? or {column} <= ?", (now, now + DAY_S, PLAUSIBLE)
            )
