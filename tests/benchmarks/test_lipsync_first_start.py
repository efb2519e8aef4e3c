"""The scenes of a microphone's first start: what is where in them, and that they can be drawn again."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from benchmarks.lipsync import augment
from benchmarks.lipsync.first_start import Case, Figures, from_the_first_vowel, joined, scene, within
from benchmarks.lipsync.labels import SILENCE, UNKNOWN, Clip
from vtube.audio.base import RATE


def sentence(name: str = "one", seconds: float = 1.0) -> Clip:
    samples = np.random.default_rng(3).normal(0, 0.1, int(seconds * RATE)).astype(np.float32)
    return Clip(name, samples, [(SILENCE, 0.0, 0.1), ("c", 0.1, 0.2), ("a", 0.2, seconds)])


def people(length: int, random: np.random.Generator) -> augment.Sound:
    return augment.people(2, length, random, [sentence("other")], far=True)


VOICES = {"one": [sentence(), sentence(seconds=1.5)], "two": [sentence("two"), sentence("two", 0.7)]}


def test_both_sentences_are_where_the_segments_say() -> None:
    both = joined(sentence(), sentence(), 3.0, np.random.default_rng(1))
    assert (both.begin, both.end) == pytest.approx((3.1, 4.0))
    assert both.clip.segments[-1][2] == pytest.approx(len(both.clip.samples) / RATE)
    vowels = [(begin, end) for kind, begin, end in both.clip.segments if kind == "a"]
    for begin, end in vowels:
        assert np.abs(both.clip.samples[int(begin * RATE) + 1 : int(end * RATE) - 1]).min() > 0
    assert vowels[1][0] - vowels[0][1] > 0.8


def test_a_microphone_that_opens_late_hears_the_vowel_first() -> None:
    late = from_the_first_vowel(sentence())
    kind, begin, end = late.segments[0]
    assert (kind, begin) == ("a", 0.0)
    assert end == pytest.approx(0.8)
    assert joined(late, sentence(), 0.0, np.random.default_rng(1)).begin == 0.0


def test_a_scene_is_drawn_again_and_at_another_level_only_the_level_differs() -> None:
    near, far = (scene(Case("two people", people, below), 1, VOICES) for below in (10.0, 30.0))
    again = scene(Case("two people", people, 10.0), 1, VOICES)
    alone = scene(Case("two people", None), 1, VOICES)
    assert np.array_equal(near.clip.samples, again.clip.samples)
    assert near.clip.segments == far.clip.segments == alone.clip.segments
    others = [drawn.clip.samples - alone.clip.samples for drawn in (near, far)]
    assert augment.rms(others[0]) == pytest.approx(10 * augment.rms(others[1]), rel=0.01)


def test_what_is_outside_is_not_scored() -> None:
    kept = within(joined(sentence(), sentence(), 3.0, np.random.default_rng(1)).clip, 3.1, 4.0)
    assert {kind for kind, begin, end in kept.segments if begin < 3.05 or end > 4.01} == {UNKNOWN}


def test_an_open_mouth_before_the_first_word_is_counted() -> None:
    drawn = joined(sentence(), sentence(), 3.0, np.random.default_rng(1))
    figures = Figures()
    figures.add(drawn, [(0.0, "a")])
    assert figures.before.closed() == 0.0
    assert figures.first.opened() == figures.whole.opened() == 1.0
    figures.add(drawn, [(0.0, SILENCE), (drawn.begin + 0.01, "a")])
    assert (figures.opened_before, figures.scenes) == (1, 2)
