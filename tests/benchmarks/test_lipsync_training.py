"""What the lip sync's training is made of."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.lipsync import languages, pinyin
from benchmarks.lipsync.labels import CONSONANT, LENGTHENING, MANDARIN, MANDARIN_SOUNDS, SILENCE, UNKNOWN, VOWELS, Clip
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


@pytest.mark.parametrize("final", sorted(pinyin.SYLLABLES))
def test_a_syllable_is_written_under_the_final_that_it_has(final: str) -> None:
    assert {pinyin.split(f"{one}1")[1] for one in pinyin.SYLLABLES[final].split()} == {final}


def test_a_text_of_finals_has_each_of_them() -> None:
    generator = random.Random(7)
    kinds = {kind for _ in range(80) for _, kind in languages.mandarin_finals(generator)}
    assert {MANDARIN_SOUNDS[final] for final in pinyin.SYLLABLES} <= kinds


@pytest.mark.parametrize("final", sorted(MANDARIN))
def test_the_sounds_of_a_final_are_those_of_its_vowels(final: str) -> None:
    assert MANDARIN_SOUNDS[final].lower() == MANDARIN[final]


def _networks(count: int, hidden: int) -> Any:
    pytest.importorskip("torch")
    from benchmarks.lipsync.networks import Networks

    networks = Networks(count, hidden, 3)
    for weight in networks.weights.values():
        weight.data.add_(0.1)
    return networks


def _inputs(frames: int) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(0, 1, (frames, 31)).astype(np.float32)


@pytest.mark.parametrize("number", range(len(LANGUAGES)))
def test_the_program_says_what_the_trained_network_says(number: int) -> None:
    torch = pytest.importorskip("torch")
    trained, inputs = _networks(2, 12), _inputs(40)
    weights = {name: array.astype(np.float32) for name, array in trained.exported(1).items()}
    runs = VowelNetwork(weights, LANGUAGES[number])
    with torch.no_grad():
        said = trained.forward(torch.from_numpy(inputs).expand(2, 1, -1, -1), torch.full((2, 1), number))
    vowels, phone_classes = (logits.softmax(-1)[1, 0] for logits in said)
    for row, vowel, phone_class in zip(inputs, vowels[:, number], phone_classes, strict=True):
        one = runs.step(row)
        np.testing.assert_allclose(one.vowels, vowel, atol=0.01)
        np.testing.assert_allclose(one.phone_classes, phone_class, atol=0.01)


def test_the_recurrent_layer_and_its_gradient_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.lipsync.networks import recur

    frames, count, batch, hidden = 20, 2, 3, 8
    torch.manual_seed(3)
    arrived, weight, bias, against = (
        torch.randn(shape)
        for shape in (
            (frames, count, batch, 3 * hidden),
            (count, hidden, 3 * hidden),
            (count, 1, 3 * hidden),
            (frames, count, batch, hidden),
        )
    )
    for tensor in (arrived, weight, bias):
        tensor.requires_grad_()
    memory = recur(arrived, weight, bias)
    gradients = torch.autograd.grad((memory * against).sum(), (arrived, weight, bias))
    for number in range(count):
        unit = torch.nn.GRU(3 * hidden, hidden)
        unit.weight_ih_l0.data, unit.bias_ih_l0.data = torch.eye(3 * hidden), torch.zeros(3 * hidden)
        unit.weight_hh_l0.data, unit.bias_hh_l0.data = weight[number].detach().T, bias[number, 0].detach()
        inputs = arrived[:, number].detach().requires_grad_()
        expected, _ = unit(inputs)
        torch.testing.assert_close(memory[:, number], expected)
        (expected * against[:, number]).sum().backward()
        torch.testing.assert_close(gradients[0][:, number], inputs.grad, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(gradients[1][number], unit.weight_hh_l0.grad.T, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(gradients[2][number, 0], unit.bias_hh_l0.grad, atol=1e-4, rtol=1e-4)


def test_the_loss_is_that_of_torch_for_every_network() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.passes import IGNORED
    from benchmarks.lipsync.train import cross_entropy

    torch.manual_seed(3)
    logits, targets, counts = torch.randn(2, 3, 20, 5), torch.randint(0, 5, (2, 3, 20)), torch.rand(5) + 0.5
    targets[:, 0] = IGNORED
    expected = torch.nn.CrossEntropyLoss(counts, ignore_index=IGNORED, label_smoothing=0.03)
    for number, loss in enumerate(cross_entropy(logits, targets, counts, 0.03, None, 1.0)):
        torch.testing.assert_close(loss, expected(logits[number].flatten(0, 1), targets[number].flatten()))


def test_who_is_told_the_language_has_its_vowels_and_who_is_not_those_of_any() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.passes import IGNORED
    from benchmarks.lipsync.train import Batch, tell

    languages, vowels = torch.tensor([[0, 3]]), torch.zeros(1, 2, 4, dtype=torch.long)
    batch = Batch(torch.zeros(1, 2, 4, 31), vowels, vowels, languages)
    told, untold = tell(batch, 1.0), tell(batch, 0.0)
    assert told.languages[0, 0] > 0
    assert told.languages[0, 1] == 3
    assert (told.any_vowels == IGNORED).all()
    assert (told.own_vowels[0] != IGNORED).any(-1).tolist() == [False, True]
    assert (untold.languages == 0).all()
    assert (untold.any_vowels != IGNORED).all()
    assert (untold.own_vowels == IGNORED).all()


def test_networks_learn_from_labels_and_one_of_them_from_all(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync import train
    from benchmarks.lipsync.passes import Sequences

    monkeypatch.setattr(train, "BATCH", 4)
    monkeypatch.setattr(train, "BATCHES", 5)
    random = np.random.default_rng(3)
    kinds = random.integers(0, 5, (24, 30)).astype(np.int8)
    inputs = np.eye(31, dtype=np.float16)[kinds] * np.float16(3)
    one = Sequences(inputs, kinds, kinds, random.integers(0, 5, 24))
    how = replace(train.FROM_LABELS, passes=range(12), rate=0.03, averaged=0.9)
    teachers = train.learn(_networks(2, 12), [one] * 12, how, 3)
    student = train.learn(teachers.alone(0), [one] * 4, replace(train.FROM_TEACHERS, passes=range(4)), 3, teachers)
    weights = {name: array.astype(np.float32) for name, array in student.exported(0).items()}
    runs = VowelNetwork(weights)
    said = [int(runs.step(row).vowels.argmax()) for row in inputs[0].astype(np.float32)]
    assert np.mean(said == kinds[0]) > 0.9


def test_sequences_hold_what_should_be_said_and_ignore_what_is_not_there() -> None:
    pytest.importorskip("scipy")
    from benchmarks.lipsync.passes import IGNORED, LENGTH, SHORTEST_SEQUENCE, Frames, sequences

    inputs, vowels = np.ones((450, 31), np.float16), np.ones(450, np.int8)
    cut = sequences([Frames(inputs, vowels, vowels, 3)] * 5, np.random.default_rng(3))
    assert cut.inputs.shape == (len(cut.vowels), LENGTH, 31)
    assert set(cut.languages.tolist()) == {3}
    there = cut.vowels != IGNORED
    assert (there.sum(1) >= SHORTEST_SEQUENCE).all()
    assert 0.8 * 5 * 450 <= there.sum() <= 5 * 450
    assert (cut.inputs[~there] == 0).all()
    assert (cut.inputs[there][:, -1] == 1).all()


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
    from benchmarks.lipsync.passes import singers

    spoken = [(_speaking("aiue", 0.2), "en"), (_speaking("aiueo", 0.05), "en"), (_speaking("aiueo", 0.2), "ja")]
    sung = singers(spoken, 2, np.random.default_rng(3))
    assert [language for _, language in sung] == ["ja", "ja"]
    assert all(np.isfinite(clip.samples).all() for clip, _ in sung)
    assert not np.array_equal(sung[0][0].samples, sung[1][0].samples)


def test_a_pass_is_the_same_for_the_same_number_and_another_for_the_next(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from benchmarks.lipsync.labels import save_clips
    from benchmarks.lipsync.passes import PLAN, training_frames

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
