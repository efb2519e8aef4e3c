from __future__ import annotations

import pytest

from vtube.dialogue.crowd import GESTURE_EVERY_S, MANY, Crowd


def crowded(text: str) -> str:
    """What a crowd does that writes this."""
    crowd = Crowd()
    found = [crowd.add(text, 100.0 + number / 10) for number in range(MANY)]
    assert found[:-1] == [None] * (MANY - 1)
    return found[-1].name if found[-1] is not None else ""


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("applause", ["888", "８８８８", "👏👏", "👏🏻👏🏽", "clap clap!", "ぱちぱち", "鼓掌", "👏 clap 👏 clap"]),
        ("laughter", ["lol", "LMAO!!", "hahaha", "www", "草", "😂😂😂", "🤣", "哈哈哈", "ㅋㅋㅋ"]),
        ("laughter", ["LMAOOO", "lolol", "xD", "😂 lol 😂", "hahaha 😂", "jajaja", "LUL LUL", "KEKW", "wwwww 草"]),
        ("hearts", ["<3", "<33 <3", "<3<3", "❤️❤️", "💜✨💜", "♥", "💙💛"]),
        ("greeting", ["hi", "Hello Ilta!", "hi everyone 👋", "こんにちは！", "大家好", "hola", "안녕하세요"]),
        (
            "greeting",
            [
                "hello ilta :)",
                "hiii iltaaa 💕",
                "heyyyy",
                "good morning!!",
                "おはよう！",
                "こんにちは、イルタさん",
                "👋👋",
            ],
        ),
        (
            "hype",
            ["LET'S GO 🔥🔥", "🔥 LETS GOOOOO", "GG WP", "pog pog POG", "hype hype hype!!", "LFG", "ナイスー", "666"],
        ),
        ("hype", ["GG", "LET'S GOOO", "let’s go!!!", "pogchamp", "🔥🔥", "きたーー"]),
    ],
)
def test_what_many_write_is_what_they_do(name: str, texts: list[str]) -> None:
    assert {text: crowded(text) for text in texts} == dict.fromkeys(texts, name)


@pytest.mark.parametrize(
    "text", ["3", "33", "!!!", "?", "8", "hey what's that", "hello, can you hear me well", "love", "hype?"]
)
def test_what_means_something_else_is_no_crowd_and_is_answered(text: str) -> None:
    assert crowded(text) == ""
    assert not Crowd.is_noise(text)


@pytest.mark.parametrize(
    "text", ["let's go shopping", "gg but why did you lose", "lol that was my cat", "🎉 it is my birthday", ""]
)
def test_a_word_of_a_crowd_within_a_sentence_is_no_crowd(text: str) -> None:
    assert crowded(text) == ""
    assert not Crowd.is_noise(text)


@pytest.mark.parametrize(
    "text", ["lo" * 500 + "!x", "😂" * 500 + "x y", "ha" * 500 + " x", "<3" * 500 + "4a", "hi " * 500 + "a b c d"]
)
def test_a_long_message_takes_no_longer_to_judge_than_its_length(text: str) -> None:
    assert crowded(text) == ""


def test_a_greeting_is_answered_too() -> None:
    assert not Crowd.is_noise("hello Ilta!")
    assert Crowd.is_noise("😂😂😂")


def test_few_or_long_ago_is_no_crowd_and_one_reaction_is_enough_for_a_while() -> None:
    crowd = Crowd()
    assert [crowd.add("lol", 11.0 * number) for number in range(10)] == [None] * 10
    times = [200.0 + number / 10 for number in range(60)]
    found = [at for at in times if crowd.add("lol", at) is not None]
    assert found == [times[MANY - 1]]
    assert [crowd.add("gg", found[0] + GESTURE_EVERY_S + number / 10) for number in range(MANY)][-1] is not None


@pytest.mark.parametrize(
    "word", ["hahahahaha", "lololol", "jajaja", "kekkek", "hello", "gg", "woo", "xdd", "ㅋㅋ", "88888"]
)
@pytest.mark.parametrize("end", ["x", "'", "x y z w"])
def test_a_long_message_that_is_nearly_a_crowd_s_is_told_at_once(word: str, end: str) -> None:
    said = " ".join([word] * 200) + f" {end}"
    assert Crowd().add(said, 0.0) is None  # with one way to match each word; with two it would not come back
