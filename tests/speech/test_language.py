import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.speech.language import NAMES, language_of, name_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("こんにちは", "ja"),
        ("ｶﾞﾝﾊﾞﾚ", "ja"),
        ("今日はOBSとYouTubeでlive streamingします。", "ja"),
        ("東京都", "ja"),
        ("你好，我是虚拟主播。", "zh"),
        ("안녕하세요", "ko"),
        ("Hello there!", "en"),
        ("Ｈｅｌｌｏ", "en"),
        ("Привет", "ru"),
        ("Як справи, друже? Її немає.", "uk"),
        ("สวัสดี", "th"),
        ("Schönen Tag", "en"),
        ("12:30, 50 %", None),
        ("😂", None),
        ("", None),
    ],
)
def test_the_script_tells_the_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich bin nicht müde.", "de"),
        ("Je ne sais pas.", "fr"),
        ("I am not tired.", "en"),
        ("Größe", "de"),
        ("Okay", "en"),
    ],
)
def test_latin_text_is_told_apart_where_it_matters(text: str, language: str) -> None:
    assert language_of(text, ("de", "fr", "ja")) == language


@given(st.text(max_size=50))
def test_any_text_has_a_language_or_none(text: str) -> None:
    language = language_of(text, ("de", "fr"))
    assert language is None or (2 <= len(language) <= 3 and name_of(language) == NAMES[language])
