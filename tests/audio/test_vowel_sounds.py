"""The vowels of a language that says each of them as two sounds."""

import numpy as np
import pytest

from vtube.audio.features import INPUTS
from vtube.audio.vowel_sounds import EARLIER, LOOKS, SOUNDS, VowelSounds
from vtube.audio.vowels import ANY, OF_SOUNDS, VowelNetwork, load_weights

HIDDEN = 4
NOTHING = np.zeros(HIDDEN, np.float32)


def _layer() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], ...]:
    return np.zeros((SOUNDS, LOOKS * HIDDEN), np.float32), np.zeros(SOUNDS, np.float32)


def test_a_vowel_is_as_likely_as_its_two_sounds_together() -> None:
    weight, bias = _layer()
    bias[[2, 7]] = np.log(4)
    vowels = VowelSounds(weight, bias).vowels(NOTHING)
    np.testing.assert_allclose(vowels, [2 / 16, 2 / 16, 8 / 16, 2 / 16, 2 / 16], atol=1e-6)


@pytest.mark.parametrize(("look", "frames"), list(enumerate(EARLIER, start=1)))
def test_a_change_is_seen_for_as_many_frames_as_it_is_looked_back(look: int, frames: int) -> None:
    weight, bias = _layer()
    weight[3, look * HIDDEN] = 5
    sounds, memory = VowelSounds(weight, bias), np.eye(HIDDEN, dtype=np.float32)[0]
    for _ in range(10):
        sounds.vowels(NOTHING)
    seen = [float(sounds.vowels(memory)[3]) > 0.5 for _ in range(10)]
    assert seen == [True] * frames + [False] * (10 - frames)


def test_forgetting_forgets_what_was_earlier() -> None:
    weight, bias = _layer()
    weight[:] = np.random.default_rng(1).normal(0, 1, weight.shape)
    sounds, memory = VowelSounds(weight, bias), np.ones(HIDDEN, np.float32)
    first = sounds.vowels(memory)
    assert not np.allclose(sounds.vowels(memory), first)
    sounds.forget()
    np.testing.assert_array_equal(sounds.vowels(memory), first)


def test_moving_moves_both_sounds_of_a_vowel_and_not_what_it_was_given() -> None:
    weight, bias = _layer()
    sounds = VowelSounds(weight, bias)
    sounds.move(np.zeros((5, HIDDEN), np.float32), np.log(np.array([1, 1, 4, 1, 1], np.float32)))
    np.testing.assert_allclose(sounds.vowels(NOTHING), [1 / 8, 1 / 8, 4 / 8, 1 / 8, 1 / 8], atol=1e-6)
    assert not bias.any()


def test_a_calibration_that_changes_nothing_changes_no_sound() -> None:
    plain, same = (VowelNetwork(load_weights(), OF_SOUNDS) for _ in range(2))
    same.adapt(*same.vowel_layer())
    for inputs in np.random.default_rng(2).normal(0, 1, (8, INPUTS)).astype(np.float32):
        np.testing.assert_array_equal(plain.step(inputs).vowels, same.step(inputs).vowels)


@pytest.mark.parametrize("language", [ANY, OF_SOUNDS])
def test_a_calibration_bends_the_vowels_of_every_language(language: str) -> None:
    network = VowelNetwork(load_weights(), language)
    weight, bias = network.vowel_layer()
    inputs = np.ones(INPUTS, np.float32)
    before = network.step(inputs).vowels
    network.forget()
    network.adapt(weight, bias + np.array([0, 0, 3, 0, 0], np.float32))
    after = network.step(inputs).vowels
    assert after[2] > before[2]
