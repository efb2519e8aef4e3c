"""What a memory lets go of: what has faded, what is older than it may be, and what is too much."""

from __future__ import annotations

import sqlite3

from vtube.dialogue.memory.facts import DAY_S, FADED, KEPT_IMPORTANCE
from vtube.dialogue.memory.recall import retained

DEAD_DAYS = 30.0
MOST_TURNS, MOST_FACTS, MOST_VIEWERS = 100_000, 10_000, 100_000
"""Of all viewers together. The vectors of facts are held in memory, too: 3 KB each where a model gives 768 numbers."""

_LAST = {
    "turns": "select id from turns order by id desc",
    "facts": "select id from facts order by pinned desc, dead is null desc, recalled desc, id desc",
    "viewers": "select viewer from viewers order by last_seen desc, rowid desc",
}
"""The rows of a table, those that stay longest first."""


def prune(database: sqlite3.Connection, now: float | None, keep_days: float) -> None:
    """Let go, with the words by which it was found.

    `now`: seconds since 1970; None where nobody is sure of it, and nothing goes because of its age.
    """
    if now is not None:
        _drop_old(database, now, keep_days)
    _drop(database, "facts", f"{_LAST['facts']} limit -1 offset ?", MOST_FACTS)
    _drop(database, "turns", f"{_LAST['turns']} limit -1 offset ?", MOST_TURNS)
    spare = f"{_LAST['viewers']} limit -1 offset ?"
    database.execute(f"delete from viewers where viewer in ({spare})", (MOST_VIEWERS,))


def _drop_old(database: sqlite3.Connection, now: float, keep_days: float) -> None:
    oldest, dead = now - keep_days * DAY_S, now - DEAD_DAYS * DAY_S
    living = database.execute(
        "select * from facts where dead is null and not pinned and importance < ?", (KEPT_IMPORTANCE,)
    )
    faded = [(now, row["id"]) for row in living.fetchall() if retained(row, now) < FADED]
    database.executemany("update facts set dead = ? where id = ?", faded)
    _drop(database, "facts", "select id from facts where dead is not null and dead < ?", dead)
    _drop(database, "turns", "select id from turns where at < ?", oldest)
    database.execute("delete from summaries where ends < ?", (oldest,))
    database.execute("delete from viewers where last_seen < ? and viewer not in (select viewer from facts)", (oldest,))


def _drop(database: sqlite3.Connection, table: str, chosen: str, limit: float) -> None:
    """Delete the rows whose numbers `chosen` gives, and their words."""
    words = {"facts": "fact_words", "turns": "turn_words"}[table]
    database.execute(f"delete from {words} where rowid in ({chosen})", (limit,))
    database.execute(f"delete from {table} where id in ({chosen})", (limit,))
