"""The tables of the memory, and how their file is opened."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from vtube.dialogue.memory import calendar
from vtube.errors import SettingsError
from vtube.paths import remove, replace

log = logging.getLogger(__name__)

VERSION = 1
TABLES = """
create table if not exists turns (
    id integer primary key, at real not null, viewer text not null, name text not null,
    said text not null, answer text not null);
create index if not exists turns_viewer on turns (viewer, id);
create index if not exists turns_at on turns (at);
create table if not exists viewers (
    viewer text primary key, name text not null, names text not null, first_seen real not null, last_seen real not null,
    messages integer not null default 0, answered integer not null default 0, paid real not null default 0,
    currency text not null default '', note text not null default '');
create table if not exists facts (
    id integer primary key, viewer text not null, kind text not null, text text not null, importance real not null,
    strength real not null default 1, created real not null, recalled real not null, pinned integer not null default 0,
    dead real);
create unique index if not exists facts_text on facts (viewer, text);
create table if not exists summaries (
    id integer primary key, begins real not null, ends real not null, text text not null);
create virtual table if not exists turn_words using fts5 (words, content='', contentless_delete=1);
create virtual table if not exists fact_words using fts5 (words, content='', contentless_delete=1);
create virtual table if not exists turn_terms using fts5vocab (turn_words, row);
create virtual table if not exists fact_terms using fts5vocab (fact_words, row);
"""
OLD = TABLES.replace(", content='', contentless_delete=1", "")
"""For SQLite before 3.43, whose indexes keep the text."""


class Database:
    """The file while it is open; any thread may change it, one at a time."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            SettingsError: see `opened`.
        """
        self._path, self._lock = path, threading.RLock()
        self._connection = opened(path)
        self._connection.row_factory = sqlite3.Row

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The database, all or nothing.

        Raises:
            SettingsError: the disk is full, or the file is damaged.
        """
        with self._lock:
            try:
                self._connection.execute("begin immediate")
                yield self._connection
                self._connection.execute("commit")
            except BaseException as error:
                if self._connection.in_transaction:  # a full disk may have ended it
                    self._connection.execute("rollback")
                if isinstance(error, sqlite3.Error):
                    raise SettingsError(_cannot_keep(self._path, error)) from None
                raise

    def wipe_traces(self) -> None:
        """Leave nothing in the file of what was deleted.

        Raises:
            SettingsError: the disk is full.
        """
        with self._lock:
            try:
                for table in ("turn_words", "fact_words"):
                    self._connection.execute(f"insert into {table} ({table}) values ('optimize')")
                self._connection.execute("vacuum")
                self._connection.execute("pragma wal_checkpoint(truncate)")
            except sqlite3.Error as error:
                raise SettingsError(f"it is forgotten, but traces are left in {self._path}: {error}") from None

    def close(self) -> None:
        """Close the file; harmless when called twice."""
        with self._lock:
            self._connection.close()


def opened(path: Path) -> sqlite3.Connection:
    """The memory in that file, made if it is missing; a damaged one is put aside and a new one begun.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _prepared(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            aside = path.with_name(f"{path.stem}.damaged-{time.time():.0f}{path.suffix}")
            log.warning("the memory %s is damaged (%s); it is kept as %s and a new one begun", path, error, aside.name)
            replace(path, aside)
            for name in ("-wal", "-shm"):
                with contextlib.suppress(OSError):
                    remove(path.with_name(path.name + name))
            return _prepared(path)
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(_cannot_keep(path, error)) from None


def _cannot_keep(path: Path, error: Exception) -> str:
    """The line for whoever wants a memory there."""
    return f"cannot keep the memory in {path}: {error}; see dialogue.memory.path"


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False, isolation_level=None)
    try:
        connection.executescript("pragma journal_mode=wal; pragma synchronous=normal; pragma secure_delete=on;")
        connection.executescript(TABLES if sqlite3.sqlite_version_info >= (3, 43) else OLD)
        connection.executescript(calendar.TABLE)
        connection.execute(f"pragma user_version={VERSION}")
        connection.execute("select count(*) from facts").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
