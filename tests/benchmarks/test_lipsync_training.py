"""What the lip sync's training is made of."""

import random

import numpy as np
import pytest

from benchmarks.lipsync import languages
from benchmarks.lipsync.labels import CONSONANT, LENGTHENING, MANDARIN, SILENCE, UNKNOWN, VOWELS
from vtube.audio.vowels import LANGUAGES, VowelNetwork


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


@pytest.mark.parametrize("number", range(len(LANGUAGES)))
def test_the_program_says_what_the_trained_network_says(number: int) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.train import Network

    torch.manual_seed(3)
    trained = Network(8, 12).eval()
    inputs = np.random.default_rng(3).normal(0, 1, (40, 31)).astype(np.float32)
    weights = {name: array.astype(np.float32) for name, array in trained.weights().items()}
    runs = VowelNetwork(weights, LANGUAGES[number])
    with torch.no_grad():
        vowels, phone_classes = (logits.softmax(-1)[0] for logits in trained(torch.from_numpy(inputs)[None]))
    for row, vowel, phone_class in zip(inputs, vowels[:, number], phone_classes, strict=True):
        said = runs.step(row)
        np.testing.assert_allclose(said.vowels, vowel, atol=0.01)
        np.testing.assert_allclose(said.phone_classes, phone_class, atol=0.01)


def test_sequences_tell_the_layer_of_their_language() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.train import IGNORED, Frames, batches

    random = np.random.default_rng(3)
    inputs, vowels = np.zeros((300, 31), np.float16), np.zeros(300, np.int64)
    frames = [Frames(inputs, vowels, vowels, language) for language in (0, 3)]
    seen = {}
    for _, every, own, _, numbers in batches(frames, random):
        for language, one, other in zip(numbers.tolist(), every, own, strict=True):
            seen[language] = (one == 0).any().item(), (other != IGNORED).any().item()
    assert seen == {0: (True, False), 3: (True, True)}


def test_a_crowd_lasts_as_long_as_it_is_asked_for_and_is_never_silent() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync import augment
    from benchmarks.lipsync.labels import Clip

    random = np.random.default_rng(3)
    people = [Clip("somebody", random.normal(0, 0.1, 16_000).astype(np.float32), []) for _ in range(3)]
    for _ in range(6):
        crowd = augment.crowd(20_000, random, people)
        assert crowd.shape == (20_000,)
        assert augment.rms(crowd[:2000]) > 0.01
