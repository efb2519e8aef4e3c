"""What is mouthed for want of a voice."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.speech.clean import Sentence
from vtube.speech.mime import LONGEST_S, mimed
from vtube.speech.words import timed_words


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Hello, it is lovely that you are here.", 1.5, 4.0),
        ("こんにちは、来てくれてうれしいです。", 1.5, 4.0),
        ("今晚的星星很漂亮。", 1.2, 3.5),
        ("Привет, как дела?", 1.0, 3.5),
        ("♪", 0.1, 1.0),
        ("a" * 5000, LONGEST_S, LONGEST_S + 1),
    ],
)
def test_it_takes_about_as_long_as_speech_and_is_silent(text: str, least: float, most: float) -> None:
    said, track, _ = mimed(Sentence(text, text))
    assert least <= len(said.samples) / said.rate <= most
    assert not said.samples.any()
    assert track.duration == pytest.approx(len(said.samples) / said.rate, abs=0.02)


def test_vowels_open_the_mouth_in_their_shape_and_lips_meet() -> None:
    _, track, _ = mimed(Sentence("あ。い。", "あ。い。"))
    shapes = [track.at(seconds, 0.0) for seconds in np.arange(0.0, track.duration, 0.01)]
    assert max(shape.aaa for shape in shapes[:20]) > 0.4
    assert max(shape.iii for shape in shapes[30:]) > 0.3
    assert shapes[-1].open < 0.1


def test_its_words_come_one_after_the_other() -> None:
    said, _, _ = mimed(Sentence("One two three.", "One two three."))
    words = timed_words(said)
    assert [word.text.strip(" .") for word in words] == ["One", "two", "three"]
    assert words[0].end <= words[1].start + 1e-6 <= words[2].start
