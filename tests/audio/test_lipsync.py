import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audio.sounds import noise, silence, vowel
from vtube.audio.lipsync import VowelLipSync, offline_mouth
from vtube.audio.vowels import DELAY_S, VowelNetwork, load_weights
from vtube.settings import LipSyncSettings
from vtube.signals import MouthShape

SPEECH = np.concatenate((silence(0.3), vowel("a"), silence(0.4), vowel("i", 0.4), silence(0.5)))


def during(begin: float, end: float, known: list[tuple[float, MouthShape]]) -> list[MouthShape]:
    return [shape for moment, shape in known if begin <= moment < end]


def test_the_mouth_opens_in_vowels_and_closes_between() -> None:
    known = offline_mouth(SPEECH, VowelLipSync())
    assert all(shape.aaa > 0.3 for shape in during(0.42, 0.75, known))
    assert all(shape.open < 0.1 for shape in (*during(0.0, 0.3, known), *during(1.05, 1.2, known)))
    assert np.mean([shape.iii for shape in during(1.35, 1.6, known)]) > 0.3
    assert known[-1][1].open == 0 and not known[-1][1].speaking


def test_it_keeps_the_mouth_through_a_short_pause() -> None:
    known = offline_mouth(SPEECH, VowelLipSync())
    assert all(shape.speaking for shape in during(0.4, 0.95, known))


def test_a_shape_every_ten_milliseconds_that_names_its_sound() -> None:
    known = offline_mouth(SPEECH, VowelLipSync())
    np.testing.assert_allclose([moment for moment, _ in known], np.arange(1, len(known) + 1) * 0.01, atol=1e-9)
    assert all(shape.time == pytest.approx(moment - DELAY_S) for moment, shape in known)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=30))
def test_blocks_of_any_length_make_the_same_mouth(lengths: list[int]) -> None:
    whole, stream = VowelLipSync(), VowelLipSync()
    expected = offline_mouth(SPEECH[: sum(lengths)], whole)
    begin, got = 0, []
    for length in lengths:
        part = SPEECH[begin : begin + length]
        begin += len(part)
        got += stream.listen(part, begin / 16_000)
    assert len(got) == len(expected)
    for (moment, shape), (other_moment, other) in zip(got, expected, strict=True):
        assert moment == pytest.approx(other_moment)
        assert shape.open == pytest.approx(other.open, abs=1e-4)


def test_nothing_is_heard_of_the_future() -> None:
    known = offline_mouth(SPEECH, VowelLipSync())
    cut = offline_mouth(SPEECH[:8000], VowelLipSync())
    assert [shape for _, shape in cut] == [shape for _, shape in known[: len(cut)]]


class Counting(VowelNetwork):
    steps = 0

    def step(self, inputs: np.ndarray[tuple[int], np.dtype[np.float32]]):  # type: ignore[no-untyped-def]
        self.steps += 1
        return super().step(inputs)


def test_silence_costs_no_inference() -> None:
    network = Counting(load_weights())
    offline_mouth(silence(3.0), VowelLipSync(network=network))
    assert network.steps == 0


def test_low_noise_leaves_it_closed() -> None:
    known = offline_mouth(noise(3.0, 0.003), VowelLipSync())
    assert all(shape.open < 0.1 for shape in during(0.5, 3.0, known))


def test_settings_reach_the_mouth() -> None:
    assert all(shape.open == 0 for _, shape in offline_mouth(SPEECH, VowelLipSync(LipSyncSettings(strength=0))))


def test_before_the_first_sound_there_is_no_shape() -> None:
    lip_sync = VowelLipSync()
    assert lip_sync.latest() is None
    lip_sync.feed(silence(0.01), 5.0)
    assert lip_sync.latest() is not None
