"""Two programs of one user that keep something in the same moment: neither loses what the other keeps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vtube.audio.known_voice import VoiceLevel
from vtube.audio.voice_memory import VoiceMemory
from vtube.motion.facevector import FIELDS
from vtube.motion.neutral_faces import NeutralFaceStore
from vtube.motion.own_expressions import OwnExpressions
from vtube.settings import SavedSettings
from vtube.triggers.links import Links
from vtube.vts_api.plugins import Parameter, Plugins, key_of

CHANGES = 8

Change = Callable[[int], object]
"""Keeps the n-th thing of one program."""
Kept = Callable[[], int]
"""How many things a program that starts now finds."""


def of_settings(path: Path) -> tuple[Change, Change, Kept]:
    def sound(number: int) -> object:
        return SavedSettings(path).add({"audio": "mic"} if number else {"scene": {"x": 0.25}})

    def fps(number: int) -> object:
        return SavedSettings(path).add({"loop": {"fps": 24.0 + number}, "scene": {"zoom": 1.0 + number / 10}})

    def kept() -> int:
        read = SavedSettings(path).read()
        whole = {"audio": "mic", "scene": {"x": 0.25, "zoom": 1.7}, "loop": {"fps": 31.0}}
        return 2 * CHANGES if read == whole else 0

    return sound, fps, kept


def of_expressions(path: Path) -> tuple[Change, Change, Kept]:
    one, other = OwnExpressions(path, lambda _: None), OwnExpressions(path, lambda _: None)
    return (
        lambda number: one.put({f"one {number}": {"mouth_smirk": 1.0}}),
        lambda number: other.put({f"other {number}": {"mouth_smirk": 0.5}}),
        lambda: len(OwnExpressions(path, lambda _: None).names()),
    )


def of_links(path: Path) -> tuple[Change, Change, Kept]:
    one, other = Links(path), Links(path)
    return lambda number: one.new(f"{number}"), lambda number: other.new(f"{number}"), lambda: len(Links(path).all())


def of_plugins(path: Path) -> tuple[Change, Change, Kept]:
    one, other = Plugins(path), Plugins(path)
    one.allow("a", "b")

    def put(number: int) -> None:
        one.put(key_of("a", "b"), Parameter(f"P{number}", 0.0, 1.0, 0.5))

    def kept() -> int:
        return len(Plugins(path).parameters()) + len(Plugins(path).all()) - 1

    return put, lambda number: other.allow(f"{number}", "b"), kept


def of_voices(path: Path) -> tuple[Change, Change, Kept]:
    def keep(name: str) -> None:
        memory = VoiceMemory(path)
        memory.start()
        memory.put(name, VoiceLevel(-12.0, -54.0))
        memory.close()

    def kept() -> int:
        return sum(VoiceMemory(path).get(f"{who} {n}") is not None for who in ("one", "other") for n in range(CHANGES))

    return lambda number: keep(f"one {number}"), lambda number: keep(f"other {number}"), kept


def of_faces(path: Path) -> tuple[Change, Change, Kept]:
    def keep(name: str) -> None:
        store = NeutralFaceStore(path)
        store.put(name, np.ones(len(FIELDS)))
        store.close()

    def kept() -> int:
        store = NeutralFaceStore(path)
        return sum(store.get(f"{who} {n}") is not None for who in ("one", "other") for n in range(CHANGES))

    return lambda number: keep(f"one {number}"), lambda number: keep(f"other {number}"), kept


def all_of(change: Change) -> None:
    for number in range(CHANGES):
        change(number)


@pytest.mark.parametrize("store", [of_settings, of_expressions, of_links, of_plugins, of_voices, of_faces])
def test_nothing_is_lost(tmp_path: Path, store: Callable[[Path], tuple[Change, Change, Kept]]) -> None:
    one, other, kept = store(tmp_path / "file")
    with ThreadPoolExecutor(2) as programs:
        work = [programs.submit(all_of, change) for change in (one, other)]
        for done in work:
            done.result(timeout=60)
    assert kept() == 2 * CHANGES
