"""Sound is what its bytes say, whatever was asked for and whatever the answer calls itself."""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Iterable
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.sounds import silence, tone, wav
from vtube.audio.base import Samples
from vtube.errors import SpeechError
from vtube.speech import decoding
from vtube.speech.decoding import Answer, decode

RATE = 24_000
SAID = np.concatenate([silence(0.3), tone(0.7), silence(0.2)])


def pcm(samples: Samples = SAID, kind: str = "<i2") -> bytes:
    scale = 1.0 if kind.endswith("f4") else 32_767
    return (samples * scale).astype(kind).tobytes()


def riff(data: bytes, size: int, rate: int = RATE, bits: int = 16, form: int = 1) -> bytes:
    head = struct.pack("<IHHIIHH", 16, form, 1, rate, rate * bits // 8, bits // 8, bits)
    return b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + head + b"data" + struct.pack("<I", size) + data


def coded(kind: str, codec: str, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray((SAID * 32_767).astype("<i2")[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        fifo = av.AudioFifo()
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            fifo.write(part)
        while (block := fifo.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    return file.getvalue()


def heard(answer: Answer | bytes, pcm_rate: int | None = None) -> tuple[float, float]:
    """Seconds, and the share of the power that is near the tone of 200 Hz."""
    samples, rate = decode(answer, "miko", pcm_rate)
    assert np.abs(samples).max() <= 1.0
    power = np.abs(np.fft.rfft(samples)) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / rate)
    near = power[(frequencies > 150) & (frequencies < 250)].sum() / power.sum()
    return len(samples) / rate, float(near)


SOUNDS: dict[str, bytes] = {
    "mp3": coded("mp3", "mp3"),
    "ogg opus": coded("ogg", "libopus", 48_000),
    "flac": coded("flac", "flac"),
    "aac in mp4 fragments": coded("adts", "aac"),
    "webm": coded("webm", "libopus", 48_000),
    "aiff": coded("aiff", "pcm_s16be"),
    "wav": wav(SAID),
    "wav in stereo": wav(SAID, channels=2),
    "wav of unknown length": riff(pcm(), 0xFFFFFFFF),
    "wav of no length": riff(pcm(), 0),
    "wav longer than it is": riff(pcm(), len(pcm()) + 10_000),
    "wav that goes on after its length": riff(pcm(), 400),
    "wav of floats": riff(pcm(kind="<f4"), len(SAID) * 4, bits=32, form=3),
    "pcm": pcm(),
    "pcm of the other byte order": pcm(kind=">i2"),
    "pcm that begins with half a sample": b"\x01" + pcm(),
    "pcm of floats": pcm(kind="<f4"),
}


@pytest.mark.parametrize("kind", SOUNDS)
@pytest.mark.parametrize("media", ["audio/pcm", "application/octet-stream", ""])
def test_whatever_comes_is_heard_where_pcm_was_asked_for(kind: str, media: str) -> None:
    seconds, near = heard(Answer(SOUNDS[kind], {"content-type": media}), RATE)
    assert seconds == pytest.approx(1.2, abs=0.1)
    assert near > 0.9


@pytest.mark.parametrize("kind", [kind for kind in SOUNDS if not kind.startswith("pcm")])
def test_whatever_comes_is_heard_where_a_file_was_asked_for(kind: str) -> None:
    seconds, near = heard(SOUNDS[kind])
    assert seconds == pytest.approx(1.2, abs=0.1)
    assert near > 0.9


@pytest.mark.parametrize("kind", ["wav", "wav of unknown length", "wav of no length", "flac", "ogg opus", "mp3"])
def test_several_in_a_row_are_all_heard(kind: str) -> None:
    assert heard(SOUNDS[kind] * 3)[0] == pytest.approx(3.6, abs=0.25)


def test_wavs_of_different_rates_in_a_row() -> None:
    seconds, near = heard(wav(tone(1.0, 16_000), 16_000) + wav(tone(1.0, 48_000), 48_000))
    assert seconds == pytest.approx(2.0, abs=0.01)
    assert near > 0.9


def test_chunks_before_and_after_the_samples_are_no_samples() -> None:
    sound = wav(SAID)
    extra = b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + struct.pack("<I", 14) + b"Lavf60.16.100\0"
    for whole in (sound[:36] + extra + sound[36:], sound + extra, sound + b"\0" + extra):
        assert len(decode(whole, "miko")[0]) == len(SAID)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "audio/pcm;rate=44100;channels=1"},
        {"content-type": 'audio/L16; rate="44100"'},
        {"content-type": "audio/pcm", "x-sample-rate": "44100"},
    ],
)
def test_a_stated_rate_counts(headers: dict[str, str]) -> None:
    samples, rate = decode(Answer(pcm(tone(1.0, 44_100)), headers), "miko", RATE)
    assert (len(samples), rate) == (44_100, 44_100)


def test_stated_channels_count_and_wild_rates_do_not() -> None:
    both = np.repeat((tone(1.0) * 32_767).astype("<i2"), 2).tobytes()
    samples, rate = decode(Answer(both, {"content-type": "audio/pcm;channels=2;rate=1"}), "miko", RATE)
    assert (len(samples), rate) == (RATE, RATE)


def test_telephone_sound() -> None:
    samples, rate = decode(Answer(b"\xff" * 4000, {"content-type": "audio/PCMU"}), "miko")
    assert (len(samples), rate) == (4000, 8000)


@pytest.mark.parametrize("write", [lambda one: base64.b64encode(one).decode(), bytes.hex])
@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_sound_inside_json(write: object, kind: str) -> None:
    assert callable(write)
    body = json.dumps({"data": {"audio": write(SOUNDS[kind]), "status": 2}, "trace": "x"}).encode()
    assert heard(Answer(body, {"content-type": "application/json"}), RATE)[0] == pytest.approx(1.2, abs=0.1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "model not loaded"}}', "text in place of sound: model not loaded"),
        (b'{"error": {"message": "model not loaded"}}' * 3, "model not loaded"),
        (b'{"detail": [{"loc": ["query", "speaker"], "msg": "not a number"}]}', "query.speaker: not a number"),
        (b"<!doctype html><head><title>x</title></head><h1>Log &amp; in</h1>" + b"<p>please</p>" * 400, "Log & in"),
        ("\ufeff読み込み中".encode(), "読み込み中"),
        (b"queued", "queued"),
        (b"data: {}\n\n", "data: {}"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "#EXTM3U"),
        (b"", "no sound"),
        (wav(SAID)[:30], "no sound, or cut off"),
        (b"\x00\x01\x02", "no sound"),
    ],
)
def test_what_is_no_sound_is_an_error_with_its_first_words(body: bytes, words: str) -> None:
    for pcm_rate in (RATE, None):
        if body == b"\x00\x01\x02" and pcm_rate:
            continue
        with pytest.raises(SpeechError) as caught:
            decode(body, "miko", pcm_rate)
        assert words in str(caught.value)
        assert str(caught.value).startswith("miko answered with")
        assert len(str(caught.value)) < 200 and "\n" not in str(caught.value)


