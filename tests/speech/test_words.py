from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.speech.base import Phoneme, Utterance
from vtube.speech.words import begun, timed_words, words, words_between


def spoken(text: str, *phonemes: tuple[str, float, float], seconds: float = 1.0) -> Utterance:
    return Utterance(text, np.zeros(round(8000 * seconds), np.float32), 8000, tuple(Phoneme(*one) for one in phonemes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there, you.", ["Hello ", "there, ", "you."]),
        ("don't stop", ["don't ", "stop"]),
        ("今日はいい天気です。", ["今日はいい", "天気です。"]),
        ("カメラを見て", ["カメラを", "見て"]),
        ("「はい」", ["「はい」"]),
        ("…", ["…"]),
        ("", []),
    ],
)
def test_words_keep_what_stands_behind_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=60))
def test_words_together_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert "".join(word.text for word in timed_words(spoken(text))) == text


def test_a_pause_belongs_to_the_mark_at_which_it_stands() -> None:
    said = spoken("Well, this is good.", ("w", 0, 0.2), ("pau", 0.2, 1.2), ("a", 1.2, 2.0), seconds=2.0)
    starts = {word.text: word.start for word in timed_words(said)}
    assert starts["Well, "] == 0
    assert starts["this "] == pytest.approx(1.2)
    assert 1.2 < starts["is "] < starts["good."] < 2.0


def test_only_what_has_begun_counts() -> None:
    said = spoken("aaaa bbbb cccc dddd", seconds=4.0)
    assert begun(said, 0.0) == ""
    assert begun(said, 0.5) == "aaaa"
    assert begun(said, 2.5) == "aaaa bbbb cccc"
    assert begun(said, 9.0) == "aaaa bbbb cccc dddd"


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (0.0, 2.0, "one two four. "),
        (0.7, 0.8, "two "),
        (0.1, 0.2, "one "),
        (0.5, 1.1, "one two "),
        (3.0, 4.0, ""),
    ],
)
def test_the_words_between_two_moments_are_told(begin: float, end: float, expected: str) -> None:
    assert words_between(spoken("one two four.", seconds=2.0), begin, end) == expected
