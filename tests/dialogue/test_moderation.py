from __future__ import annotations

from pathlib import Path

import pytest

from vtube.dialogue.folding import folded, visible
from vtube.dialogue.moderation import MASK, Moderator, read_list
from vtube.errors import SettingsError
from vtube.settings import ModerationSettings


@pytest.fixture(scope="module")
def moderator() -> Moderator:
    return Moderator(ModerationSettings())


@pytest.mark.parametrize(
    "text",
    [
        "fuck you",
        "Heil Hitler!",
        "!fuck!",
        "f u c k",
        "fuuuuck",
        "f*ck",
        "FⓊCK",
        "sh1t",
        "nіgger",
        "niggger",
        "シネよ",
        "ち ん こ",
        "k.y.s",
        "fu\u200bck",
        "傻 逼",
    ],
)
def test_disguised_words_are_found(moderator: Moderator, text: str) -> None:
    assert not moderator.check(text).fine


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe is nice",
        "I love peacocks and cocktails",
        "class assignment analysis",
        "必殺技すごい",
        "フェラーリかっこいい",
        "good morning!!!",
        "Dick Van Dyke",
        "wwwwww 8888888",
        "grape shiitake Essex therapist",
        "こんにちは、今日の天気は？",
        "π is about 3.14159",
        "It is 12:30 on 2026-11-26",
    ],
)
def test_what_only_looks_like_one_passes(moderator: Moderator, text: str) -> None:
    assert moderator.check(text).fine
    assert moderator.masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a.b@example.com",
        "+49 170 1234567",
        "https://x.y/z",
        "www.example.com",
        "evil.com/abc",
        "〒123-4567",
        "4111 1111 1111 1111",
    ],
)
def test_personal_data_and_links_are_hidden(moderator: Moderator, text: str) -> None:
    assert moderator.masked(f"see {text} now") == "see … now"
    off = Moderator(ModerationSettings(personal_data=False))
    assert off.masked(f"see {text} now") == f"see {text} now"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mia", "Mia"),
        ("Mia [joy]", "Mia joy"),
        ("\u200b\u200b", "-"),
        ("\u3164", "-"),
        ("\u2800\uffa0", "-"),
        ("fucker", "-"),
        ("www.evil.com", "-"),
        ("猫 好き", "猫 好き"),
    ],
)
def test_names_are_shown_if_they_may_be(moderator: Moderator, name: str, expected: str) -> None:
    assert moderator.name(name, "-") == expected


def test_words_of_ones_own_are_kept_out_and_let_through() -> None:
    own = Moderator(ModerationSettings(words=["cabbage*", "キャベツ"], allowed=["shit happens"], languages=["en"]))
    assert not own.check("Cabbages are great").fine
    assert not own.check("きゃべつ").fine
    assert own.check("well, shit happens").fine
    assert not own.check("shit").fine
    assert own.check("死ね").fine
    assert own.counts["word"] == 3


def test_every_list_that_is_in_force_by_default_is_there() -> None:
    for language in ModerationSettings().languages:
        entries = read_list(language)
        assert len(entries) >= 10
        assert len(entries) == len(set(entries))
    with pytest.raises(SettingsError, match=r"no word list config/moderation/xx\.txt"):
        read_list("xx")
    shipped = {path.stem for path in (Path(__file__).parents[2] / "config" / "moderation").glob("*.txt")}
    assert shipped == set(ModerationSettings().languages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ", "abc"),
        ("Ｈ3LL0", "hello"),
        ("カタカナ", "かたかな"),
        ("a b c d", "abcd"),
        ("noooo", "noo"),
        ("100 200", "100 200"),
    ],
)
def test_texts_are_brought_into_one_spelling(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_only_what_is_seen_stays() -> None:
    assert visible("a\u200bb\u202ec\n d\x00") == "abc d"
    assert visible("が") == "が"
    assert visible("\u3164a\u2800b\u115f\uffa0") == "a b" and visible("한국어") == "한국어"


def test_blank_letters_hide_no_word() -> None:
    assert folded("fu\u3164ck") == folded("fu\u2800ck") == "fuck" and folded("한국어") == "한국어"


@pytest.mark.parametrize("unit", ["_", "a_", "_ ", "a ", "a._"])
def test_a_row_of_signs_is_folded_at_once(unit: str) -> None:
    folded(unit * 200 + "aa")  # where a sign may be a letter or not, this does not come back


@pytest.mark.parametrize("text", ["f _ u _ c _ k", "f_u_c_k", "f. u. c. k"])
def test_letters_with_signs_between_are_a_word(text: str) -> None:
    assert folded(text) == "fuck"


@pytest.mark.parametrize(
    "text", ["KKK", "the KKK is back", "join the kkk", "K K K", "K.K.K.", "ＫＫＫ", "kKk", "KKKs", "kkk power"]
)
def test_the_slur_of_three_letters_is_found_also_now_that_rows_of_k_are_laughter(text: str) -> None:
    assert not Moderator(ModerationSettings()).check(visible(text)).fine


@pytest.mark.parametrize(
    "text", ["kkk", "kk", "kkk kkkk", "kkk 😂 lol", "kk kk", "kkkkkk que isso", "mano kkkkk", "kk brb"]
)
def test_k_in_a_row_is_laughter(text: str) -> None:
    assert Moderator(ModerationSettings()).check(text).fine


@pytest.mark.parametrize("text", ["k kk", "kk k", "k.kk", "kkkk k", "KKK kk", "kkk k", "lol KKK", "hahaKKK KKK"])
def test_a_slur_cut_to_pieces_is_no_laughter(text: str) -> None:
    assert not Moderator(ModerationSettings()).check(text).fine


@pytest.mark.parametrize("text", ["haha死ね", "hehe死ね", "kek死ね", "草 死ね", "haha nigger", "kkkk nigger"])
def test_laughter_lets_nothing_through_beside_it(text: str) -> None:
    assert not Moderator(ModerationSettings()).check(text).fine


@pytest.mark.parametrize("text", ["lol", "LOL!", "555", "jaja 555"])
def test_words_of_ones_own_keep_laughter_out(text: str) -> None:
    assert not Moderator(ModerationSettings(words=["lol", "555"])).check(text).fine


def test_nobody_is_called_by_the_slur() -> None:
    assert Moderator(ModerationSettings()).name("kkk", "somebody") == "somebody"


@pytest.mark.parametrize("text", ["call 555 555 5551", "+15555555559", "0" + "5" * 10, "5555555555 6"])
def test_a_number_with_one_other_digit_may_be_a_telephone(text: str) -> None:
    assert MASK in Moderator(ModerationSettings()).masked(text)
