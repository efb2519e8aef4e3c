import wave
from pathlib import Path

import numpy as np
import pytest

from tests.audio.sounds import vowel
from tests.fakes import FakeClock, in_place_of
from vtube.audio.base import OnSamples, Samples
from vtube.audio.known_voice import VoiceLevel
from vtube.audio.mouth_source import MouthSource, create_lip_sync
from vtube.audio.registry import SOURCES
from vtube.audio.voice_memory import NAME, VoiceMemory
from vtube.errors import AudioError, SettingsError
from vtube.settings import LipSyncSettings, Settings
from vtube.signals import InputState, InputStatus, MouthShape


def mouth_source(clock: FakeClock | None = None, **settings: object) -> MouthSource:
    return MouthSource(Settings.model_validate(settings), clock or FakeClock())


def test_nothing_listens_unless_asked() -> None:
    mouths = mouth_source()
    mouths.start()
    assert mouths.mouth() is None
    assert mouths.statuses(0.0) == []
    mouths.close()


def test_the_mouth_follows_what_is_fed() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.feed(vowel("a"), clock.now)
    shape = mouths.mouth()
    assert shape is not None and shape.speaking and shape.open > 0.3


def test_pretence_moves_the_mouth_until_it_ends() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.set_lip_flap(True)
    mouths.set_lip_flap(True)
    opened = []
    for _ in range(100):
        clock.advance(0.02)
        shape = mouths.mouth()
        assert shape is not None and shape.speaking and shape.time == clock.now
        opened.append(shape.open)
    assert max(opened) > 0.4
    mouths.set_lip_flap(False)
    assert mouths.mouth() is None


def test_what_is_heard_wins_over_pretence() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.set_lip_flap(True)
    mouths.feed(vowel("a"), clock.now)
    shape = mouths.mouth()
    assert shape is not None and shape.time < clock.now


def test_a_voice_that_breaks_off_owns_the_mouth_no_longer() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.set_lip_flap(True)
    mouths.feed(vowel("a"), clock.now)
    clock.advance(1.0)
    shape = mouths.mouth()
    assert shape is not None and shape.time == clock.now


def test_speech_may_own_the_mouth_while_it_has_a_shape() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    spoken: list[MouthShape | None] = [MouthShape(clock.now, aaa=1.0, open=1.0, speaking=True)]
    mouths.set_priority(lambda now: spoken[0])
    mouths.feed(vowel("i"), clock.now)
    assert mouths.mouth() == spoken[0]
    spoken[0] = None
    heard = mouths.mouth()
    assert heard is not None and heard.aaa < 0.9
    mouths.set_priority(None)
    assert mouths.mouth() == heard


def test_a_file_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((vowel("a", 0.05) * 32767).astype(np.int16).tobytes())
    mouths = mouth_source(audio=f"file:{path}")
    mouths.start()
    assert mouths.statuses(0.0)[0].name == "file"
    mouths.close()
    mouths.close()


def test_what_was_asked_for_and_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="gone"):
        mouth_source(audio=f"file:{tmp_path / 'gone.wav'}").start()
    with pytest.raises(SettingsError):
        mouth_source(audio="radio")
    with pytest.raises(AudioError, match="calibration"):
        mouth_source(audio=f"file:{tmp_path / 'x.wav'}", lipsync={"calibration": str(tmp_path / "none.npz")})


def test_settings_take_effect_while_it_listens() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.feed(vowel("a"), clock.now)
    before = mouths.mouth()
    mouths.prepare(Settings.model_validate({"lipsync": {"strength": 0.0}}))()
    mouths.feed(vowel("a"), clock.now)
    after = mouths.mouth()
    assert before is not None and after is not None
    assert before.open > 0.3 and after.open < 0.05


def test_another_language_has_other_vowels_while_it_listens() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    shapes = []
    for language in ("auto", "ja", "zh", "auto"):
        mouths.prepare(Settings.model_validate({"lipsync": {"language": language}}))()
        mouths.feed(vowel("e"), clock.now)
        shapes.append(mouths.mouth())
    assert shapes[0] == shapes[3]
    assert len({repr(shape) for shape in shapes}) == 3


def test_a_sound_input_can_be_chosen_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.tile(vowel("a"), 4) * 32767).astype("<i2").tobytes())
    mouths = mouth_source()
    mouths.start()
    mouths.prepare(Settings.model_validate({"audio": f"file:{path}"}))()
    assert [status.name for status in mouths.statuses(0.0)] == ["file"]
    mouths.prepare(Settings.model_validate({"audio": "none"}))()
    assert mouths.statuses(0.0) == []
    mouths.close()


def test_what_is_refused_changes_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    mouths.start()
    mute = {"strength": 0.0}
    for wrong in (
        {"audio": f"file:{tmp_path / 'gone.wav'}", "lipsync": mute},
        {"lipsync": mute | {"calibration": str(tmp_path / "no.npz")}},
    ):
        with pytest.raises(AudioError):
            mouths.prepare(Settings.model_validate(wrong))()
    mouths.feed(vowel("a"), clock.now)
    shape = mouths.mouth()
    assert shape is not None and shape.open > 0.3
    mouths.close()


def test_speech_is_asked_for_the_moment_at_which_it_is_seen() -> None:
    clock = FakeClock()
    mouths = mouth_source(clock)
    asked: list[float] = []

    def speech(now: float) -> MouthShape | None:
        asked.append(now)
        return MouthShape(now, speaking=True)

    mouths.set_priority(speech)
    mouths.mouth(clock.now + 0.05)
    mouths.mouth()
    assert asked == [clock.now + 0.05, clock.now]


