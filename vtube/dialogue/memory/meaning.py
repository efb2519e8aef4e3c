"""Facts and talks found by what they mean, not by their words: vectors from a server of embeddings."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vtube.clock import Clock, monotonic
from vtube.dialogue.memory import turn_vectors
from vtube.errors import LanguageModelError, SettingsError

ASK_S = 0.4
"""An answer waits so long for the meaning of its question; words alone have to do then."""
LEARN_S = 60.0
REST_S = 60.0
"""A server that fails is left alone for so long."""
SLOW_S = 10.0
"""One that is too slow, for so long."""
BATCH = 32
TURN_BATCHES = 4
"""Of talks, that are learnt after a question: the server has an answer to make, too."""
NEAREST = 20
FEW, USUAL = 8, 0.3
"""Of fewer facts nobody can say what likeness is usual; it counts as this."""
SPREAD = 0.4
"""So much more than the usual likeness is the same meaning: relevance 1."""
SURE = 0.5
"""Relevance from which a talk is told to have been about the same."""

TABLES = """
create table if not exists fact_vectors (id integer primary key, vector blob not null);
create table if not exists vectors_gone (id integer primary key);
create table if not exists vectors_of (model text primary key);
create trigger if not exists fact_deleted after delete on facts begin
    delete from fact_vectors where id = old.id;
    insert or ignore into vectors_gone values (old.id);
end;
create trigger if not exists fact_changed after update of text on facts when old.text <> new.text begin
    delete from fact_vectors where id = old.id;
    insert or ignore into vectors_gone values (old.id);
end;
"""

Vector = NDArray[np.float32]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meant:
    """What means something like a text: facts with their relevance 0 to 1, and a talk of its viewer, by number."""

    facts: Mapping[int, float] = field(default_factory=dict)
    turn: int | None = None


NOTHING = Meant()


class Embedder(Protocol):
    """Turns texts into vectors."""

    name: str
    """The model; vectors of another one are of no use."""

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, all of one length.

        Raises:
            LanguageModelError: the server does not give them; one line.
        """


