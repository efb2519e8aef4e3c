"""Vectors of earlier talks, by which one about the same is found in other words; they lie beside the turns.

Only a viewer's own talks are looked through, straight from the file: nothing of this is held in memory.
"""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

MOST_TURNS = 20_000
"""The newest, of all viewers; of a vector of 768 numbers that is 30 MB in the file."""
LOOKED_THROUGH = 500
"""The newest of one viewer."""
TEXT = 1000
"""Characters of what was said and answered that count."""

TABLES = """
create table if not exists turn_vectors (id integer primary key, vector blob not null);
create trigger if not exists turn_deleted after delete on turns begin
    delete from turn_vectors where id = old.id;
end;
"""
MISSING = """
select turns.id, turns.said, turns.answer from turns left join turn_vectors on turn_vectors.id = turns.id
where turns.id > (select coalesce(max(id), 0) from turns) - ? and turn_vectors.id is null and turns.viewer <> ''
order by turns.id desc limit ?
"""
OF_VIEWER = """
select turns.id, turn_vectors.vector from turns join turn_vectors on turn_vectors.id = turns.id
where turns.viewer = ? order by turns.id desc limit ?
"""

Half = np.float16
"""They are kept with half of the digits; the order of likeness stays."""


def missing(database: sqlite3.Connection, most: int) -> list[tuple[int, str]]:
    """Turns that have no vector yet, the newest first: number and text."""
    rows = database.execute(MISSING, (MOST_TURNS, most)).fetchall()
    return [(row["id"], f"{row['said']}\n{row['answer']}"[:TEXT]) for row in rows]


def keep(database: sqlite3.Connection, vectors: dict[int, NDArray[np.float32]]) -> None:
    """Keep vectors of length 1, by number, of the turns that there still are; the oldest go."""
    database.executemany(
        "insert or replace into turn_vectors (vector, id) select ?, id from turns where id = ?",
        [(vector.astype(Half).tobytes(), number) for number, vector in vectors.items()],
    )
    database.execute("delete from turn_vectors where id <= (select max(id) from turns) - ?", (MOST_TURNS,))


def likeness(database: sqlite3.Connection, viewer: str, asked: NDArray[np.float32]) -> dict[int, float]:
    """How like a vector of length 1 the viewer's talks are, -1 to 1, by number."""
    rows = database.execute(OF_VIEWER, (viewer, LOOKED_THROUGH)).fetchall()
    rows = [row for row in rows if len(row["vector"]) == asked.size * Half().itemsize]
    joined = np.frombuffer(b"".join(row["vector"] for row in rows), Half).astype(np.float32)
    found = joined.reshape(len(rows), asked.size) @ asked
    return dict(zip((row["id"] for row in rows), found.tolist(), strict=True))
