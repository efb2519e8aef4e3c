"""What of the memory bears on an answer: facts about who is present and what is spoken of, and an earlier talk."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import Any

from vtube.dialogue.bigrams import terms
from vtube.dialogue.memory.facts import DAY_S, retention

MOST_TERMS = 8
COMMON = 1000
"""A word in more entries than this says nothing."""
CANDIDATES = 20
ENOUGH = 0.25
"""Relevance from which a fact about nobody present is worth telling."""
RELEVANCE, RETENTION, IMPORTANCE = 0.5, 0.3, 0.2
"""What a fact's score is made of."""

FACTS = "select facts.*, viewers.name from facts left join viewers using (viewer) where dead is null and "


def scored_facts(
    database: sqlite3.Connection, viewer: str, text: str, now: float, meant: Mapping[int, float]
) -> list[sqlite3.Row]:
    """Facts for an answer to `viewer` about `text`, the best first.

    `now` is seconds since 1970, `meant` the relevance 0 to 1 of facts that mean the same in other words, by number.
    """
    rows = {row["id"]: row for row in database.execute(f"{FACTS} pinned and facts.viewer = ''")}
    if viewer:
        rows |= {row["id"]: row for row in database.execute(f"{FACTS} facts.viewer = ? limit 200", (viewer,))}
    relevance = _relevance(database, text)
    relevance |= {number: max(near, relevance.get(number, 0.0)) for number, near in meant.items()}
    missing = [number for number in relevance if number not in rows]
    marks = ",".join("?" * len(missing))
    rows |= {row["id"]: row for row in database.execute(f"{FACTS} facts.id in ({marks})", missing)}
    scored = []
    for number, row in rows.items():
        near = relevance.get(number, 0.0)
        if row["viewer"] == viewer or near >= ENOUGH or row["pinned"]:
            score = RELEVANCE * near + RETENTION * retained(row, now) + IMPORTANCE * row["importance"] + row["pinned"]
            scored.append((-score, number, row))
    return [row for _, _, row in sorted(scored, key=lambda one: one[:2])]


def facts_about(database: sqlite3.Connection, viewer: str, now: float) -> list[sqlite3.Row]:
    """What is known of a viewer, the best remembered first."""
    rows = database.execute(f"{FACTS} facts.viewer = ? limit 200", (viewer,)).fetchall()
    return sorted(rows, key=lambda row: (-retained(row, now) - row["importance"], row["id"]))


def near_turn(database: sqlite3.Connection, viewer: str, text: str, meant: int | None = None) -> sqlite3.Row | None:
    """An earlier turn of this viewer about the same, or None; `meant` is the number of one that means the same."""
    if meant is not None:
        found: sqlite3.Row | None = database.execute("select * from turns where id = ?", (meant,)).fetchone()
        if found is not None:
            return found
    rare = _rare(database, "turn_terms", terms(text))
    for word in rare:
        row: sqlite3.Row | None = database.execute(
            "select turns.* from turn_words join turns on turns.id = turn_words.rowid "
            "where turn_words match ? and turns.viewer = ? order by turn_words.rowid desc limit 1",
            (f"{mark_of(viewer)} AND {_query([word])}", viewer),
        ).fetchone()
        if row is not None:
            return row
    return None


def told(row: sqlite3.Row, viewer: str) -> str:
    """A fact as the model reads it."""
    name = row["name"] or ("the viewer" if row["viewer"] == viewer else "somebody")
    return f"{name} {row['text']}" if row["viewer"] else str(row["text"])


def retained(row: Mapping[str, Any] | sqlite3.Row, now: float) -> float:
    """How well a fact is remembered at `now`, 0 to 1."""
    if row["pinned"]:
        return 1.0
    return retention(row["importance"], row["strength"], (now - row["recalled"]) / DAY_S)


def words_of(text: str, viewer: str = "") -> str:
    """A text as the index holds it, with a mark of whose it is."""
    return " ".join([*terms(text), *([mark_of(viewer)] if viewer else [])])


def mark_of(viewer: str) -> str:
    """A word that stands for a viewer in the index of turns; no other text has it."""
    return f"viewer{hashlib.sha256(viewer.encode()).hexdigest()[:16]}"


def _relevance(database: sqlite3.Connection, text: str) -> dict[int, float]:
    """Facts about what a text is about, by number: 1 for the nearest."""
    query = _query(_rare(database, "fact_terms", terms(text)))
    if not query:
        return {}
    found = database.execute(
        "select rowid, bm25(fact_words) as rank from fact_words where fact_words match ? order by rank limit ?",
        (query, CANDIDATES),
    ).fetchall()
    best = min((row["rank"] for row in found), default=0.0)
    return {row["rowid"]: row["rank"] / best if best else 0.0 for row in found}


def _rare(database: sqlite3.Connection, index: str, words: list[str]) -> list[str]:
    """The words that say most: those in the fewest entries of an index."""
    counted = []
    for word in dict.fromkeys(words[: 4 * MOST_TERMS]):
        row = database.execute(f"select doc from {index} where term = ?", (word,)).fetchone()
        if row is not None:
            counted.append((row["doc"], word))
    return [word for count, word in sorted(counted) if count <= COMMON][:MOST_TERMS]


def _query(words: list[str]) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(words) if '"' not in word)
