from __future__ import annotations

import pytest

from vtube.speech.bodily import marks_of, taken
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
        ("Oh dear, **sighs** well.", "Oh dear, well.", "", [(SIGH, pytest.approx(0.6, abs=0.1))]),
        ("楽しいね～笑～", "楽しいね", "", [(LAUGH, 1.0)]),
        ("Fine <laugh> then.", "Fine then.", "", [(LAUGH, pytest.approx(0.5, abs=0.1))]),
        ("[sighs and laughs] Hi there.", "Hi there.", "sighs and laughs", [(SIGH, 0.0), (LAUGH, 0.0)]),
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
    (sentence,) = sayable(f"Neumes {marks_of(LAUGH)} are old.")
    assert not sentence.sounds
    assert sentence.spoken == "Neumes are old."


def test_a_text_without_marks_stays_as_it_is() -> None:
    assert taken(" two  spaces ") == (" two  spaces ", ())
    assert marks_of("nothing to hear") == ""


ALONE = [
    "(laughs)",
    "*laughs*",
    "**laughs**",
    "<laugh>",
    "[laugh]",
    "{laugh}",
    "【笑】",
    "(笑)",
    "「笑」",
    "～笑～",
    "[haha]",
]
SIGHS_ALONE = ["(sighs)", "*sighs*", "__sighs__", "<sigh/>", "[sigh]", "（ため息）", "『ため息』"]


@pytest.mark.parametrize(("text", "sound"), [*((one, LAUGH) for one in ALONE), *((one, SIGH) for one in SIGHS_ALONE)])
def test_a_sound_alone_is_made_in_silence_however_it_is_written(text: str, sound: str) -> None:
    (sentence,) = sayable(text)
    assert (sentence.spoken, sentence.shown, sentence.sounds) == ("", "", ((sound, 0.0),))
    assert sentence.sound is not None and 1.0 < len(sentence.sound[0]) / sentence.sound[1] < 2.0


def test_sounds_in_a_row_come_one_after_the_other() -> None:
    (sentence,) = sayable("[laugh] [sigh]")
    assert list(sentence.sounds) == [(LAUGH, 0.0), (SIGH, pytest.approx(1.4 / 2.6))]
    assert sentence.sound is not None and len(sentence.sound[0]) / sentence.sound[1] == pytest.approx(2.6)
    (many,) = sayable("[laugh] " * 500)
    assert many.sound is not None and len(many.sound[0]) / many.sound[1] < 10


def test_a_feeling_beside_a_sound_alone_is_kept() -> None:
    (sentence,) = sayable("[sad] *sighs*")
    assert (sentence.emotion, sentence.sounds) == ("sad", ((SIGH, 0.0),))


@pytest.mark.parametrize(
    "text", ["[yawn]", "[yawning]", "*yawns*", "(yawns)", "[あくび]", "[하품]", "Good night. *yawns*"]
)
def test_a_yawn_is_a_gesture(text: str) -> None:
    *_, last = sayable(text)
    assert (last.spoken, last.emotion, last.gesture, last.sounds) == ("", "", "yawn", ())
    assert last.sound is not None


@pytest.mark.parametrize(
    "text",
    ["You make me **laugh**!", "好きな字は「笑」です。", "He is a (laughing stock) here.", "**Laughter** is medicine."],
)
def test_a_word_that_is_talked_about_is_said(text: str) -> None:
    (sentence,) = sayable(text)
    assert sentence.spoken == text.replace("*", "")
    assert not sentence.sounds


def test_an_entity_brings_no_mark() -> None:
    assert not sayable("Old &#x1d194; neumes.")[0].sounds
