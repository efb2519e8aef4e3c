import wave
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import eventually
from vtube.audio.base import RATE, Samples
from vtube.audio.file import FileSource, read_sound
from vtube.errors import AudioError
from vtube.signals import InputState


def write_wav(path: Path, rate: int, channels: int, seconds: float) -> Path:
    tone = np.sin(2 * np.pi * 220 * np.arange(int(rate * seconds)) / rate)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(np.repeat((tone * 16000).astype("<i2"), channels).tobytes())
    return path


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 2), (44100, 2), (48000, 1)])
def test_any_wav_becomes_mono_at_the_recognisers_rate(tmp_path: Path, rate: int, channels: int) -> None:
    samples = read_sound(write_wav(tmp_path / "a.wav", rate, channels, 0.5))
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(RATE / 2, abs=80)
    assert np.abs(samples).max() == pytest.approx(16000 / 32768, abs=0.02)


@pytest.mark.parametrize("content", [b"", b"not a sound", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        read_sound(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.wav"):
        FileSource(tmp_path / "gone.wav").start(lambda *_: None)


def test_it_plays_in_real_time_from_first_to_last(tmp_path: Path) -> None:
    source = FileSource(write_wav(tmp_path / "a.wav", 16000, 1, 0.1))
    heard: list[tuple[Samples, float]] = []
    source.start(lambda samples, at: heard.append((samples, at)))
    assert eventually(lambda: sum(len(samples) for samples, _ in heard) == 1600)
    assert sum(len(samples) for samples, _ in heard) == 1600
    steps = np.diff([at for _, at in heard])
    assert steps == pytest.approx(0.01, abs=1e-6)
    assert source.status(heard[-1][1] + 5).state is InputState.LOST
    source.close()


def test_a_sound_of_eight_channels_does_not_end_the_program(tmp_path: Path) -> None:
    samples = read_sound(write_wav(tmp_path / "surround.wav", 48_000, 8, 0.5), 48_000)
    assert len(samples) == 24_000
    assert np.abs(samples).max() > 0.01
