from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.sounds import silence, tone
from vtube.signals import MouthShape
from vtube.speech.base import Phoneme
from vtube.speech.phonemes import GESTURES
from vtube.speech.visemes import VisemeTrack, from_phonemes

RATE = 24_000


def track(*parts: tuple[str, float], quiet: str = "sil pau cl") -> VisemeTrack:
    """Phonemes of so many seconds each, with a tone where they sound."""
    phonemes, sounds, moment = [], [], 0.0
    for symbol, seconds in parts:
        phonemes.append(Phoneme(symbol, moment, moment + seconds))
        sounds.append(silence(seconds) if symbol in quiet.split() else tone(seconds))
        moment += seconds
    return from_phonemes(phonemes, np.concatenate(sounds), RATE)


def vowels(shape: MouthShape) -> list[float]:
    return [shape.aaa, shape.iii, shape.uuu, shape.eee, shape.ooo]


@pytest.mark.parametrize(
    ("symbol", "index"),
    [("a", 0), ("i", 1), ("u", 2), ("e", 3), ("o", 4), ("ɯ", 2), ("ɛ", 3), ("ɑ", 0), ("ʊ", 2), ("ɪ", 1)],
)
def test_each_vowel_has_its_shape(symbol: str, index: int) -> None:
    shape = track(("sil", 0.2), (symbol, 0.2), ("sil", 0.2)).at(0.3, 7.0)
    assert np.argmax(vowels(shape)) == index
    assert max(vowels(shape)) > 0.5
    assert shape.speaking
    assert shape.time == 7.0


def test_the_mouth_is_closed_in_pauses_and_outside() -> None:
    said = track(("sil", 0.3), ("a", 0.2), ("pau", 0.4), ("o", 0.2), ("sil", 0.3))
    for moment in (-1.0, 0.0, 0.1, 0.7, 1.35, 2.0, 1e9, float("inf"), float("-inf")):
        assert sum(vowels(said.at(moment, 0.0))) < 0.01, moment
        assert said.at(moment, 0.0).open < 0.01


def test_it_opens_with_the_sound_and_not_long_before() -> None:
    said = track(("sil", 0.5), ("a", 0.3), ("sil", 0.3))
    opened = next(step / 1000 for step in range(1000) if said.at(step / 1000, 0).aaa > 0.1)
    assert 0.47 < opened <= 0.51


def test_it_waits_where_the_sound_comes_after_the_label() -> None:
    phonemes = [Phoneme("sil", 0.0, 0.4), Phoneme("a", 0.4, 0.8)]
    said = from_phonemes(phonemes, np.concatenate([silence(0.5), tone(0.3)]), RATE)
    assert said.at(0.45, 0).aaa < 0.05
    assert said.at(0.6, 0).aaa > 0.8


def test_it_comes_with_a_sound_that_begins_before_its_label() -> None:
    phonemes = [Phoneme("sil", 0.0, 0.4), Phoneme("a", 0.4, 0.8)]
    said = from_phonemes(phonemes, np.concatenate([silence(0.32), tone(0.48)]), RATE)
    assert said.at(0.36, 0).aaa > 0.5


@pytest.mark.parametrize("symbol", ["m", "b", "p"])
def test_lips_meet_however_short_they_do(symbol: str) -> None:
    said = track(("a", 0.2), (symbol, 0.03), ("a", 0.2))
    assert said.at(0.215, 0).aaa < 0.05
    assert said.at(0.1, 0).aaa > 0.8
    assert said.at(0.33, 0).aaa > 0.8


def test_a_consonant_takes_the_form_of_its_vowels() -> None:
    said = track(("o", 0.2), ("t", 0.1), ("i", 0.2))
    early, late = said.at(0.2, 0), said.at(0.3, 0)
    assert early.ooo > early.iii
    assert late.iii > late.ooo
    assert sum(vowels(said.at(0.25, 0))) < 0.6


def test_vowels_flow_into_each_other() -> None:
    said = track(("a", 0.2), ("i", 0.2))
    values = np.array([vowels(said.at(step / 1000, 0)) for step in range(100, 300)])
    assert np.abs(np.diff(values, axis=0)).max() < 0.03
    assert said.at(0.2, 0).aaa == pytest.approx(said.at(0.2, 0).iii, abs=0.2)


def test_a_diphthong_moves() -> None:
    said = track(("I", 0.3))
    assert said.at(0.08, 0).aaa > said.at(0.08, 0).iii
    assert said.at(0.25, 0).iii > said.at(0.25, 0).aaa


def test_loud_speech_opens_wider() -> None:
    phonemes = [Phoneme("a", 0.0, 0.3), Phoneme("a", 0.3, 0.6)]
    said = from_phonemes(phonemes, np.concatenate([tone(0.3, amplitude=0.1), tone(0.3, amplitude=0.8)]), RATE)
    assert said.at(0.15, 0).aaa < 0.85 * said.at(0.45, 0).aaa


def test_the_grid_stays_with_the_sound_at_odd_rates() -> None:
    sound = np.concatenate([np.tile(np.concatenate([tone(0.5, 11_025), silence(0.5, 11_025)]), 20)])
    phonemes = [Phoneme("a" if half % 2 == 0 else "pau", half / 2, half / 2 + 0.5) for half in range(40)]
    said = from_phonemes(phonemes, sound, 11_025)
    assert said.at(19.2, 0).aaa > 0.8
    assert said.at(19.46, 0).aaa > 0.5
    assert said.at(19.56, 0).aaa < 0.1


@given(
    st.lists(st.tuples(st.sampled_from([*GESTURES, "unknown", "字"]), st.floats(0.0, 0.3)), max_size=30),
    st.floats(0.0, 2.0),
    st.integers(0, 3),
)
def test_any_phonemes_give_a_mouth_within_bounds(parts: list[tuple[str, float]], seconds: float, seed: int) -> None:
    phonemes, moment = [], 0.0
    for symbol, length in parts:
        phonemes.append(Phoneme(symbol, moment, moment + length))
        moment += length
    sound = np.random.default_rng(seed).uniform(-1, 1, int(seconds * 8000)).astype(np.float32)
    said = from_phonemes(phonemes, sound, 8000)
    for step in range(60):
        shape = said.at(step * 0.05, 0.0)
        assert all(0 <= value <= 1 for value in [*vowels(shape), shape.open])
        assert sum(vowels(shape)) <= 1.001
