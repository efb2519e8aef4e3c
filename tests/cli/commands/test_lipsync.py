import json
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.audio.sounds import silence, spoken_vowels, vowel
from tests.fakes import in_place_of
from vtube.audio.base import OnSamples
from vtube.audio.known_voice import VoiceLevel
from vtube.audio.registry import SOURCES
from vtube.audio.voice_memory import NAME, VoiceMemory
from vtube.cli.main import main
from vtube.paths import user_folder


def wav(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.float32]], rate: int = 16_000) -> str:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype(np.int16).tobytes())
    return str(path)


def test_json_has_an_entry_per_ten_milliseconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wav(tmp_path / "a.wav", np.concatenate((silence(0.2), vowel("a", 0.3), silence(0.2))))
    assert main(["lipsync", path, "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert len(entries) == 70
    assert [entry["t"] for entry in entries[:3]] == [0.01, 0.02, 0.03]
    assert set(entries[0]) == {"t", "aaa", "iii", "uuu", "eee", "ooo", "open"}
    assert max(entry["aaa"] for entry in entries) > 0.3


def test_the_timeline_shows_the_vowel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lipsync", wav(tmp_path / "a.wav", np.concatenate((silence(0.2), vowel("a", 0.6))))]) == 0
    shown = capsys.readouterr().out
    assert "AAA" in shown and shown.splitlines()[0].lstrip().startswith("0.00 s  ..")


def test_calibration_is_written_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoken, mine, config = wav(tmp_path / "v.wav", spoken_vowels()), tmp_path / "me.npz", tmp_path / "my.yaml"
    assert main(["lipsync", spoken, "--calibrate", str(mine)]) == 0
    config.write_text(f"lipsync: {{calibration: '{mine.as_posix()}'}}\n", encoding="utf-8")
    assert main(["lipsync", spoken, "--config", str(config)]) == 0
    assert "open" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"not a sound at all", None])
def test_what_is_no_sound_fails_in_one_line(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    assert main(["lipsync", str(path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


class Speaker:
    """A microphone before which somebody says the vowels."""

    def __init__(self, samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        self._samples = samples

    def start(self, on_samples: OnSamples) -> None:
        for begin in range(0, len(self._samples), 160):
            on_samples(self._samples[begin : begin + 160], begin / 16_000)

    def close(self) -> None:
        pass


def test_a_microphone_is_asked_for_the_vowels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoken = np.concatenate((silence(1.2), spoken_vowels(), silence(1.0)))
    with in_place_of(SOURCES, "mic", lambda *_: Speaker(spoken)):
        assert main(["lipsync", "mic", "--calibrate", str(tmp_path / "me.npz")]) == 0
    assert (tmp_path / "me.npz").exists()
    assert "wrote" in capsys.readouterr().out


def test_a_silent_microphone_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vtube.cli.commands.lipsync.PATIENCE_S", 0.0)
    with in_place_of(SOURCES, "mic", lambda *_: Speaker(silence(3.0))):
        assert main(["lipsync", "mic", "--calibrate", str(tmp_path / "me.npz")]) == 1
    assert "heard no a" in capsys.readouterr().err


def test_how_loud_one_is_can_be_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    memory = VoiceMemory(user_folder() / NAME)
    memory.start()
    memory.put("Yeti", VoiceLevel(-12.0, -50.0))
    memory.close()
    assert main(["lipsync", "--forget"]) == 0
    assert not (user_folder() / NAME).exists()
    assert main(["lipsync", "--forget"]) == 0
    assert capsys.readouterr().out == "forgotten\nthere was nothing to forget\n"
    assert main(["lipsync"]) != 0
