import time

import numpy as np
import pytest

from tests.fakes import FakeSoundDevice
from vtube.audio import microphone
from vtube.audio.base import Samples
from vtube.audio.microphone import Microphone
from vtube.signals import InputState


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    fake = FakeSoundDevice(("Speakers", 0, 48000.0), ("Webcam", 1, 48000.0), ("USB Microphone", 6, 44100.0))
    monkeypatch.setattr(microphone, "portaudio", lambda: fake)
    monkeypatch.setattr(microphone, "RETRY_S", 0.02)
    return fake


def test_blocks_arrive_as_mono_at_the_recognisers_rate(devices: FakeSoundDevice) -> None:
    heard: list[Samples] = []
    source = Microphone("USB")
    source.start(lambda samples, _: heard.append(samples))
    stream = devices.streams[0]
    assert stream.arguments["channels"] == 2
    for _ in range(20):
        stream.hear(np.full((441, 2), 0.5, np.float32))
    assert sum(map(len, heard)) == pytest.approx(3200, abs=200)
    assert source.status(time.monotonic()).state is InputState.LIVE
    source.close()
    assert not stream.running


def test_an_unplugged_microphone_is_opened_again(devices: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.audio.source_status.STALLED_AFTER_S", 0.0)
    source = Microphone("USB")
    source.start(lambda *_: None)
    devices.streams[0].hear(np.zeros((441, 2), np.float32))
    deadline = time.monotonic() + 5
    while len(devices.streams) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    source.close()
    assert len(devices.streams) >= 2
    assert not devices.streams[0].running
