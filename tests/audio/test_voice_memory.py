"""Levels of a voice on disk: what was kept comes back, and no file does any harm."""

import json
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.waiting import eventually
from vtube.audio import voice_memory
from vtube.audio.known_voice import VoiceLevel
from vtube.audio.voice_memory import FORMAT, MAX_BYTES, MAX_MICROPHONES, NAME, VERSION, VoiceMemory, forget_voice_levels
from vtube.paths import SHORT_LOCK

LEVEL = VoiceLevel(-12.5, -54.0)


def put(path: Path, **levels: VoiceLevel) -> VoiceMemory:
    memory = VoiceMemory(path)
    memory.start()
    for microphone, level in levels.items():
        memory.put(microphone, level)
    memory.close()
    return memory


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / NAME
    assert VoiceMemory(path).get("Yeti") is None
    put(path, Yeti=LEVEL)
    put(path, Headset=VoiceLevel(-30.0, -70.0))
    again = VoiceMemory(path)
    assert (again.get("Yeti"), again.get("Headset")) == (LEVEL, VoiceLevel(-30.0, -70.0))
    assert again.get("another") is None
    assert {file.name for file in path.parent.iterdir()} - {SHORT_LOCK} == {NAME}


def test_it_is_written_now_and_then_and_only_when_it_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_memory, "WRITE_S", 0.01)
    path = tmp_path / NAME
    memory = VoiceMemory(path)
    memory.start()
    memory.put("Yeti", LEVEL)
    assert eventually(path.exists)
    before = path.stat().st_mtime_ns
    memory.put("Yeti", VoiceLevel(-12.9, -54.0))
    memory.close()
    assert path.stat().st_mtime_ns == before


def test_nothing_is_written_when_nothing_was_heard(tmp_path: Path) -> None:
    put(tmp_path / NAME)
    assert not (tmp_path / NAME).exists()


def test_there_is_an_end_to_them(tmp_path: Path) -> None:
    put(tmp_path / NAME, **{f"mic {number}": LEVEL for number in range(MAX_MICROPHONES + 5)})
    kept = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))["microphones"]
    assert len(kept) == MAX_MICROPHONES and "mic 0" not in kept


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        "[" * 10_000,
        json.dumps({"format": FORMAT, "version": VERSION + 1, "microphones": {}}),
        json.dumps({"format": FORMAT, "version": VERSION, "microphones": []}),
        "9" * (MAX_BYTES + 1),
    ],
)
def test_a_damaged_file_does_not_count_and_is_written_anew(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / NAME
    path.write_text(content, encoding="utf-8")
    assert VoiceMemory(path).get("Yeti") is None
    assert "does not count" in caplog.text
    put(path, Yeti=LEVEL)
    assert VoiceMemory(path).get("Yeti") == LEVEL


@pytest.mark.parametrize(
    "level", [None, [], {}, {"peak_db": -12.0}, {"peak_db": "loud", "floor_db": -50}, {"peak_db": 1e9, "floor_db": -50}]
)
def test_a_level_that_is_none_is_left_out(tmp_path: Path, level: object) -> None:
    told = {
        "format": FORMAT,
        "version": VERSION,
        "microphones": {"bad": level, "Yeti": {"peak_db": -12.5, "floor_db": -54}},
    }
    (tmp_path / NAME).write_text(json.dumps(told), encoding="utf-8")
    memory = VoiceMemory(tmp_path / NAME)
    assert memory.get("bad") is None
    assert memory.get("Yeti") == LEVEL


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_survived(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert VoiceMemory(tmp_path / NAME).get("Yeti") is None


def test_a_folder_in_its_place_costs_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).mkdir()
    put(tmp_path / NAME, Yeti=LEVEL)
    assert "not kept" in caplog.text


def test_a_disk_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("vtube.settings.kept_file.write_whole", lambda *_: go_on.wait(10))
    memory = VoiceMemory(tmp_path / NAME)
    memory.start()
    memory.put("Yeti", LEVEL)
    memory.close(0.05)
    go_on.set()
    assert "does not answer" in caplog.text


def test_it_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    assert not forget_voice_levels()
    put(tmp_path / NAME, Yeti=LEVEL)
    assert forget_voice_levels()
    assert VoiceMemory(tmp_path / NAME).get("Yeti") is None
