"""The memory in one SQLite file: what was said, who the viewers are, what they told of themselves."""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vtube.chat.message import ChatMessage
from vtube.dialogue.bigrams import terms
from vtube.dialogue.memory import pruning
from vtube.dialogue.memory.base import Turn
from vtube.dialogue.memory.calendar import Calendar
from vtube.dialogue.memory.facts import DAY_S, claims
from vtube.dialogue.memory.meaning import NOTHING, Embedder, Meanings, Meant
from vtube.dialogue.memory.recall import facts_about, near_turn, retained, scored_facts, told, words_of
from vtube.dialogue.memory.schema import Database
from vtube.errors import SettingsError
from vtube.settings import MemorySettings
from vtube.threads import Worker

SUMMARY_TURNS = 20
MOST_SUMMARIES = 200
PRUNE_EVERY = 1000
"""So many notes are written between two looks at what has to go: a show may last for days."""
KEPT_NAMES = 10
EXPORTED = 10_000
NAMESAKES, TOLD = 3, 5
"""Of viewers of one name, and of facts about each."""
CLOSE_S = 2.0
MOST_NOTED, CAUGHT_UP = 2000, 1000
"""Notes that wait to be written; a disk that is slower than the chat costs the newest, and not the memory. Once that
many wait, none is taken until fewer than the second number do: one gap that is told once."""

MEET = """
insert into viewers (viewer, name, names, first_seen, last_seen, messages, answered, paid, currency)
values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (viewer) do update set
    name = excluded.name, names = excluded.names, last_seen = excluded.last_seen,
    messages = messages + excluded.messages, answered = answered + excluded.answered, paid = paid + excluded.paid,
    currency = case excluded.currency when '' then currency else excluded.currency end
"""

log = logging.getLogger(__name__)


