from __future__ import annotations

import pytest

from vtube.speech.bodily import mark_of, taken
from vtube.speech.clean import sayable

LAUGH, SIGH = "laugh", "sigh"


@pytest.mark.parametrize(
    ("text", "spoken", "emotion", "sounds"),
    [
        ("[laugh] Hi there.", "Hi there.", "laugh", [(LAUGH, 0.0)]),
        ("［laugh］ Hi there.", "Hi there.", "laugh", [(LAUGH, 0.0)]),
        ("［ＬＡＵＧＨ］ Hi there.", "Hi there.", "laugh", [(LAUGH, 0.0)]),
        ("【laugh】 Hi there.", "Hi there.", "laugh", [(LAUGH, 0.0)]),
        ("今日は【笑】いい天気〔ため息〕です。", "今日はいい天気です。", "笑", [(LAUGH, 0.3), (SIGH, 0.7)]),
        ("【重要】 Hi there.", "【重要】 Hi there.", "", []),
        ("［2026］ Hi there.", "［2026］ Hi there.", "", []),
        ("[amusement] [laugh] So I live!", "So I live!", "amusement", [(LAUGH, 0.0)]),
        ("[laugh][joy] So I live!", "So I live!", "joy", [(LAUGH, 0.0)]),
        ("I will [sigh] stay.", "I will stay.", "sigh", [(SIGH, pytest.approx(0.58, abs=0.06))]),
        ("That was fun! *giggles*", "That was fun!", "", [(LAUGH, 1.0)]),
        ("*laughs softly* You are funny.", "You are funny.", "", [(LAUGH, 0.0)]),
        ("Well (sighs) okay.", "Well okay.", "", [(SIGH, pytest.approx(0.5, abs=0.1))]),
        ("面白いね（笑）", "面白いね", "", [(LAUGH, 1.0)]),
    ],
)
def test_a_sound_in_a_text_is_the_bodys_and_nobody_says_it(
    text: str, spoken: str, emotion: str, sounds: list[tuple[str, float]]
) -> None:
    (sentence,) = sayable(text)
    assert (sentence.spoken, sentence.shown, sentence.emotion) == (spoken, spoken, emotion)
    assert list(sentence.sounds) == sounds


def test_a_sound_belongs_to_its_own_sentence() -> None:
    first, second, third = sayable("Oh no. [sigh] Fine then. [joy] Great, [laugh] really!")
    assert not first.sounds
    assert [kind for kind, _ in second.sounds] == [SIGH]
    assert [kind for kind, _ in third.sounds] == [LAUGH]


def test_marks_that_a_text_brings_are_no_sounds() -> None:
    (sentence,) = sayable(f"Neumes {mark_of(LAUGH)} are old.")
    assert not sentence.sounds
    assert sentence.spoken == "Neumes are old."


def test_a_text_without_marks_stays_as_it_is() -> None:
    assert taken(" two  spaces ") == (" two  spaces ", ())
    assert mark_of("nothing to hear") == ""