def test_noise_is_no_speech() -> None:
    junk = np.random.default_rng(1).integers(0, 256, 48_000, np.uint8).tobytes()
    with pytest.raises(SpeechError, match="answered with noise"):
        decode(junk, "miko", RATE)


def test_a_burst_of_noise_in_speech_is_silenced() -> None:
    spoiled = SAID.copy()
    spoiled[12_000:14_400] = np.random.default_rng(1).uniform(-1, 1, 2_400)
    samples, _ = decode(pcm(spoiled), "miko", RATE)
    assert np.abs(samples[12_000:14_400]).max() == 0.0
    np.testing.assert_allclose(samples[:12_000], SAID[:12_000], atol=1e-3)


def test_nothing_is_above_full_scale() -> None:
    samples, _ = decode(riff((SAID * 6).astype("<f4").tobytes(), len(SAID) * 4, bits=32, form=3), "miko")
    assert np.abs(samples).max() <= 1.0
    wild = SAID.copy()
    wild[::100], wild[50::100] = np.nan, np.inf
    assert np.isfinite(decode(riff(wild.tobytes(), len(wild) * 4, bits=32, form=3), "miko")[0]).all()


@pytest.mark.parametrize("layout", ["7.1", "hexadecagonal"])
def test_a_sound_of_many_channels_is_mixed_and_does_not_end_the_program(layout: str) -> None:
    channels = av.AudioLayout(layout).nb_channels
    out, codec, kind = io.BytesIO(), "wavpack", "fltp"
    with av.open(out, "w", format="wv") as container:
        stream = container.add_stream(codec, rate=RATE, layout=layout, format=kind)
        frame = av.AudioFrame.from_ndarray(np.tile(tone(0.5), channels)[None], "flt", layout)  # one after the other
        assert isinstance(stream, av.AudioStream)
        frame.sample_rate = RATE
        container.mux(stream.encode(av.AudioResampler(kind, layout, RATE).resample(frame)[0]))
        container.mux(stream.encode(None))
    samples, rate = decode(out.getvalue(), "miko")
    assert rate == RATE and len(samples) == RATE // 2
    assert np.abs(samples).max() > 0.01


def test_endless_talk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_SECONDS", 1.0)
    with pytest.raises(SpeechError, match="longer than 1 s"):
        decode(wav(tone(1.5)), "miko")
    with pytest.raises(SpeechError, match="longer than 1 s"):
        decode(wav(tone(0.6)) * 2, "miko")


def mangled(sound: bytes) -> st.SearchStrategy[bytes]:
    """The sound with a piece cut out, or another put in."""
    places = st.integers(0, len(sound))
    return st.builds(
        lambda first, last, junk: sound[: min(first, last)] + junk + sound[max(first, last) :],
        places,
        places,
        st.binary(max_size=8),
    )


def any_sound() -> Iterable[st.SearchStrategy[bytes]]:
    return (mangled(sound[:20_000]) for sound in SOUNDS.values())


@given(st.one_of(st.binary(max_size=400), *any_sound()), st.sampled_from([RATE, None]))
def test_anything_is_a_sound_within_bounds_or_one_line(data: bytes, pcm_rate: int | None) -> None:
    try:
        samples, rate = decode(data, "miko", pcm_rate)
    except SpeechError as error:
        assert "\n" not in str(error)
        return
    assert samples.dtype == np.float32 and np.isfinite(samples).all()
    assert np.abs(samples).max(initial=0.0) <= 1.0 and rate > 0
