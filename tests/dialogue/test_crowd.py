from __future__ import annotations

import pytest

from vtube.chat.message import ChatMessage
from vtube.dialogue.crowd import GESTURE_EVERY_S, MANY, Crowd
from vtube.dialogue.intake import Intake
from vtube.dialogue.moderation import Moderator
from vtube.settings import DialogueSettings, ModerationSettings


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


LAUGHTER = {
    "Arabic, Persian, Hebrew": ["ههههه", "هاهاها", "خخخخ", "חחחח"],
    "Brazilian": ["kkk", "Kkk", "kkkk", "kkkkk", "KKKKKKKK", "k" * 40, "kkkkk 😂", "rsrs", "huehuehue", "auhauhauh"],
    "Chinese": ["哈哈", "哈" * 30, "233", "2" + "3" * 14, "hhhh", "嘿嘿嘿", "笑死", "xswl"],
    "English": ["haha", "hahahah", "ha ha ha", "HAHAHA", "bahaha", "hehe", "lol", "lmfao", "sksksk", "hihihi"],
    "French": ["mdr", "MDRRR", "ptdr"],
    "Greek": ["χαχαχα", "xaxaxa"],
    "Hindi": ["हाहाहा"],
    "Indonesian": ["wkwk", "wkwkwkwk", "awokwok"],
    "Japanese": ["www", "ｗｗｗ", "w" * 30, "草", "草草草", "大草原", "ワロタwww", "(笑)", "爆笑", "ははは", "ﾜﾛﾀ"],
    "Korean": ["ㅋㅋ", "ㅋㅋㅋ", "ㅋ" * 30, "ㅎㅎㅎ", "하하하", "푸하하", "크크크"],
    "Russian": ["хаха", "ХАХАХА", "ахахах", "пхпхпх", "хехехе", "лол", "ору"],
    "Spanish": ["jaja", "jajajaja", "JAJAJAJ", "jejeje", "jijiji", "ja ja ja"],
    "Thai": ["555", "5555555", "5" * 30, "5555 555", "555+", "ฮ่าฮ่าฮ่า"],
}


@pytest.mark.parametrize(("language", "texts"), LAUGHTER.items())
def test_every_language_laughs_as_it_comes_out_of_the_intake(language: str, texts: list[str]) -> None:
    intake = Intake(DialogueSettings(), Moderator(ModerationSettings()))
    for text in texts:
        cleaned = intake.clean(ChatMessage("test", "1", "Aoi", text))
        assert (language, text, cleaned.dropped, crowded(cleaned.message.text)) == (language, text, "", "laughter")


@pytest.mark.parametrize("text", ["8" * 30, "6" * 30])
def test_many_of_one_digit_are_no_telephone_number(text: str) -> None:
    intake = Intake(DialogueSettings(), Moderator(ModerationSettings()))
    assert crowded(intake.clean(ChatMessage("test", "1", "Aoi", text)).message.text) in ("applause", "hype")


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