class MemoryStore:
    """Any thread may use it; `add` and `saw` only note, a thread of its own writes. `settings` may be replaced."""

    def __init__(
        self,
        path: Path,
        settings: MemorySettings,
        wall: Callable[[], float] = time.time,
        embedder: Embedder | None = None,
    ) -> None:
        """Open the file, and let fade what has faded; with an `embedder` also find by meaning.

        Raises:
            SettingsError: it cannot be written.
        """
        self.settings = settings
        self._database = Database(path)
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._is_behind = False
        self._told: list[tuple[str, str]] = []
        try:
            with self._database.changing() as database:
                self._calendar = Calendar(database, wall)
                self._summary = _last_summary(database)
            self._opened = self._calendar.now()
            self._meanings = Meanings(embedder, self._database.changing) if embedder is not None else None
            self.prune()
        except SettingsError:
            self._database.close()
            raise
        self._writer = Worker("memory", self._write)
        self._writer.start()

    # What the broadcast asks

    async def recall(self, viewer: str, text: str) -> list[str]:
        """See `base.Memory`."""
        meant = NOTHING
        if self._meanings is not None and self.settings.recalled:
            meant = await self._meanings.near(viewer, text)
        return await asyncio.to_thread(self.recalled, viewer, text, meant)

    def recalled(self, viewer: str, text: str, meant: Meant = NOTHING) -> list[str]:
        """Facts about the viewer and about what is spoken of, and the nearest earlier turn. Blocks for milliseconds."""
        if not self.settings.recalled:
            return []
        with self._database.changing() as database:
            now = self._calendar.now()
            facts = scored_facts(database, viewer, text, now, meant.facts)[: self.settings.recalled]
            lines = [told(row, viewer) for row in facts]
            if viewer and (turn := near_turn(database, viewer, text, meant.turn)) is not None:
                lines.append(f"{turn['name']} wrote before: {turn['said']!r}; you said: {turn['answer']!r}")
        if facts:
            self._note(lambda: self._refresh([(now, row["id"]) for row in facts]))
        return lines

    def summary(self) -> str:
        """See `base.Memory`."""
        return self._summary

    def add(self, turn: Turn) -> None:
        """See `base.Memory`."""
        self._note(lambda: self.write(turn))

    def saw(self, message: ChatMessage) -> None:
        """Count a message that is not answered, too."""
        self._note(lambda: self._count(message))

    def is_new(self, viewer: str) -> bool:
        """See `base.Memory`."""
        if not viewer:
            return False
        with self._database.changing() as database:
            row = database.execute("select first_seen, answered from viewers where viewer = ?", (viewer,)).fetchone()
        return row is None or (row["first_seen"] >= self._opened and not row["answered"])

    def look_up(self, name: str) -> list[dict[str, Any]]:
        """See `base.Memory`; of several of that name those who wrote last."""
        with self._database.changing() as database:
            viewers = database.execute(
                "select * from viewers where name = ? collate nocase order by last_seen desc limit ?", (name, NAMESAKES)
            ).fetchall()
            now = self._calendar.now()
            return [
                {
                    "name": row["name"],
                    "messages": row["messages"],
                    "days": round((now - row["first_seen"]) / DAY_S, 1),
                    "facts": [one["text"] for one in facts_about(database, row["viewer"], now)][:TOLD],
                }
                for row in viewers
            ]

    # What the control page asks; these block

    def export(self) -> Mapping[str, Any]:
        """See `base.Memory`."""
        with self._database.changing() as database:
            tables = {
                name: [
                    dict(row)
                    for row in database.execute(f"select * from {name} order by rowid desc limit ?", (EXPORTED,))
                ]
                for name in ("viewers", "facts", "turns", "summaries")
            }
        now = self._calendar.now()
        for fact in tables["facts"]:
            fact["retention"] = round(retained(fact, now), 4)
        return {"enabled": True, **tables}

    def forget(self, viewer: str) -> bool:
        """See `base.Memory`; nothing of the viewer stays in the file."""
        with self._database.changing() as database:
            known = sum(
                database.execute(f"select count(*) from {name} where viewer = ?", (viewer,)).fetchone()[0]
                for name in ("viewers", "facts", "turns")
            )
            for table, words in (("turns", "turn_words"), ("facts", "fact_words")):
                database.execute(
                    f"delete from {words} where rowid in (select id from {table} where viewer = ?)", (viewer,)
                )
                database.execute(f"delete from {table} where viewer = ?", (viewer,))
            database.execute("delete from viewers where viewer = ?", (viewer,))
            if known:  # they may be named in them
                database.execute("delete from summaries")
                self._summary = ""
                self._told.clear()
        if known:
            self._database.wipe_traces()
        return bool(known)

    def set_fact(
        self, text: str, viewer: str = "", number: int | None = None, *, importance: float = 0.8, pinned: bool = False
    ) -> int | None:
        """Write a fact, or another text in place of one; its number, or None when there is none of that number."""
        with self._database.changing() as database:
            if number is None:
                return self._insert_fact(database, viewer, "note", text, importance, pinned=pinned)
            changed = database.execute(
                "update or replace facts set text = ?, importance = ?, pinned = ?, dead = null where id = ?",
                (text, importance, pinned, number),
            ).rowcount
            database.execute("delete from fact_words where rowid = ?", (number,))
            if changed:
                database.execute("insert into fact_words (rowid, words) values (?, ?)", (number, words_of(text)))
            return number if changed else None

    def delete_fact(self, number: int) -> bool:
        """Delete a fact; whether there was one of that number."""
        with self._database.changing() as database:
            database.execute("delete from fact_words where rowid = ?", (number,))
            return bool(database.execute("delete from facts where id = ?", (number,)).rowcount)

    def prune(self) -> None:
        """Let go of what has faded, of what is older than it may be, and of what is too much."""
        with self._database.changing() as database:
            now = self._calendar.now() if self._calendar.is_sure(database) else None
            pruning.prune(database, now, self.settings.keep_days)

    def flush(self, seconds: float = CLOSE_S) -> bool:
        """Wait until all that was noted is written, at most `seconds`; whether it is."""
        done = threading.Event()
        self._work.put(done.set)
        return done.wait(seconds)

    def close(self) -> None:
        """Write what is left; harmless when called twice."""
        self._work.put(None)
        self._writer.join(CLOSE_S)
        self._database.close()

    # Inside

    def write(self, turn: Turn) -> None:
        """Write a turn down at once, with what its message tells of the viewer."""
        message, now = turn.message, self._calendar.now()
        if message is None or turn.filtered:
            return
        viewer = message.viewer
        with self._database.changing() as database:
            cursor = database.execute(
                "insert into turns (at, viewer, name, said, answer) values (?, ?, ?, ?, ?)",
                (now, viewer, message.user, message.text, turn.heard),
            )
            words = words_of(f"{message.text} {turn.heard}", viewer)
            database.execute("insert into turn_words (rowid, words) values (?, ?)", (cursor.lastrowid, words))
            if viewer:
                self._meet(database, message, now, answered=bool(turn.heard))
                for claim in claims(message.text):
                    self._insert_fact(database, viewer, claim.kind, claim.text, claim.importance)
            self._told.append((message.user, message.text))
            if len(self._told) >= SUMMARY_TURNS:
                self._sum_up(database, now)

    def _refresh(self, recalled: list[tuple[float, int]]) -> None:
        """Note when these facts, by number, were recalled; a full disk costs that, and not the answer."""
        with self._database.changing() as database:
            database.executemany("update facts set recalled = ?, strength = strength + 1 where id = ?", recalled)

    def _count(self, message: ChatMessage) -> None:
        if message.viewer:
            with self._database.changing() as database:
                self._meet(database, message, self._calendar.now(), answered=False)

    def _meet(self, database: sqlite3.Connection, message: ChatMessage, now: float, *, answered: bool) -> None:
        row = database.execute("select names from viewers where viewer = ?", (message.viewer,)).fetchone()
        former = [name for name in json.loads(row["names"]) if name != message.user] if row else []
        names = json.dumps([message.user, *former][:KEPT_NAMES], ensure_ascii=False)
        paid = 0.0 if answered else message.amount
        counted = (int(not answered), int(answered), paid, message.currency)
        database.execute(MEET, (message.viewer, message.user, names, now, now, *counted))

    def _insert_fact(
        self,
        database: sqlite3.Connection,
        viewer: str,
        kind: str,
        text: str,
        importance: float,
        *,
        pinned: bool = False,
    ) -> int:
        now = self._calendar.now()
        row = database.execute("select id from facts where viewer = ? and text = ?", (viewer, text)).fetchone()
        if row is not None:
            database.execute(
                "update facts set strength = strength + 1, recalled = ?, dead = null where id = ?", (now, row["id"])
            )
            return int(row["id"])
        cursor = database.execute(
            "insert into facts (viewer, kind, text, importance, created, recalled, pinned) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (viewer, kind, text, importance, now, now, pinned),
        )
        number = int(cursor.lastrowid or 0)
        database.execute("insert into fact_words (rowid, words) values (?, ?)", (number, words_of(text)))
        return number

    def _sum_up(self, database: sqlite3.Connection, now: float) -> None:
        """What the last turns were about, in one line."""
        names = list(dict.fromkeys(name for name, _ in self._told))
        counted = Counter(word for _, text in self._told for word in set(terms(text)))
        topics = [word for word, count in counted.most_common(8) if count > 1]
        self._told.clear()
        text = f"{', '.join(names[:6])} wrote" + (f", mostly about {', '.join(topics)}" if topics else "") + "."
        database.execute("insert into summaries (begins, ends, text) values (?, ?, ?)", (now, now, text))
        database.execute("delete from summaries where id <= (select max(id) from summaries) - ?", (MOST_SUMMARIES,))
        self._summary = text

    def _note(self, work: Callable[[], None]) -> None:
        was_behind = self._is_behind
        self._is_behind = self._work.qsize() >= (CAUGHT_UP if was_behind else MOST_NOTED)
        if not self._is_behind:
            self._work.put(work)
        elif not was_behind:
            log.warning("the disk is too slow for the memory: what is said now is not remembered")

    def _write(self, _stopping: threading.Event) -> None:
        written, told = 0, ""
        while (work := self._work.get()) is not None:
            written += 1
            try:
                work()
                if written % PRUNE_EVERY == 0:
                    self.prune()
            except (SettingsError, OSError, ValueError) as error:
                if str(error) != told:
                    log.warning("something could not be remembered: %s", error)
                told = str(error)
            else:
                if told:
                    log.info("what is said is remembered again")
                told = ""


def _last_summary(database: sqlite3.Connection) -> str:
    row = database.execute("select text from summaries order by id desc limit 1").fetchone()
    return str(row[0]) if row else ""
