import sys
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.listening.rig import FakeMicrophone, FakePartner, FakeRecogniser
from tests.waiting import eventually
from vtube.audio.base import AudioSource, Samples
from vtube.errors import PackageMissingError, SettingsError
from vtube.listening.host import HostVoice
from vtube.settings import ListeningSettings, Settings, parse


@dataclass
class Rig:
    """The streamer's voice by settings, with a microphone for every name that begins with `mic`."""

    microphones: dict[str, FakeMicrophone] = field(default_factory=dict)

    def host(self, **settings: object) -> HostVoice:
        return HostVoice(
            parse(settings),
            FakePartner().partner(),
            quiet,
            source=self.source,
            recogniser=lambda *_: FakeRecogniser("hi"),
        )

    def source(self, text: str, settings: Settings) -> AudioSource | None:
        if text == "none":
            return None
        if not text.startswith("mic"):
            raise SettingsError(f"there is no sound input {text!r}")
        return self.microphones.setdefault(text, FakeMicrophone())


def quiet(when: float, count: int) -> Samples:
    return np.zeros(count, np.float32)


def state(host: HostVoice) -> str:
    return str(host.status(0.0)["state"])


def test_it_is_off_unless_asked_for() -> None:
    host = Rig().host()
    host.start()
    assert host.status(0.0) == {"spec": "none", "state": "off"}
    host.close()


def test_another_microphone_takes_the_place_of_the_first_while_the_camera_runs() -> None:
    rig = Rig()
    host = rig.host(listen="mic")
    host.start()
    assert eventually(lambda: state(host) == "listening")
    host.prepare(parse({"listen": "mic:desk"}))()
    assert eventually(lambda: state(host) == "listening" and rig.microphones["mic:desk"].on_samples)
    assert rig.microphones["mic"].closed == 1
    host.prepare(parse({"listen": "none"}))()
    assert state(host) == "off"
    assert rig.microphones["mic:desk"].closed == 1
    host.prepare(parse({"listen": "mic"}))()
    assert eventually(lambda: state(host) == "listening")
    host.close()


def test_a_microphone_that_does_not_exist_changes_nothing() -> None:
    rig = Rig()
    host = rig.host(listen="mic")
    host.start()
    assert eventually(lambda: state(host) == "listening")
    with pytest.raises(SettingsError, match="no sound input"):
        host.prepare(parse({"listen": "phone"}))
    assert state(host) == "listening"
    assert rig.microphones["mic"].closed == 0
    host.close()


def test_the_way_of_listening_changes_without_opening_anything() -> None:
    rig = Rig()
    host = rig.host(listen="mic")
    host.prepare(parse({"listen": "mic", "listening": {"silence_s": 2.0}}))()
    assert list(rig.microphones) == ["mic"]
    host.close()


def test_the_recogniser_is_made_for_the_settings() -> None:
    made: list[tuple[str, ListeningSettings]] = []

    def recogniser(text: str, settings: ListeningSettings) -> FakeRecogniser:
        made.append((text, settings))
        return FakeRecogniser("hi")

    settings = parse({"listen": "mic", "listening": {"recogniser": "whisper:base", "language": "ja"}})
    HostVoice(settings, FakePartner().partner(), quiet, source=Rig().source, recogniser=recogniser)
    assert [(text, one.language) for text, one in made] == [("whisper:base", "ja")]


def test_without_its_package_echo_cancelling_says_how_to_get_it_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "livekit", None)
    monkeypatch.setitem(sys.modules, "livekit.rtc", None)
    host = Rig().host(listen="mic")
    with pytest.raises(PackageMissingError, match=r"needs the package livekit, which .* extras echo"):
        host.prepare(parse({"listen": "mic", "listening": {"echo": "cancel"}}))
    host.start()
    assert eventually(lambda: state(host) == "listening")
    host.close()
