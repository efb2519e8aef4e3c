from __future__ import annotations

import pytest

from vtube.dialogue.answer_stream import AnswerStream
from vtube.dialogue.tags import TagReader
from vtube.settings import SpeechSettings
from vtube.speech.clean import sayable
from vtube.speech.laughter import is_row_of_w, laughs_at


@pytest.mark.parametrize(
    ("text", "spoken", "share"),
    [
        ("哈哈太好了", "哈哈太好了", 0.0),
        ("haha, that is good", "haha, that is good", 0.0),
        ("That is good, hahaha!", "That is good, hahaha!", pytest.approx(0.65, abs=0.1)),
        ("あははそうだね", "あははそうだね", 0.0),
        ("그래 ㅋㅋㅋ", "그래 ㅋㅋㅋ", pytest.approx(0.4, abs=0.1)),
        ("jajaja qué bueno", "jajaja qué bueno", 0.0),
        ("すごいwww", "すごい", 1.0),
        ("Good one 😂", "Good one", 1.0),
        ("So true lol", "So true lol", pytest.approx(0.7, abs=0.1)),
    ],
)
def test_written_laughter_is_said_as_ever_and_the_body_laughs_where_it_stands(
    text: str, spoken: str, share: float
) -> None:
    (sentence,) = sayable(text)
    assert sentence.spoken == spoken
    assert list(sentence.sounds) == [("laugh", share)]


@pytest.mark.parametrize("text", ["😂", "XD", "🤣🤣"])
def test_a_sign_of_laughter_alone_is_a_laugh_in_silence(text: str) -> None:
    (sentence,) = sayable(text)
    assert (sentence.spoken, sentence.sounds) == ("", (("laugh", 0.0),))
    assert sentence.sound is not None


def test_laughter_named_and_written_is_laughed_once() -> None:
    (sentence,) = sayable("[laugh] Haha, good one lol 😂")
    assert [word for word, _ in sentence.sounds] == ["laugh"]


@pytest.mark.parametrize(
    "text",
    [
        "See www.example.com today.",
        "Room 233, or 555 1234.",
        "He, he said, was there.",
        "草が生えた。",
        "くさい。くさ。",
        "私は母とはっきり話す。",
        "Press W to walk, WW2 is over.",
        "Aha, I see.",
        "",
    ],
)
def test_what_looks_like_laughter_among_words_is_none(text: str) -> None:
    assert laughs_at(text) is None


@pytest.mark.parametrize("text", ["すごい！www", "すごい！ ｗｗｗ"])
def test_w_behind_a_sentence_is_a_laugh_and_no_word(text: str) -> None:
    (sentence,) = sayable(text)
    assert "わら" not in sentence.spoken
    assert [word for word, _ in sentence.sounds] == ["laugh"]
    stream = AnswerStream(TagReader(frozenset()), SpeechSettings)
    said = [one for piece in text for one in stream.feed(piece)] + stream.end()
    assert [(one.spoken, [word for word, _ in one.sounds]) for one in said] == [("すごい！", []), ("", ["laugh"])]


def test_a_row_of_w_has_nothing_else() -> None:
    assert is_row_of_w(" www！")
    assert not is_row_of_w("wow")
    assert not is_row_of_w("")


@pytest.mark.parametrize("piece", ["lo", "ha", "ahk", "ha ", "wk", "ﾊ", "a-", "哈x"])
def test_long_rows_take_no_time_worth_naming(piece: str) -> None:
    laughs_at((piece * 3000)[:5000] + "!x")
    sayable((piece * 3000)[:5000])
