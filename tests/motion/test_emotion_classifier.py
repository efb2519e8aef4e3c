from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.errors import SettingsError
from vtube.motion.emotion_classifier import MAX_CHARACTERS, EmotionClassifier, load_classifier, parse_keywords
from vtube.motion.templates import load_templates

CLASSIFIER = load_classifier()


def strongest(text: str) -> str:
    return next(iter(CLASSIFIER.classify(text)))


def test_every_emotion_has_words_and_the_other_way_round() -> None:
    assert CLASSIFIER.names == sorted(load_templates())
    assert len(CLASSIFIER.names) == 28


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Thank you so much!", "gratitude"),
        ("THANKS A LOT", "gratitude"),
        ("*blushes and looks away* b-but…", "embarrassment"),
        ("That is disgusting, ew.", "disgust"),
        ("What is your favourite game?", "curiosity"),
        ("I was sad, but now I feel so happy!", "joy"),
        ("I don't understand you", "confusion"),
        ("I don’t understand you", "confusion"),
        ("Shut up, I hate this", "anger"),
        ("わあ、びっくりした！", "surprise"),
        ("ごめんね、遅れちゃった", "remorse"),
        ("うう、怖いよ…助けて", "fear"),
        ("なるほど、そういうことか", "realization"),
        ("今日はとても嬉しい", "joy"),
        ("😭😭", "sadness"),
    ],
)
def test_what_is_said_outright(text: str, emotion: str) -> None:
    assert strongest(text) == emotion


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "The train leaves at nine.",
        "gladiator",
        "Übergläd",
        "おはようございます",
        "そうそう、ばかり",
        "I'm not happy about it.",
        "I am never sad",
        "今日は嬉しくない",
        "怖くなかった",
        "悲しくありません",
    ],
)
def test_nothing_said_and_things_denied_are_neutral(text: str) -> None:
    assert strongest(text) == "neutral"
    assert CLASSIFIER.classify(text)["neutral"] == 1.0


def test_exclamations_add_but_words_decide() -> None:
    assert strongest("wow!! thank you, thank you!!") == "gratitude"
    assert CLASSIFIER.classify("thank you!!")["excitement"] > CLASSIFIER.classify("thank you")["excitement"]


def test_a_star_stands_for_an_ending_and_longer_words_come_first() -> None:
    own = EmotionClassifier({"joy": ["smil*", "ha"], "fear": ["scared", "not scared"]})
    assert own.classify("smiling")["joy"] > 0.5
    assert own.classify("hat")["neutral"] == 1.0
    assert own.classify("Scared")["fear"] == pytest.approx(1 / 1.5)
    assert own.names == ["fear", "joy", "neutral"]


@given(st.text(max_size=300))
def test_any_text_has_shares_that_add_up(text: str) -> None:
    found = CLASSIFIER.classify(text)
    assert set(found) == set(CLASSIFIER.names)
    assert sum(found.values()) == pytest.approx(1.0)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_of_a_long_text_the_end_counts() -> None:
    assert strongest("happy " * MAX_CHARACTERS + "cry " * (MAX_CHARACTERS // 4)) == "sadness"
    begun = time.thread_time()
    CLASSIFIER.classify("not very " * 500_000)
    assert time.thread_time() - begun < 5.0


@pytest.mark.parametrize("values", [None, [], {"joy": ["happy"]}, {"joy": 3}])
def test_spoilt_files_are_refused(values: object) -> None:
    with pytest.raises(SettingsError):
        parse_keywords(values)


def test_the_file_under_its_old_name_still_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    old = tmp_path / "feelings.yaml"
    old.write_text("joy: hurrah")
    classifier = load_classifier(old)
    assert classifier.names == ["joy", "neutral"]
    assert "emotion_keywords.yaml" in caplog.text
