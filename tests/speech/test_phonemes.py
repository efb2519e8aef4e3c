import pytest

from vtube.speech.phonemes import AAA, GESTURES, III, from_japanese, gestures


def test_every_gesture_is_within_bounds() -> None:
    for symbol, parts in GESTURES.items():
        assert sum(part.share for part in parts) == pytest.approx(1), symbol
        for part in parts:
            assert 0 <= part.amount <= 1
            assert part.form is None or sum(part.form) == pytest.approx(1), symbol


@pytest.mark.parametrize("symbol", ["m", "b", "p", "my", "by", "py"])
def test_lips_meet(symbol: str) -> None:
    assert gestures(symbol)[0].closes


@pytest.mark.parametrize("symbol", ["pau", "sil", "cl", "", "。", "?", "123"])
def test_silence(symbol: str) -> None:
    (gesture,) = gestures(symbol)
    assert gesture.amount == 0
    assert not gesture.closes


def test_an_unknown_letter_is_some_consonant() -> None:
    assert 0 < gestures("ʕ")[0].amount < 0.5


def test_whispered_vowels_are_not_diphthongs() -> None:
    (whispered,) = gestures(from_japanese("I"))
    assert whispered.form == III
    assert whispered.amount < 0.5
    assert [part.form for part in gestures("I")] == [AAA, III]
    assert gestures(from_japanese("y"))[0].form == III
