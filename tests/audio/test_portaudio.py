import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes import FakeClock, FakeSoundDevice
from vtube.audio.portaudio import DEFAULT_S, LIST_ANEW_S, Direction, SoundLibrary, find_device, portaudio
from vtube.errors import AudioError

DEVICES = FakeSoundDevice(
    ("Webcam", 1, 48_000.0),
    ("USB Microphone", 6, 44_100.0),
    outputs=[
        ("Speakers", 8, 44_100.0, 0.09),
        ("CABLE Input (MME)", 2, 44_100.0, 0.09),
        ("CABLE Input", 1, 48_000.0, 0.003),
    ],
)


@pytest.mark.parametrize(
    ("direction", "wanted", "name"),
    [
        (Direction.INPUT, None, "Webcam"),
        (Direction.INPUT, "usb mic", "USB Microphone"),
        (Direction.OUTPUT, None, "Speakers"),
        (Direction.OUTPUT, "cable input", "CABLE Input"),
    ],
)
def test_the_default_device_or_the_quickest_of_that_name(direction: Direction, wanted: str | None, name: str) -> None:
    assert find_device(DEVICES, direction, wanted)["name"] == name


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        (Direction.INPUT, "no microphone 'Yeti'; there are: Webcam; USB Microphone"),
        (Direction.OUTPUT, "no sound device to speak through 'Yeti'; there are: Speakers; CABLE"),
    ],
)
def test_an_unknown_name_is_answered_with_all_there_are(direction: Direction, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        find_device(DEVICES, direction, "Yeti")


@pytest.mark.parametrize(
    ("direction", "words"), [(Direction.INPUT, "plug one in"), (Direction.OUTPUT, "no sound device")]
)
def test_no_device_at_all_says_so(direction: Direction, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        find_device(FakeSoundDevice(), direction, None)


def test_a_missing_library_names_the_command_for_this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(AudioError) as caught:
        portaudio()
    assert f"{sys.executable} -m pip install sounddevice" in str(caught.value)


YETI, WEBCAM, HEADSET = ("Yeti", 1, 48_000.0), ("Webcam", 1, 48_000.0), ("Headset", 2, 48_000.0, 0.01)


def arguments(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"callback": lambda *_: None}


def test_what_was_plugged_in_later_is_found_and_what_is_open_is_closed_for_that_once() -> None:
    fake, clock = FakeSoundDevice(WEBCAM, outputs=[HEADSET]), FakeClock()
    sound = SoundLibrary(lambda: fake, fake.plugged, clock=clock)
    webcam = sound.open(Direction.INPUT, "webcam", arguments)
    fake.inputs.append(YETI)
    yeti = sound.open(Direction.INPUT, "yeti", arguments)
    assert (webcam.closed, yeti.closed) == (True, False)
    webcam = sound.open(Direction.INPUT, "webcam", arguments)
    for _ in range(3):
        with pytest.raises(AudioError, match="no microphone 'gone'; there are: Webcam; Yeti"):
            sound.open(Direction.INPUT, "gone", arguments)
        clock.advance(LIST_ANEW_S)
    assert (webcam.alive(), yeti.alive()) == (True, True)
    assert fake.listed == 2
    for stream in (webcam, yeti, yeti):
        stream.close()
    assert not any(stream.running for stream in fake.streams)


def test_the_list_is_that_of_now() -> None:
    fake = FakeSoundDevice(WEBCAM, outputs=[HEADSET])
    sound = SoundLibrary(lambda: fake, fake.plugged)
    fake.inputs.append(YETI)
    assert [one["name"] for one in sound.devices(Direction.INPUT)] == ["Webcam", "Yeti"]
    assert [one["name"] for one in sound.devices(Direction.OUTPUT)] == ["Headset"]
    fake.unplug("Webcam")
    assert [one["name"] for one in sound.devices(Direction.INPUT)] == ["Yeti"]
    assert fake.listed == 3


def test_where_the_system_tells_nothing_it_is_listed_now_and_then_while_nothing_is_open() -> None:
    fake, clock = FakeSoundDevice(outputs=[HEADSET]), FakeClock()
    sound = SoundLibrary(lambda: fake, lambda: None, follows=True, clock=clock)
    headset = sound.open(Direction.OUTPUT, None, arguments)
    fake.inputs.append(YETI)
    with pytest.raises(AudioError, match="no microphone"):
        sound.open(Direction.INPUT, None, arguments)
    headset.close()
    assert sound.open(Direction.INPUT, None, arguments).device["name"] == "Yeti"
    assert fake.listed == 2


def test_a_device_that_was_lost_is_looked_for_under_its_new_number() -> None:
    fake = FakeSoundDevice(WEBCAM, YETI)
    sound = SoundLibrary(lambda: fake, fake.plugged)
    yeti = sound.open(Direction.INPUT, "Yeti", arguments)
    fake.unplug("Webcam")
    fake.unplug("Yeti")
    fake.inputs.append(YETI)
    assert not yeti.alive()
    yeti.close(lost=True)
    assert sound.open(Direction.INPUT, "Yeti", arguments).alive()
    assert fake.streams[-1].arguments["device"] == 0


@pytest.mark.parametrize("follows", [True, False])
def test_another_default_is_noticed_where_the_system_does_not_follow_it(follows: bool) -> None:
    fake, clock, default = FakeSoundDevice(WEBCAM, YETI), FakeClock(), ["1"]
    sound = SoundLibrary(lambda: fake, fake.plugged, lambda heard: default[0], follows=follows, clock=clock)
    anyone, named = sound.open(Direction.INPUT, None, arguments), sound.open(Direction.INPUT, "Yeti", arguments)
    default[0] = "2"
    assert anyone.alive()
    clock.advance(DEFAULT_S)
    assert anyone.alive() == follows
    assert named.alive()


def test_a_library_that_fails_to_start_again_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSoundDevice(WEBCAM)
    sound = SoundLibrary(lambda: fake, fake.plugged)

    def fails() -> None:
        raise OSError("no server")

    with monkeypatch.context() as patch:
        patch.setattr(fake, "_initialize", fails)
        with pytest.raises(AudioError, match="no microphone"):
            sound.open(Direction.INPUT, "Yeti", arguments)
    fake.inputs.append(YETI)
    assert sound.open(Direction.INPUT, "Yeti", arguments).alive()
