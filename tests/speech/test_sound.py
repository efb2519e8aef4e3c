import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.sounds import silence, tone, wav
from vtube.errors import SpeechError
from vtube.speech import sound
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.sound import decode, fitted, pcm16, resampled, shifted, trimmed


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (24_000, 2), (44_100, 1), (48_000, 2)])
def test_wav_of_any_rate(rate: int, channels: int) -> None:
    samples, got = decode(wav(tone(0.5, rate), rate, channels), "miko")
    assert got == rate
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, tone(0.5, rate), atol=1e-3)


def test_a_stream_that_does_not_know_its_length() -> None:
    data = bytearray(wav(tone(0.5)))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert len(decode(bytes(data), "miko")[0]) == 12_000


@given(st.binary(max_size=200))
def test_junk_is_no_sound(data: bytes) -> None:
    with pytest.raises(SpeechError, match="miko"):
        decode(data, "miko")


def test_endless_talk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "MAX_SECONDS", 1.0)
    with pytest.raises(SpeechError, match="longer than 1 s"):
        decode(wav(tone(1.5)), "miko")


def test_pcm_with_an_odd_byte() -> None:
    np.testing.assert_allclose(pcm16(b"\x00\x40\x00\xc0\x01", "miko"), [0.5, -0.5])
    with pytest.raises(SpeechError, match="no sound"):
        pcm16(b"\x01", "miko")


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
