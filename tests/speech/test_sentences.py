import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.speech.sentences import MAX_WIDTH, sentences, width


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("こんにちは。今日はいい天気ですね！", ["こんにちは。", "今日はいい天気ですね！"]),
        ("「すごい！」と言った。本当に？！", ["「すごい！」", "と言った。", "本当に？！"]),
        ("え？本当に？", ["え？本当に？"]),
        ("はい。", ["はい。"]),
        ("Hello there. How are you? Fine!", ["Hello there.", "How are you?", "Fine!"]),
        (
            "Dr. Smith paid 3.5 dollars, e.g. in the U.S. today.",
            ["Dr. Smith paid 3.5 dollars, e.g. in the U.S. today."],
        ),
        ("J. K. Rowling wrote it. I read it.", ["J. K. Rowling wrote it.", "I read it."]),
        ("see vtube.example and v1.2", ["see vtube.example and v1.2"]),
        ("first line\nsecond line\r\n\r\nthird", ["first line", "second line", "third"]),
        ('She said "no." Then she left...', ['She said "no."', "Then she left..."]),
        ("  much   space  ", ["much space"]),
        ("", []),
        ("。。。！？", []),
        ("\x00\x1b\n", []),
    ],
)
def test_where_sentences_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_a_long_sentence_is_cut_at_a_comma_then_a_space_then_hard() -> None:
    comma = "あ" * 50 + "、" + "い" * 60
    assert sentences(comma) == ["あ" * 50 + "、", "い" * 60]
    assert all(not part.startswith("ord") for part in sentences("word " * 100))
    assert [len(part) for part in sentences("あ" * 200)] == [80, 80, 40]


@given(st.text(max_size=600))
def test_any_text_is_said_whole_in_bounded_parts(text: str) -> None:
    parts = sentences(text)
    assert all(part and width(part) <= MAX_WIDTH and "\n" not in part for part in parts)
    spoken = [char for char in "".join(parts) if char.isalnum()]
    assert spoken == [char for char in text if char.isalnum() and char.isprintable()]