class Meanings:
    """The vectors of a memory. One event loop asks `near`; what is new is learnt meanwhile."""

    def __init__(
        self,
        embedder: Embedder,
        changing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        clock: Clock = monotonic,
    ) -> None:
        """Load what is there; `changing` gives the memory's database, all or nothing."""
        self._embedder, self._changing, self._clock = embedder, changing, clock
        self._rest_until = float("-inf")
        self._learning: asyncio.Task[None] | None = None
        self._numbers: list[int] = []
        self._matrix: Vector = np.zeros((0, 0), np.float32)
        with changing() as database:
            for statement in _statements(TABLES + turn_vectors.TABLES):
                database.execute(statement)
            _forget_others(database, embedder.name)
            self._load(database)

    async def near(self, viewer: str, text: str) -> Meant:
        """What means something like that text of that viewer; nothing in doubt."""
        if not text or self._clock() < self._rest_until:
            return NOTHING
        try:
            async with asyncio.timeout(ASK_S):
                (asked,) = await self._embedder.embed([text])
        except TimeoutError:  # a model that loads, or a busy computer: words have to do this time
            self._learn()
            self._rest_until = self._clock() + SLOW_S
            return NOTHING
        except LanguageModelError as error:
            self._rest(error)
            return NOTHING
        self._learn()
        return await asyncio.to_thread(self.meant, viewer, asked)

    def meant(self, viewer: str, asked: Vector) -> Meant:
        """What has a vector like that one. Blocks for milliseconds."""
        return Meant(self.nearest(asked), self.talk(viewer, asked))

    def talk(self, viewer: str, asked: Vector) -> int | None:
        """The viewer's talk that was most surely about the same, by number."""
        if not viewer:
            return None
        with self._changing() as database:
            found = turn_vectors.likeness(database, viewer, _unit(asked))
        if not found:
            return None
        number = max(found, key=lambda one: found[one])
        return number if (found[number] - _usual(list(found.values()))) / SPREAD >= SURE else None

    def nearest(self, asked: Vector) -> dict[int, float]:
        """The facts whose vectors are like that one. Blocks for milliseconds."""
        with self._changing() as database:
            gone = {row[0] for row in database.execute("select id from vectors_gone")}
            if gone:
                database.execute("delete from vectors_gone")
                self._load(database)
        if not self._numbers or self._matrix.shape[1] != asked.size:
            return {}
        likeness = self._matrix @ _unit(asked)
        usual = _usual(likeness)
        best = np.argpartition(-likeness, min(NEAREST, len(likeness)) - 1)[:NEAREST]
        relevance = {self._numbers[place]: (float(likeness[place]) - usual) / SPREAD for place in best}
        return {number: min(value, 1.0) for number, value in relevance.items() if value > 0}

    async def learn(self) -> None:
        """Ask for the vectors of all facts that have none, and of some talks."""
        while rows := await asyncio.to_thread(self._missing):
            await asyncio.to_thread(self._keep, rows, await self._vectors(rows))
        for _ in range(TURN_BATCHES):
            rows = await asyncio.to_thread(self._missing_turns)
            if not rows:
                return
            await asyncio.to_thread(self._keep_turns, rows, await self._vectors(rows))

    async def _vectors(self, rows: list[tuple[int, str]]) -> list[Vector]:
        async with asyncio.timeout(LEARN_S):
            return await self._embedder.embed([text for _, text in rows])

    def _learn(self) -> None:
        if self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self._learn_quietly(), name="meanings")

    async def _learn_quietly(self) -> None:
        try:
            await self.learn()
        except (LanguageModelError, TimeoutError, SettingsError) as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        if self._clock() < self._rest_until:
            return
        self._rest_until = self._clock() + REST_S
        log.warning(
            "what is remembered is recalled by its words only: %s", error or "the server of embeddings is too slow"
        )

    def _missing(self) -> list[tuple[int, str]]:
        with self._changing() as database:
            return [
                (row["id"], row["text"])
                for row in database.execute(
                    "select id, text from facts where dead is null and id not in (select id from fact_vectors) limit ?",
                    (BATCH,),
                )
            ]

    def _keep(self, rows: list[tuple[int, str]], vectors: list[Vector]) -> None:
        values = [(_unit(vector).tobytes(), number, text) for (number, text), vector in zip(rows, vectors, strict=True)]
        with self._changing() as database:
            database.executemany(
                "insert or replace into fact_vectors (vector, id) select ?, id from facts where id = ? and text = ?",
                values,
            )
            self._load(database)

    def _missing_turns(self) -> list[tuple[int, str]]:
        with self._changing() as database:
            return turn_vectors.missing(database, BATCH)

    def _keep_turns(self, rows: list[tuple[int, str]], vectors: list[Vector]) -> None:
        kept = {number: _unit(vector) for (number, _), vector in zip(rows, vectors, strict=True)}
        with self._changing() as database:
            turn_vectors.keep(database, kept)

    def _load(self, database: sqlite3.Connection) -> None:
        rows = database.execute("select id, vector from fact_vectors order by id").fetchall()
        length = max((len(row["vector"]) for row in rows), default=0)
        rows = [row for row in rows if len(row["vector"]) == length]
        self._numbers = [row["id"] for row in rows]
        joined = np.frombuffer(b"".join(row["vector"] for row in rows), np.float32)
        self._matrix = joined.reshape(len(rows), length // 4)


def _forget_others(database: sqlite3.Connection, model: str) -> None:
    """Vectors of another model go."""
    row = database.execute("select model from vectors_of").fetchone()
    if row is None or row["model"] != model:
        for table in ("fact_vectors", "turn_vectors", "vectors_of"):
            database.execute(f"delete from {table}")
        database.execute("insert into vectors_of values (?)", (model,))


def _statements(script: str) -> list[str]:
    """Each statement of a script; a trigger's are one."""
    found, part = [], ""
    for piece in script.split(";"):
        part += piece + ";"
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


def _usual(likeness: Sequence[float] | Vector) -> float:
    """The likeness of what has nothing to do with each other."""
    return float(np.median(likeness)) if len(likeness) >= FEW else USUAL


def _unit(vector: Vector) -> Vector:
    """The vector with the length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
