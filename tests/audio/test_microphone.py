import logging
import time

import numpy as np
import pytest

from tests.fakes import FakeSoundDevice
from tests.waiting import eventually
from vtube.audio import microphone
from vtube.audio.base import Samples
from vtube.audio.microphone import Microphone
from vtube.audio.portaudio import SoundLibrary
from vtube.errors import AudioError
from vtube.signals import InputState

USB = ("USB Microphone", 6, 44100.0)


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    monkeypatch.setattr(microphone, "LOOK_S", 0.002)
    monkeypatch.setattr(microphone, "RETRY_S", 0.01)
    return FakeSoundDevice(("Speakers", 0, 48000.0), ("Webcam", 1, 48000.0), USB)


def library(devices: FakeSoundDevice) -> SoundLibrary:
    return SoundLibrary(lambda: devices, devices.plugged, lambda heard: None)


def test_blocks_arrive_as_mono_at_the_recognisers_rate(devices: FakeSoundDevice) -> None:
    heard: list[Samples] = []
    source = Microphone("USB", library(devices))
    source.start(lambda samples, _: heard.append(samples))
    stream = devices.streams[0]
    assert stream.arguments["channels"] == 2
    for _ in range(20):
        stream.hear(np.full((441, 2), 0.5, np.float32))
    assert sum(map(len, heard)) == pytest.approx(3200, abs=200)
    assert source.status(time.monotonic()).state is InputState.LIVE
    source.close()
    assert not stream.running


def test_one_from_which_nothing_comes_any_more_is_opened_again(
    devices: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.audio.source_status.STALLED_AFTER_S", 0.0)
    source = Microphone("USB", library(devices))
    source.start(lambda *_: None)
    devices.streams[0].hear(np.zeros((441, 2), np.float32))
    assert eventually(lambda: len(devices.streams) > 1)
    source.close()
    assert not any(stream.running for stream in devices.streams)


def test_one_that_never_says_anything_is_opened_again_later_and_later(
    devices: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microphone, "FIRST_BLOCK_S", 0.01)
    source = Microphone("USB", library(devices))
    source.start(lambda *_: None)
    begun = time.monotonic()
    assert eventually(lambda: len(devices.streams) > 4)
    assert time.monotonic() - begun > 0.1  # 10 + 20 + 40 + 80 ms
    source.close()


def test_one_that_is_unplugged_comes_back_with_one_line_each_time(
    devices: FakeSoundDevice, caplog: pytest.LogCaptureFixture
) -> None:
    source = Microphone("USB", library(devices))
    with caplog.at_level(logging.INFO):
        source.start(lambda *_: None)
        for times in range(1, 101):
            devices.unplug(USB[0])
            assert eventually(lambda: "there is no microphone" in source.status(0.0).detail)
            devices.inputs.append(USB)
            assert eventually(lambda: devices.streams[-1].running)
            assert len(devices.streams) == times + 1
    source.close()
    assert caplog.text.count("the microphone 'USB Microphone' is gone; waiting for it") == 100
    assert caplog.text.count("hearing the microphone 'USB Microphone'") == 100
    assert len(caplog.records) == 200
    assert devices.listed <= 202


def test_one_that_is_not_there_yet_is_waited_for(devices: FakeSoundDevice, caplog: pytest.LogCaptureFixture) -> None:
    devices = FakeSoundDevice(("Webcam", 1, 48000.0))
    source = Microphone("USB", library(devices))
    source.start(lambda *_: None)
    status = source.status(time.monotonic())
    assert status.state is InputState.FAILED
    assert status.detail == "there is no microphone 'USB'; there are: Webcam"
    devices.inputs.append(USB)
    assert eventually(lambda: devices.streams)
    assert caplog.messages == ["there is no microphone 'USB'; there are: Webcam; waiting for it"]
    source.close()


def test_without_the_library_nothing_is_waited_for() -> None:
    def gone() -> None:
        raise AudioError("the sound library PortAudio is missing")

    with pytest.raises(AudioError, match="PortAudio"):
        Microphone("USB", SoundLibrary(gone, lambda: None, lambda heard: None)).start(lambda *_: None)


def test_one_microphone_hears_on_while_another_comes_back(
    devices: FakeSoundDevice, caplog: pytest.LogCaptureFixture
) -> None:
    both = library(devices)
    webcam, usb = Microphone("Webcam", both), Microphone("USB", both)
    webcam.start(lambda *_: None)
    usb.start(lambda *_: None)
    devices.unplug(USB[0])
    assert eventually(lambda: "there is no microphone" in usb.status(0.0).detail)
    devices.inputs.append(USB)
    assert eventually(lambda: sum(stream.running for stream in devices.streams) == 2)
    webcam.close()
    usb.close()
    assert not any(stream.running for stream in devices.streams)
    assert "Webcam" not in caplog.text
