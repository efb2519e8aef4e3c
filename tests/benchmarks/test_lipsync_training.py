"""What the lip sync's training is made of."""

import random

import numpy as np
import pytest

from benchmarks.lipsync import languages
from benchmarks.lipsync.labels import CONSONANT, LENGTHENING, MANDARIN, SILENCE, UNKNOWN, VOWELS
from vtube.audio.vowels import VowelNetwork, load_weights


def test_a_sound_has_the_class_of_its_lips() -> None:
    assert languages.spoken("sˈa", {"a": "a"}) == [("s", "s"), (languages.STRESS, languages.STRESS), ("a", "a")]


def test_a_tone_lengthens_the_vowel_before_the_nasal() -> None:
    spoken = languages.syllable("zh", "ang", "1")
    assert spoken == [("ꭧ", "s"), ("a", "a"), ("→", LENGTHENING), ("ŋ", CONSONANT)]


@pytest.mark.parametrize("final", sorted(languages.MANDARIN_FINALS))
def test_every_final_has_the_vowels_that_the_test_of_mandarin_counts(final: str) -> None:
    symbols, classes = languages.MANDARIN_FINALS[final]
    assert len(symbols) == len(classes)
    ours, theirs = ("".join(kind for kind in one if kind in VOWELS) for one in (classes, MANDARIN[final]))
    assert set(ours) >= set(theirs)


def test_syllables_of_five_vowels_have_each_of_them_about_as_often() -> None:
    generator = random.Random(7)
    kinds = [kind for _ in range(60) for _, kind in languages.five_vowels(generator)]
    counts = [kinds.count(vowel) for vowel in VOWELS]
    assert min(counts) > 0.7 * max(counts)
    assert kinds[-1] == SILENCE


def test_a_text_of_mandarin_ends_with_a_pause_and_names_every_sound() -> None:
    generator = random.Random(7)
    known = {*VOWELS, *"nsc-x", LENGTHENING, UNKNOWN}
    for _ in range(40):
        text = languages.mandarin(generator)
        assert text[-1] == (".", SILENCE)
        assert {kind for _, kind in text} <= known


def test_a_network_that_has_grown_says_what_it_said() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.train import Network

    torch.manual_seed(3)
    weights = load_weights()
    grown = Network(44, 80)
    grown.grow_from(weights)
    inputs = np.random.default_rng(3).normal(0, 1, (50, 31)).astype(np.float32)
    small, large = VowelNetwork(weights), VowelNetwork({k: v.astype(np.float32) for k, v in grown.weights().items()})
    for row in inputs:
        before, after = small.step(row), large.step(row)
        np.testing.assert_allclose(after.vowels, before.vowels, atol=0.01)
        np.testing.assert_allclose(after.phone_classes, before.phone_classes, atol=0.01)
