import numpy as np
import pytest

from tests.speech.sounds import silence, tone
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.sound import fitted, guarded, is_noise, resampled, shifted, trimmed


@pytest.mark.parametrize(("rate", "wanted"), [(24_000, 48_000), (48_000, 44_100), (22_050, 48_000), (16_000, 16_000)])
def test_resampling_keeps_length_and_moment(rate: int, wanted: int) -> None:
    there = resampled(np.concatenate([silence(0.5, rate), tone(0.5, rate)]), rate, wanted)
    assert len(there) == wanted
    assert np.flatnonzero(np.abs(there) > 0.1)[0] / wanted == pytest.approx(0.5, abs=0.003)
    assert np.abs(there[-wanted // 50 :]).max() == pytest.approx(0.5, abs=0.05)


def test_trimming_moves_the_phonemes_along() -> None:
    said = Utterance(
        "",
        np.concatenate([silence(0.5), tone(0.3), silence(0.7)]),
        24_000,
        (Phoneme("sil", 0.0, 0.5), Phoneme("a", 0.5, 0.8), Phoneme("sil", 0.8, 1.5)),
    )
    short = trimmed(said, 0.1)
    assert len(short.samples) / 24_000 == pytest.approx(0.5, abs=0.01)
    assert short.phonemes[1].start == pytest.approx(0.1, abs=0.01)
    assert trimmed(Utterance("", silence(1), 24_000)).samples.size == 24_000


def test_shifting_leaves_out_what_is_over() -> None:
    early = shifted((Phoneme("a", 0.0, 0.1), Phoneme("b", 0.1, 0.2)), -0.15)
    assert [(one.symbol, one.start) for one in early] == [("b", 0.0)]


def test_fitting() -> None:
    (fit,) = fitted((Phoneme("a", 0.0, 1.0),), 1.1)
    assert fit.end == pytest.approx(1.1)
    assert fitted((Phoneme("a", 0.0, 1.0),), 3.0) == ()
    assert fitted((), 3.0) == ()


def test_noise_is_told_from_speech_like_sound() -> None:
    hiss = np.random.default_rng(1).normal(0, 0.08, 24_000).astype(np.float32)
    assert not is_noise(tone(1.0, amplitude=0.9))
    assert not is_noise(hiss)
    assert is_noise(np.clip(hiss * 6, -1, 1))


def test_what_goes_to_the_loudspeaker_is_within_full_scale() -> None:
    loud = guarded(Utterance("", 3 * tone(0.5), 24_000))
    assert np.abs(loud.samples).max() == pytest.approx(1.0)
    assert guarded(Utterance("", np.empty(0, np.float32), 24_000)).samples.size == 0