class Plugged:
    """A sound input of which the test says what it hears."""

    def __init__(self, name: str = "mic") -> None:
        self.name, self.device, self.now = name, "Yeti", 1000.0
        self.on_samples: OnSamples | None = None

    def start(self, on_samples: OnSamples) -> None:
        self.on_samples = on_samples

    def status(self, now: float) -> InputStatus:
        return InputStatus(self.name, InputState.LIVE, 100.0, 0.0, self.device)

    def close(self) -> None:
        self.on_samples = None

    def hear(self, samples: Samples) -> None:
        assert self.on_samples is not None
        for begin in range(0, len(samples), 160):
            self.now += 0.01
            self.on_samples(samples[begin : begin + 160], self.now)


def words(level: float, count: int) -> Samples:
    parts = [(vowel("aiueo"[number % 5], 0.3, level=level), np.zeros(3200, np.float32)) for number in range(count)]
    sound = np.concatenate([part for both in parts for part in both])
    return sound + np.random.default_rng(4).normal(0, 3e-4, len(sound)).astype(np.float32)


def opens(tmp_path: Path, heard: Samples, plugged: Plugged, **lipsync: object) -> bool:
    """Whether the mouth opens at the start of a new session."""
    spec = {"audio": plugged.name, "lipsync": lipsync}
    with in_place_of(SOURCES, plugged.name, lambda _spec, _settings: plugged):
        mouths = MouthSource(Settings.model_validate(spec), FakeClock(), VoiceMemory(tmp_path / NAME))
    mouths.start()
    opened = 0.0
    for begin in range(0, len(heard), 160):
        plugged.hear(heard[begin : begin + 160])
        shape = mouths.mouth(plugged.now)
        opened = max(opened, shape.open if shape is not None else 0.0)
    mouths.close()
    return opened > 0.1


def test_the_voice_is_known_at_the_next_start(tmp_path: Path) -> None:
    softer = words(0.03, 4)
    assert opens(tmp_path / "new", softer, Plugged())
    assert opens(tmp_path, words(0.4, 15), Plugged())
    kept = VoiceMemory(tmp_path / NAME).get("Yeti")
    assert kept is not None and -20 < kept.peak_db < -5
    assert not opens(tmp_path, softer, Plugged())
    assert opens(tmp_path, words(0.4, 1), Plugged())


def test_the_voice_of_one_microphone_is_nothing_to_another(tmp_path: Path) -> None:
    opens(tmp_path, words(0.4, 15), Plugged())
    other = Plugged()
    other.device = "Headset"
    assert opens(tmp_path, words(0.03, 4), other)


def test_another_device_in_its_place_is_known_by_itself(tmp_path: Path) -> None:
    memory = VoiceMemory(tmp_path / NAME)
    memory.put("Headset", VoiceLevel(-40.0, -72.0))
    plugged = Plugged()
    with in_place_of(SOURCES, "mic", lambda _spec, _settings: plugged):
        mouths = MouthSource(Settings.model_validate({"audio": "mic"}), FakeClock(), memory)
    mouths.start()
    plugged.hear(words(0.4, 15))
    plugged.device = "Headset"
    plugged.hear(words(0.03, 1))
    shape = mouths.mouth(plugged.now - 0.2)
    assert shape is not None and shape.speaking
    mouths.close()
    assert memory.get("Yeti") is not None


def test_what_a_loudspeaker_plays_is_nobodys_voice(tmp_path: Path) -> None:
    opens(tmp_path, words(0.4, 15), Plugged("loopback"))
    assert not (tmp_path / NAME).exists()
    assert opens(tmp_path, words(0.03, 4), Plugged("loopback"))


def test_the_voice_need_not_be_remembered(tmp_path: Path) -> None:
    assert opens(tmp_path, words(0.4, 15), Plugged(), remember=False)
    assert not (tmp_path / NAME).exists()
    opens(tmp_path, words(0.4, 15), Plugged())
    assert opens(tmp_path, words(0.03, 4), Plugged(), remember=False)


def test_whether_it_is_remembered_can_be_changed_while_it_listens(tmp_path: Path) -> None:
    memory, plugged = VoiceMemory(tmp_path / NAME), Plugged()
    memory.put("Yeti", VoiceLevel(-12.0, -54.0))
    with in_place_of(SOURCES, "mic", lambda _spec, _settings: plugged):
        mouths = MouthSource(Settings.model_validate({"audio": "mic"}), FakeClock(), memory)
    mouths.start()

    def moves() -> bool:
        plugged.hear(words(0.03, 1)[:4000])
        shape = mouths.mouth(plugged.now)
        plugged.hear(np.zeros(16_000, np.float32))
        return shape is not None and shape.open > 0.1

    def remember(wanted: bool) -> None:
        mouths.prepare(Settings.model_validate({"audio": "mic", "lipsync": {"remember": wanted}}))()

    assert not moves()
    remember(False)
    assert moves()
    remember(True)
    assert not moves()
    mouths.close()


def test_a_calibration_of_another_version_is_told_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    np.savez(tmp_path / "old.npz", weight=np.zeros((5, 64), np.float32), bias=np.zeros(5, np.float32))
    lip_sync = create_lip_sync(LipSyncSettings(language="es", calibration=str(tmp_path / "old.npz")))
    assert lip_sync._network.language == "es"  # noqa: SLF001 - has no other sign
    assert "another version" in caplog.text
