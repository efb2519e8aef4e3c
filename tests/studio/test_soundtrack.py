from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.outputs.soundtrack import RATE
from vtube.settings import Settings
from vtube.studio.soundtrack import SoundDesk

DEVICE_RATE = 44_100


def desk(**stream: object) -> SoundDesk:
    return SoundDesk(Settings.model_validate({"stream": stream}))


def speak(sounds: SoundDesk, at: float, seconds: float) -> None:
    """A tone of 440 Hz in blocks of 10 ms, as a sound device asks for them."""
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * DEVICE_RATE)) / DEVICE_RATE)).astype(np.float32)
    block = DEVICE_RATE // 100
    for first in range(0, len(tone), block):
        sounds.hear_voice(tone[first : first + block], at + first / DEVICE_RATE, DEVICE_RATE)


def a_tone(path: Path, seconds: float) -> None:
    samples = (8000 * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def test_her_voice_is_heard_at_its_moment_whatever_the_device_s_rate() -> None:
    sounds = desk()
    track = sounds.soundtrack()
    speak(sounds, 10.0, 1.0)
    mix = track.read(9 * RATE, 3 * RATE)
    loud = np.flatnonzero(np.abs(mix) > 0.05)
    assert loud[0] == pytest.approx(RATE, abs=RATE * 0.004)
    assert loud[-1] == pytest.approx(2 * RATE, abs=RATE * 0.004)
    inside = mix[round(1.2 * RATE) : round(1.8 * RATE)]
    spectrum = np.abs(np.fft.rfft(inside * np.hanning(len(inside))))
    peak = int(spectrum.argmax())
    assert peak * RATE / len(inside) == pytest.approx(440, abs=2)
    rest = spectrum.copy()
    rest[peak - 5 : peak + 6] = 0
    assert np.sqrt((rest**2).sum() / (spectrum**2).sum()) < 0.02


def test_a_stream_without_her_voice_has_none() -> None:
    sounds = desk(voice=False)
    speak(sounds, 10.0, 0.5)
    assert not sounds.soundtrack().read(10 * RATE, RATE).any()


def test_her_voice_is_known_by_its_moment_also_where_no_stream_has_it() -> None:
    sounds = desk(voice=False)
    speak(sounds, 10.0, 1.0)
    heard = sounds.her_voice(9.5, RATE)
    assert np.flatnonzero(np.abs(heard) > 0.05)[0] == pytest.approx(RATE / 2, abs=RATE * 0.004)
    assert not sounds.her_voice(20.0, 480).any()


def test_music_plays_on_where_its_file_ends(tmp_path: Path) -> None:
    a_tone(tmp_path / "music.wav", 0.5)
    mix = desk(music=str(tmp_path / "music.wav"), music_volume=0.5).soundtrack().read(0, 2 * RATE)
    for second in (0.1, 0.6, 1.4):
        part = mix[round(second * RATE) :][: RATE // 10]
        assert float(np.abs(part).max()) == pytest.approx(0.5 * 8000 / 32768, rel=0.02)


@pytest.mark.parametrize(("duck", "soft"), [("none", 0.0), ("music", -12.0), ("all", -12.0)])
def test_music_is_softer_while_she_speaks_and_comes_back(duck: str, soft: float, tmp_path: Path) -> None:
    a_tone(tmp_path / "music.wav", 0.5)
    settings = {"music": str(tmp_path / "music.wav"), "music_volume": 1.0, "voice": False}
    sounds = desk(**settings, duck=duck, duck_db=12.0, duck_attack_s=0.1, duck_release_s=0.5)
    speak(sounds, 11.0, 1.0)
    mix = sounds.soundtrack().read(10 * RATE, 4 * RATE)
    plain = 8000 / 32768

    def level_db(second: float) -> float:
        part = mix[round(second * RATE) :][: RATE // 10]
        return float(20 * np.log10(np.abs(part).max() / plain))

    assert level_db(0.8) == pytest.approx(0.0, abs=0.2)
    assert level_db(1.5) == pytest.approx(soft, abs=0.2)
    assert level_db(2.2) == pytest.approx(soft, abs=0.2)
    assert level_db(3.5) == pytest.approx(0.0, abs=0.2)


def test_music_that_is_gone_is_said_and_the_stream_goes_on(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    track = desk(music=str(tmp_path / "gone.wav")).soundtrack()
    assert not track.read(0, RATE).any()
    assert "the stream has no music" in caplog.text


def test_a_sound_that_there_is_not_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="did you mean 'mic'"):
        desk(sound="mick")
