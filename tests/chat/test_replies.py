"""What of her answers is written into a chat: how long, to whom, and no command for anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.chat.replies import shortened, written


@pytest.mark.parametrize(
    ("answer", "limit", "expected"),
    [
        ("Short.", 10, "Short."),
        ("One two. Three four five.", 14, "One two."),
        ("One two three four five", 14, "One two three…"),
        ("Abcdefghijklmnopqrstuvwxyz", 10, "Abcdefghi…"),
        ("そうですね。とても長い答えです。", 9, "そうですね。"),
        ("とても長い答えですとても長い", 6, "とても長い…"),
        ("ab👨‍👩‍👧‍👦cd", 8, "ab…"),
        ("abe\u0301\u0301\u0301\u0301f", 5, "ab…"),
        ("ab👍🏽c", 6, "ab…"),
        ("A 3.5 % rise came", 8, "A 3.5 %…"),
    ],
)
def test_an_answer_is_shortened_where_people_would(answer: str, limit: int, expected: str) -> None:
    assert shortened(answer, limit) == expected


@given(st.text(max_size=300), st.integers(5, 60))
def test_whatever_is_shortened_fits(answer: str, limit: int) -> None:
    short = shortened(answer, limit)
    assert len(short.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert short == answer or short.removesuffix("…") == answer[: len(short.removesuffix("…"))]


@pytest.mark.parametrize(
    "answer", ["/ban mia", "!addcom !free x", ".timeout mia", "  / me", "#!$%x", "@everyone hi", "\n!so evil"]
)
def test_an_answer_is_never_a_command_for_a_bot(answer: str) -> None:
    assert written(answer, 500)[0].isalnum()
    assert written(answer, 500, "Mia").startswith("@Mia ")


def test_it_is_one_line_to_somebody() -> None:
    assert written("One.\n Two.\t", 100, "Mia") == "@Mia One. Two."
    assert written("  ", 100, "Mia") == ""
