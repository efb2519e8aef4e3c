"""A memory on a disk that is slow or full, and under a clock that is wrong."""

from __future__ import annotations

import queue
import sqlite3
import threading
from pathlib import Path

import pytest

from tests.dialogue.memory_rig import START, Open, Time, let_pass, tell, turn
from tests.waiting import PROGRAM_S
from vtube.chat.message import ChatMessage
from vtube.dialogue.memory import pruning, schema
from vtube.dialogue.memory.facts import DAY_S
from vtube.dialogue.memory.store import MOST_NOTED, MemoryStore
from vtube.errors import SettingsError
from vtube.settings import MemorySettings


def test_a_slow_disk_makes_nothing_grow(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.dialogue.memory.store.CLOSE_S", 60.0)
    hangs, writable, here = threading.Event(), threading.Event(), threading.get_ident()

    def wall() -> float:
        """Stops the writer, as a disk that hangs does."""
        if threading.get_ident() != here:
            hangs.set()
            assert writable.wait(60.0)
        return START

    store = MemoryStore(tmp_path / "memory.sqlite", MemorySettings(), wall)
    message = ChatMessage("test", "1", "Mia", "Hello", user_id="mia")
    store.saw(message)
    assert hangs.wait(60.0)
    for _ in range(MOST_NOTED + 500):
        store.saw(message)
    assert [record.message for record in caplog.records] == [
        "the disk is too slow for the memory: what is said now is not remembered"
    ]
    writable.set()
    store.close()
    again = MemoryStore(tmp_path / "memory.sqlite", MemorySettings(), lambda: START)
    (mia,) = again.look_up("Mia")
    again.close()
    assert mia["messages"] == 1 + MOST_NOTED  # the one that hung, and those that waited


def test_a_disk_that_is_a_little_too_slow_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each note that was written made place for one more, and the next one was told again."""
    notes = threading.Semaphore(0)
    here = threading.get_ident()
    written = queue.SimpleQueue[None]()

    def wall() -> float:
        if threading.get_ident() != here:
            assert notes.acquire(timeout=60.0)
            written.put(None)
        return START

    store = MemoryStore(tmp_path / "memory.sqlite", MemorySettings(), wall)
    message = ChatMessage("test", "1", "Mia", "Hello", user_id="mia")
    for _ in range(MOST_NOTED + 10):
        store.saw(message)
    for _ in range(20):
        notes.release()
        written.get(timeout=60.0)
        store.saw(message)
        store.saw(message)
    assert len(caplog.records) == 1
    notes.release(2 * MOST_NOTED)
    store.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


class Disk:
    """Where memories lie that are opened after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._files: list[sqlite3.Connection] = []
        opened = schema.opened

        def noted(path: Path) -> sqlite3.Connection:
            self._files.append(opened(path))
            return self._files[-1]

        monkeypatch.setattr(schema, "opened", noted)

    def fill(self, room: int = 0) -> None:
        """Leave `room` pages of 4 KB."""
        for file in self._files:
            (pages,) = next(iter(file.execute("pragma page_count").fetchall()))
            file.execute(f"pragma max_page_count={pages + room}")

    def clear(self) -> None:
        self.fill(1 << 20)


LONG = " ".join(f"word{number}" for number in range(3_000))


def test_a_full_disk_is_told_once_and_so_is_its_end(
    disk: Disk, remember: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    store = remember()
    disk.fill()
    for _ in range(20):
        store.add(turn(LONG))
    assert store.flush(PROGRAM_S)
    disk.clear()
    store.add(turn(LONG))
    store.add(turn(LONG))
    assert store.flush(PROGRAM_S)
    assert len(store.export()["turns"]) == 2
    told, again = [record.message for record in caplog.records]
    assert told.startswith("something could not be remembered: cannot keep the memory in ")
    assert "database or disk is full" in told
    assert again == "what is said is remembered again"


def test_on_a_full_disk_she_still_knows_her_viewers(disk: Disk, remember: Open) -> None:
    store = remember()
    tell(store, turn("I like tea and whales"))
    disk.fill()
    for _ in range(20):
        assert store.recalled("test:mia", "whales")[0] == "Mia likes tea and whales"
    assert not store.is_new("test:mia")
    assert store.look_up("Mia")
    with pytest.raises(SettingsError, match=r"cannot keep the memory in .*full"):
        store.set_fact(LONG)
    assert store.recalled("test:mia", "whales")


def test_a_memory_that_finds_no_room_as_it_is_opened_says_so(monkeypatch: pytest.MonkeyPatch, remember: Open) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(pruning, "prune", refuse)
    with pytest.raises(SettingsError, match=r"cannot keep the memory in .*full; see dialogue\.memory\.path"):
        remember()


@pytest.mark.parametrize("wrong", [0.0, 2_147_483_000.0])
def test_a_clock_that_is_wrong_for_an_evening_costs_no_memories(remember: Open, wall: Time, wrong: float) -> None:
    tell(remember(), turn("I like tea"), turn("an old story about whales"))
    before, wall.now = wall.now, wrong
    for hours in (0, 5):
        wall.now = wrong + 3600 * hours
        tell(remember(), turn(f"I hate mice {hours}", user="Ann"))
    wall.now = before + 2 * DAY_S
    store = remember()
    assert {one["viewer"] for one in store.export()["facts"] if one["dead"] is None} == {"test:mia", "test:ann"}
    assert len(store.export()["turns"]) == 4
    assert all(abs(one["at"] - wall.now) <= 3 * DAY_S for one in store.export()["turns"])
    for _ in range(10):
        let_pass(store, wall, 10)
    assert store.export()["turns"] == []


@pytest.mark.parametrize("wrong", [0.0, 2_147_483_000.0])
def test_a_memory_that_begins_with_a_wrong_clock_keeps_what_it_learnt(remember: Open, wall: Time, wrong: float) -> None:
    now, wall.now = wall.now, wrong
    tell(remember(), turn("an old story about whales"))
    wall.now = now
    store = remember()
    for _ in range(5):
        let_pass(store, wall, 3)
        assert len(store.export()["turns"]) == 1
    assert abs(store.export()["turns"][0]["at"] - now) <= 30 * DAY_S


def test_who_comes_back_after_months_is_forgotten_a_day_late_and_what_is_new_stays(remember: Open, wall: Time) -> None:
    store = remember(keep_days=90)
    tell(store, turn("an old story about whales"))
    wall.pass_days(200)
    store.prune()
    tell(store, turn("a new story about cats"))
    assert len(store.export()["turns"]) == 2
    wall.pass_days(2)
    store.prune()
    assert [one["said"] for one in store.export()["turns"]] == ["a new story about cats"]
