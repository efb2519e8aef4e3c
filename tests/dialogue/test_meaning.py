"""Facts that are recalled by what they mean."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from tests.dialogue.llm_server import LlmServer, Refusal
from vtube.chat.message import ChatMessage
from vtube.dialogue.llm.embedding import create_embedder
from vtube.dialogue.memory.base import Turn
from vtube.dialogue.memory.meaning import REST_S, Vector
from vtube.dialogue.memory.recall import words_of
from vtube.dialogue.memory.store import MemoryStore
from vtube.dialogue.memory.turn_vectors import MOST_TURNS
from vtube.errors import LanguageModelError, SettingsError
from vtube.settings import LanguageModelSettings, MemorySettings

MEANINGS = {"cat": 0, "pet": 0, "kitten": 0, "noodle": 1, "ramen": 1, "soup": 1, "star": 2, "sky": 2}
"""Words of the fake model, by their meaning."""


class FakeEmbedder:
    """Texts that share a meaning are alike."""

    def __init__(self, name: str = "fake:1") -> None:
        self.name = name
        self.asked: list[list[str]] = []
        self.fault: Exception | None = None
        self.takes_s = 0.0

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.asked.append(list(texts))
        await asyncio.sleep(self.takes_s)
        if self.fault is not None:
            raise self.fault
        return [self.vector(text) for text in texts]

    @staticmethod
    def vector(text: str) -> Vector:
        vector = np.array([0, 0, 0, 0.3], np.float32)
        for word, place in MEANINGS.items():
            vector[place] += 2.0 * (word in text)
        return vector


def opened(folder: Path, embedder: FakeEmbedder | None, **settings: Any) -> MemoryStore:
    return MemoryStore(folder / "memory.sqlite", MemorySettings.model_validate(settings), embedder=embedder)


async def recalled(store: MemoryStore, text: str) -> list[str]:
    """What is recalled for somebody else once everything is learnt."""
    await store.recall("test:ken", text)
    while any(task.get_name() == "meanings" for task in asyncio.all_tasks()):
        await asyncio.sleep(0.005)
    return await store.recall("test:ken", text)


async def test_other_words_for_the_same_are_found(tmp_path: Path) -> None:
    store = opened(tmp_path, FakeEmbedder())
    store.set_fact("has a kitten named Momo", "test:mia")
    store.set_fact("likes ramen", "test:ann")
    assert store.recalled("test:ken", "who owns pets?") == []
    assert await recalled(store, "who owns a pet?") == ["somebody has a kitten named Momo"]
    assert await recalled(store, "any soup lovers?") == ["somebody likes ramen"]
    assert await recalled(store, "what about trains?") == []
    store.close()


async def test_vectors_stay_and_only_what_is_new_is_learnt(tmp_path: Path) -> None:
    first = opened(tmp_path, FakeEmbedder())
    first.set_fact("has a kitten", "test:mia")
    await recalled(first, "pet?")
    first.close()
    embedder = FakeEmbedder()
    again = opened(tmp_path, embedder)
    again.set_fact("likes ramen", "test:ann")
    assert await recalled(again, "pet?") == ["somebody has a kitten"]
    assert embedder.asked[1] == ["likes ramen"]
    again.close()
    other = FakeEmbedder("fake:2")
    renewed = opened(tmp_path, other)
    await recalled(renewed, "pet?")
    assert sorted(other.asked[1]) == ["has a kitten", "likes ramen"]
    renewed.close()


async def test_a_viewer_who_is_forgotten_leaves_no_vector(tmp_path: Path) -> None:
    store = opened(tmp_path, FakeEmbedder())
    number = store.set_fact("has a kitten", "test:mia")
    changed = store.set_fact("likes ramen", "test:ann")
    await recalled(store, "pet?")
    assert store.forget("test:mia")
    store.set_fact("watches the sky", "test:ann", changed)
    assert await recalled(store, "pet?") == []
    assert await recalled(store, "soup?") == []
    assert await recalled(store, "stars?") == ["somebody watches the sky"]
    store.close()
    rows = sqlite3.connect(tmp_path / "memory.sqlite").execute("select id from fact_vectors").fetchall()
    assert rows == [(changed,)]
    assert number not in rows[0]


async def test_a_server_that_fails_or_dawdles_leaves_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("vtube.dialogue.memory.meaning.ASK_S", 0.05)
    monkeypatch.setattr("vtube.dialogue.memory.meaning.SLOW_S", 0.0)
    embedder = FakeEmbedder()
    store = opened(tmp_path, embedder)
    store.set_fact("has a kitten", "test:mia")
    embedder.takes_s = 0.5
    assert await store.recall("test:ken", "kitten?") == ["somebody has a kitten"]
    embedder.takes_s, embedder.fault = 0.0, LanguageModelError("ollama does not answer")
    assert await recalled(store, "kitten?") == ["somebody has a kitten"]
    asked = len(embedder.asked)
    assert await recalled(store, "kitten?") == ["somebody has a kitten"]
    assert len(embedder.asked) == asked, f"it is left alone for {REST_S} s"
    assert caplog.text.count("by its words only") == 1
    store.close()


@pytest.mark.slow
async def test_ten_thousand_facts_are_looked_through_in_time(tmp_path: Path) -> None:
    store = opened(tmp_path, FakeEmbedder())
    numbers = np.random.default_rng(1)
    vectors = numbers.standard_normal((10_000, 768)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    database = sqlite3.connect(tmp_path / "memory.sqlite")
    with database:
        for number, vector in enumerate(vectors, 1):
            fact = (number, f"test:v{number}", f"likes word{number} and word{number % 977}")
            database.execute(
                "insert into facts (id, viewer, text, created, recalled, kind, importance) "
                "values (?, ?, ?, ?, ?, 'likes', .5)",
                (*fact, time.time(), time.time()),
            )
            database.execute("insert into fact_vectors values (?, ?)", (number, vector.tobytes()))
    database.close()
    store.close()
    store = opened(tmp_path, FakeEmbedder(), keep_days=3650)
    assert store._meanings is not None  # noqa: SLF001 - what is asked of the server is no part of this measure
    times = []
    for place in random.Random(1).sample(range(10_000), 50):
        began = time.thread_time()
        meant = store._meanings.meant("test:ken", vectors[place])  # noqa: SLF001 - as above
        found = store.recalled("test:ken", f"word{place % 977}", meant)
        times.append(time.thread_time() - began)
        assert max(meant.facts, key=lambda number: meant.facts[number]) == place + 1
        assert found
    assert median(times) < 0.020, sorted(times)
    store.close()


def talked(store: MemoryStore, viewer: str, said: str, answer: str = "I see.") -> None:
    source, _, number = viewer.partition(":")
    store.write(Turn(ChatMessage(source, said, number, said, user_id=number), answer))


async def learnt(store: MemoryStore, viewer: str, text: str) -> list[str]:
    """What is recalled for a viewer once everything is learnt."""
    await asked_once(store, viewer, text)
    return await store.recall(viewer, text)


async def asked_once(store: MemoryStore, viewer: str, text: str) -> None:
    """A question, and what is learnt after it; a second one would begin to learn more."""
    await store.recall(viewer, text)
    while any(task.get_name() == "meanings" for task in asyncio.all_tasks()):
        await asyncio.sleep(0.005)


async def test_an_earlier_talk_about_the_same_is_found_in_other_words(tmp_path: Path) -> None:
    store = opened(tmp_path, FakeEmbedder())
    talked(store, "test:mia", "a kitten ran after me", "How sweet!")
    talked(store, "test:mia", "that ramen was too hot")
    talked(store, "test:ann", "every pet wants soup")
    (line,) = await learnt(store, "test:mia", "do you know cats?")
    assert line == "mia wrote before: 'a kitten ran after me'; you said: 'How sweet!'"
    assert await learnt(store, "test:mia", "which soup?") == [
        "mia wrote before: 'that ramen was too hot'; you said: 'I see.'"
    ]
    assert await learnt(store, "test:mia", "trains?") == []
    assert await learnt(store, "test:new", "which pet?") == [], "another viewer's talk is theirs"
    store.close()


async def test_talks_are_learnt_once_the_newest_first_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.dialogue.memory.turn_vectors.MOST_TURNS", 5)
    monkeypatch.setattr("vtube.dialogue.memory.meaning.BATCH", 2)
    monkeypatch.setattr("vtube.dialogue.memory.meaning.TURN_BATCHES", 2)
    embedder = FakeEmbedder()
    store = opened(tmp_path, embedder)
    for number in range(8):
        talked(store, "test:mia", f"kitten {number}", "")
    await asked_once(store, "test:mia", "pet?")
    asked = [text.strip() for texts in embedder.asked for text in texts if text != "pet?"]
    assert asked == [f"kitten {number}" for number in (7, 6, 5, 4)], "the rest after the next question"
    for number in range(8, 11):
        talked(store, "test:mia", f"kitten {number}", "")
    for _ in range(3):
        await asked_once(store, "test:mia", "pet?")
    asked = [text.strip() for texts in embedder.asked for text in texts if text != "pet?"]
    assert len(asked) == len(set(asked))
    store.close()
    rows = sqlite3.connect(tmp_path / "memory.sqlite").execute("select id from turn_vectors order by id").fetchall()
    assert [number for (number,) in rows] == [7, 8, 9, 10, 11]


async def test_vectors_of_talks_go_with_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = FakeEmbedder()
    store = opened(tmp_path, embedder)
    talked(store, "test:mia", "a kitten ran after me")
    talked(store, "test:ann", "that ramen was hot")
    await learnt(store, "test:mia", "pet?")
    secret = FakeEmbedder.vector("a kitten ran after me")
    kept = (secret / np.linalg.norm(secret)).astype(np.float16).tobytes()
    store.flush()
    files = list(tmp_path.glob("memory.sqlite*"))
    assert any(kept in one.read_bytes() for one in files)
    assert store.forget("test:mia")
    assert not any(kept in one.read_bytes() for one in files if one.exists()), "nothing of it is in the file"
    assert await learnt(store, "test:mia", "pet?") == []
    store.close()
    without = opened(tmp_path, None)
    assert without.forget("test:ann"), "also while no embeddings are asked for"
    without.close()
    assert sqlite3.connect(tmp_path / "memory.sqlite").execute("select count(*) from turn_vectors").fetchone() == (0,)


async def test_another_model_learns_talks_anew(tmp_path: Path) -> None:
    first = opened(tmp_path, FakeEmbedder())
    talked(first, "test:mia", "a kitten ran after me")
    await learnt(first, "test:mia", "pet?")
    first.close()
    other = FakeEmbedder("fake:2")
    renewed = opened(tmp_path, other)
    await learnt(renewed, "test:mia", "pet?")
    assert ["a kitten ran after me\nI see."] in other.asked
    renewed.close()


@pytest.mark.slow
async def test_talks_of_a_hundred_thousand_are_looked_through_in_time(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1)
    vectors = numbers.standard_normal((MOST_TURNS, 768)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store = opened(tmp_path, FakeEmbedder())
    database = sqlite3.connect(tmp_path / "memory.sqlite")
    with database:
        for number in range(1, 100_001):
            viewer = f"test:v{number % 100}"
            said = f"message {number} about word{number % 977}"
            turn = (number, time.time(), viewer, viewer, said, "fine")
            database.execute("insert into turns (id, at, viewer, name, said, answer) values (?, ?, ?, ?, ?, ?)", turn)
            database.execute("insert into turn_words (rowid, words) values (?, ?)", (number, words_of(said, viewer)))
        first = 100_000 - MOST_TURNS
        for number, vector in enumerate(vectors.astype(np.float16), first + 1):
            database.execute("insert into turn_vectors values (?, ?)", (number, vector.tobytes()))
    database.close()
    meanings = store._meanings  # noqa: SLF001 - what is asked of the server is no part of this measure
    assert meanings is not None
    times = []
    for place in random.Random(1).sample(range(MOST_TURNS // 2 + 1000, MOST_TURNS), 50):
        number = first + 1 + place
        viewer = f"test:v{number % 100}"
        began = time.thread_time()
        meant = meanings.meant(viewer, vectors[place])
        found = store.recalled(viewer, f"word{place % 977} again", meant)
        times.append(time.thread_time() - began)
        assert meant.turn == number
        assert f"message {number} " in found[-1]
    began = time.thread_time()
    assert meanings._missing_turns() == []  # noqa: SLF001 - it holds the memory's lock meanwhile
    looking = time.thread_time() - began
    print(f"recall {1000 * median(times):.1f} ms, looking for what is missing {1000 * looking:.1f} ms")
    assert median(times) < 0.020, sorted(times)
    assert looking < 0.050
    store.close()


ASKED = {"ollama": ("/api/embed", "ollama:bge-m3"), "openai": ("/embeddings", "openai:bge-m3")}
GIVEN = {
    "ollama": {"embeddings": [[1, 0], [0, 1]]},
    "openai": {"data": [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]},
}


def server_of(kind: str, address: str) -> Any:
    return create_embedder(f"{kind}:bge-m3", LanguageModelSettings(addresses={kind: address}))


@pytest.mark.parametrize("kind", ASKED)
async def test_both_protocols_are_spoken(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1")
    async with LlmServer([json.dumps(GIVEN[kind], indent=1)]).run() as server:
        vectors = await server_of(kind, server.address).embed(["a", "b" * 9000])
    assert [list(one) for one in vectors] == [[1, 0], [0, 1]]
    assert server.paths == [ASKED[kind][0]]
    assert server.bodies[0]["model"] == "bge-m3"
    assert [len(one) for one in server.bodies[0]["input"]] == [1, 2000]
    assert ("Authorization" in server.headers[0]) == (kind == "openai")


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(
    "answer",
    [
        ["<html>"],
        ["{}"],
        ['{"embeddings": [[1]], "data": []}'],
        ['{"embeddings": [[1], ["x"]]}'],
        ['{"embeddings": [[1], [NaN]]}'],
        ['{"embeddings": [[1], [1, 2]]}'],
        ["[" * 50_000],
        Refusal(404, {"error": "model not found sk-secret-1"}),
    ],
)
async def test_what_is_no_embedding_is_told(kind: str, answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1")
    async with LlmServer(answer).run() as server:
        with pytest.raises(LanguageModelError) as told:
            await server_of(kind, server.address).embed(["a", "b"])
    assert "sk-secret-1" not in (str(told.value) if kind == "openai" else "")


def test_embeddings_have_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert create_embedder("none", LanguageModelSettings()) is None
    assert server_of("ollama", "http://127.0.0.1:9").name == "ollama:bge-m3"
    with pytest.raises(SettingsError, match="did you mean 'ollama'"):
        create_embedder("olama", LanguageModelSettings())
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        create_embedder("openai", LanguageModelSettings())
