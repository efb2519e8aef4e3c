"""Her own messages, which come back, are known; those of viewers are theirs."""

from __future__ import annotations

import pytest

from tests.chat.answering import message
from vtube.chat.echoes import KEPT_S, Echoes


def echoed(sent: str, came: str, user_id: str = "", after_s: float = 1.0, source: str = "test") -> bool:
    echoes = Echoes()
    echoes.expect("test", sent, "Mia", 100.0)
    echoes.know("test", "n1", "her")
    return echoes.is_echo(message(came, "x", source, "Ilta", user_id=user_id), 100.0 + after_s)


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("Nice to see you!", "Nice to see you!"),
        ("Nice to see you!", "@Mia Nice to see you!"),
        ("Yes.", "@mia  yes"),
        (
            "すごいね😀ありがとうございます、また来てくださいね、待っています",
            "@Mia すごいね:smile:ありがとうございます、また来てくださいね、待っています",
        ),
        ("It is & always was <3 my favourite song", "It is &amp; always was &lt;3 my favourite song"),
    ],
)
@pytest.mark.parametrize("source", ["test", "onecomme"])
def test_her_own_message_is_known_whoever_brings_it(sent: str, came: str, source: str) -> None:
    assert echoed(sent, came, source=source)


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("Yes.", "yes it is"),
        ("Nice to see you!", "Nice to see you, too, and how are you today my dear friend from far away?"),
        ("I like cats very much, they are soft", "i like dogs"),
        ("Hello", "Hell no"),
    ],
)
def test_what_viewers_write_is_theirs(sent: str, came: str) -> None:
    assert not echoed(sent, came)


def test_a_viewer_may_say_what_she_said() -> None:
    assert not echoed("Nice to see you!", "Nice to see you!", user_id="ken")
    assert echoed("Nice to see you!", "Nice to see you!", user_id="her")
    assert not echoed("Nice to see you!", "Nice to see you!", after_s=KEPT_S + 1)


def test_a_number_that_the_platform_told_is_known_for_ever() -> None:
    echoes = Echoes()
    echoes.expect("test", "One", "Mia", 0.0)
    echoes.know("test", "n1", "her")
    assert echoes.is_echo(message("something else", "n1"), 1e6)
    assert not echoes.is_echo(message("something else", "n1", "other"), 1e6)
