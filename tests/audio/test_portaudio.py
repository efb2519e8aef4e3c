import sys

import pytest

from tests.fakes import FakeSoundDevice
from vtube.audio.portaudio import Direction, find_device, portaudio
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
    ("direction", "words"), [(Direction.INPUT, "--audio none"), (Direction.OUTPUT, "no sound device")]
)
def test_no_device_at_all_says_so(direction: Direction, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        find_device(FakeSoundDevice(), direction, None)


def test_a_missing_library_names_the_command_for_this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(AudioError) as caught:
        portaudio()
    assert f"{sys.executable} -m pip install sounddevice" in str(caught.value)
