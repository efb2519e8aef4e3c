"""Whose words they are: texts as Whisper `base` heard her echo, and what a host says meanwhile."""

from __future__ import annotations

import pytest

from vtube.listening.own_words import LATE_S, SHORT_LATE_S, are_hers, lateness

SAID = "Ha, that is so like you. I would have laughed too, and then asked for another one."


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "that is so like you",
        "I would have laughed to and then ask for another one",
        "Laughed too, and then",
        "another one.",
        "Ha.",
    ],
)
def test_her_own_words_are_known_also_where_some_are_mistaken(text: str) -> None:
    assert are_hers(text, SAID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes.",
        "Stop, wait a moment, I want to say something else.",
        "I would have cried",
        "Why would you ask for that?",
        "That is so unlike me, and I have asked you for nothing.",
        "うん",
        "An.",
        "Other?",
    ],
)
def test_another_s_words_are_not_hers(text: str) -> None:
    assert not are_hers(text, SAID)


def test_while_she_is_silent_nothing_is_hers() -> None:
    assert not are_hers("another one", "")


@pytest.mark.parametrize(
    ("text", "said", "hers"),
    [
        ("お寿司が好きです", "私はお寿司が大好きです。", True),
        ("大好きです", "私はお寿司が大好きです。", True),
        ("今日は何をしますか", "私はお寿司が大好きです。", False),
        ("寿司?", "私はお寿司が大好きです。", True),
    ],
)
def test_words_without_spaces_are_known_too(text: str, said: str, *, hers: bool) -> None:
    assert are_hers(text, said) is hers


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sushi?", SHORT_LATE_S),
        ("Yes, really.", SHORT_LATE_S),
        ("That is so", LATE_S),
        ("はい", SHORT_LATE_S),
        ("寿司が大好きです", LATE_S),
    ],
)
def test_a_word_or_two_may_be_said_after_her(text: str, seconds: float) -> None:
    assert lateness(text) == seconds
