"""What the lip sync's training is made of."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.lipsync import languages
from benchmarks.lipsync.labels import CONSONANT, LENGTHENING, MANDARIN, SILENCE, UNKNOWN, VOWELS, Clip
from vtube.audio.vowels import LANGUAGES, VowelNetwork


def test_a_sound_has_the_class_of_its_lips() -> None:
    assert languages.spoken("sˈa", {"a": "a"}) == [("s", "s"), (languages.STRESS, languages.STRESS), ("a", "a")]


def test_a_final_of_mandarin_is_one_sound_with_its_tone() -> None:
    spoken = languages.syllable("zh", "ang", "1")
    assert spoken == [("ꭧ", "s"), ("a", "aac"), ("→", languages.CONTINUED), ("ŋ", languages.CONTINUED)]


@pytest.mark.parametrize("final", sorted(languages.MANDARIN_FINALS))
def test_every_final_has_the_classes_that_the_test_of_mandarin_counts(final: str) -> None:
    (_, kind), *others = languages.syllable("", final, "4")
    assert kind == MANDARIN[final]
    assert {other for _, other in others} <= {languages.CONTINUED}


def test_what_is_continued_shares_the_length_of_the_whole() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync.voices import joined

    assert joined([("aac", 0.0, 0.1), ("+", 0.1, 0.3), ("s", 0.3, 0.4)], "+") == [("aac", 0.0, 0.3), ("s", 0.3, 0.4)]


def test_syllables_of_five_vowels_have_each_of_them_about_as_often() -> None:
    generator = random.Random(7)
    kinds = [kind for _ in range(60) for _, kind in languages.five_vowels(generator)]
    counts = [kinds.count(vowel) for vowel in VOWELS]
    assert min(counts) > 0.7 * max(counts)
    assert kinds[-1] == SILENCE


def test_a_text_of_mandarin_ends_with_a_pause_and_names_every_sound() -> None:
    generator = random.Random(7)
    known = {*VOWELS, *"nsc", CONSONANT, SILENCE, UNKNOWN, LENGTHENING, languages.CONTINUED}
    for _ in range(40):
        text = languages.mandarin(generator)
        assert text[-1] == (".", SILENCE)
        assert {part for _, kind in text for part in kind} <= known


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
    inputs, vowels = np.zeros((300, 31), np.float16), np.zeros(300, np.int8)
    frames = [Frames(inputs, vowels, vowels, language) for language in (0, 3)]
    seen = {}
    for _, every, own, _, numbers in batches(frames, random):
        for language, one, other in zip(numbers.tolist(), every, own, strict=True):
            seen[language] = (one == 0).any().item(), (other != IGNORED).any().item()
    assert seen == {0: (True, False), 3: (True, True)}


def test_a_crowd_lasts_as_long_as_it_is_asked_for_and_is_never_silent() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync import augment

    random = np.random.default_rng(3)
    people = [Clip("somebody", random.normal(0, 0.1, 16_000).astype(np.float32), []) for _ in range(3)]
    for _ in range(6):
        crowd = augment.crowd(20_000, random, people)
        assert crowd.shape == (20_000,)
        assert augment.rms(crowd[:2000]) > 0.01


def _speaking(vowels: str, length: float) -> Clip:
    times = np.arange(round(len(vowels) * length * 16_000)) / 16_000
    samples = np.sin(2 * np.pi * 140 * times) + 0.3 * np.random.default_rng(3).normal(0, 1, len(times))
    segments = [(vowel, place * length, (place + 1) * length) for place, vowel in enumerate(vowels)]
    return Clip("somebody", (0.2 * samples).astype(np.float32), segments)


def test_the_longest_of_each_vowel_is_found_across_its_parts() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync import singing

    found = singing.longest_vowels(_speaking("aiiieaau", 0.1))
    assert [len(sound) / 16_000 for sound in found] == pytest.approx([0.2, 0.3, 0.1, 0.1, 0.0], abs=1e-3)


def test_who_says_all_vowels_long_enough_sings_in_her_language() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.train import singers

    spoken = [(_speaking("aiue", 0.2), "en"), (_speaking("aiueo", 0.05), "en"), (_speaking("aiueo", 0.2), "ja")]
    sung = singers(spoken, 2, np.random.default_rng(3))
    assert [language for _, language in sung] == ["ja", "ja"]
    assert all(np.isfinite(clip.samples).all() for clip, _ in sung)
    assert not np.array_equal(sung[0][0].samples, sung[1][0].samples)


def test_a_pass_is_the_same_for_the_same_number_and_another_for_the_next(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.labels import save_clips
    from benchmarks.lipsync.train import PLAN, training_frames

    for name in ("mei", "hibari"):
        save_clips(tmp_path / f"{name}.npz", [_speaking("aiueo", 0.2)] * 4)
    plan = replace(PLAN, corpora={"mei": 0.5, "hibari": 1.0}, speakers=0, singers=1, noises=1)
    one, same, other = (training_frames(tmp_path, plan, 3, number) for number in (0, 0, 1))
    assert len(one) == 8
    assert all(np.array_equal(a.inputs, b.inputs) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a.inputs, b.inputs) for a, b in zip(one, other, strict=True))


def test_made_up_speakers_are_finite_and_no_louder_than_they_should_be() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync import formants

    for seed in range(3):
        clip = formants.speak(np.random.default_rng(seed), 4.0)
        assert np.isfinite(clip.samples).all()
        assert np.abs(clip.samples).max() == pytest.approx(0.7, abs=1e-3)


@pytest.mark.parametrize(("name", "expected"), [("na", 0.36), ("ta", 0.26)])
def test_a_held_consonant_as_loud_as_the_vowel_is_not_counted_as_the_vowel(name: str, expected: float) -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync.humans import labels_of

    times = np.arange(16_000 // 2) / 16_000
    sound = np.where(times < 0.13, np.sin(2 * np.pi * 300 * times), np.sin(2 * np.pi * 1200 * times))
    samples = np.concatenate((np.zeros(3200), 0.3 * sound, np.zeros(3200))).astype(np.float32)
    (begin,) = (begin for kind, begin, _ in labels_of(samples, "a", name) if kind == "a")
    assert begin == pytest.approx(expected, abs=0.02)
