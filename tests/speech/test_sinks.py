from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from tests.fakes import FakeSoundDevice
from vtube.audio.base import Samples
from vtube.audio.portaudio import SOUND
from vtube.errors import AudioError
from vtube.speech import sinks
from vtube.speech.sinks import BUFFER_S, MOST_DRY, WIDE_BUFFER_S, Buffer, DeviceSink, SilentSink


class Asked:
    """A `Fill` that remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, float, int]] = []
        self.enough = threading.Event()

    def __call__(self, frames: int, when: float, rate: int) -> Samples:
        self.calls.append((frames, when, rate))
        if len(self.calls) >= 5:
            self.enough.set()
        return np.full(frames, 0.5, np.float32)


@pytest.fixture
def speakers(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    device = FakeSoundDevice(
        outputs=[
            ("Speakers", 8, 44_100.0, 0.09),
            ("CABLE Input (MME)", 2, 44_100.0, 0.09),
            ("CABLE Input", 1, 48_000.0, 0.003),
        ]
    )
    monkeypatch.setattr(SOUND, "load", lambda: device)
    monkeypatch.setattr(SOUND, "_plugged", device.plugged)
    return device


def test_a_block_is_heard_when_the_device_says(speakers: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "monotonic", lambda: 100.0)
    asked = Asked()
    sink = DeviceSink("speakers", asked)
    stream = speakers.outputs[-1]
    assert (sink.rate, stream.arguments["channels"], stream.arguments["latency"]) == (44_100, 2, BUFFER_S)
    block = np.zeros((441, 2), np.float32)
    stream.ask(block, SimpleNamespace(outputBufferDacTime=7.03, currentTime=7.0))
    assert not sink.strained
    stream.ask(block, SimpleNamespace(outputBufferDacTime=7.034, currentTime=7.0))
    assert block.min() == 0.5
    assert {(frames, rate) for frames, _, rate in asked.calls} == {(441, 44_100)}
    assert [when for _, when, _ in asked.calls] == pytest.approx([100.03, 100.04])  # evenly, whatever it says next
    assert sink.alive(100.5)
    assert not sink.alive(102.5)
    sink.close()
    sink.close()
    assert not stream.running


def test_of_a_device_that_does_not_know_its_usual_delay_counts(
    speakers: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks, "monotonic", lambda: 100.0)
    asked = Asked()
    DeviceSink("speakers", asked)
    stream = speakers.outputs[-1]
    stream.ask(np.zeros((441, 2), np.float32), SimpleNamespace(outputBufferDacTime=0.0, currentTime=7.0))
    assert asked.calls[0][1] == pytest.approx(100.0 + stream.latency)


def test_a_device_that_runs_dry_again_and_again_gets_more_sound_ahead(speakers: FakeSoundDevice) -> None:
    buffer, now = Buffer(), SimpleNamespace(outputBufferDacTime=7.03, currentTime=7.0)
    sink = DeviceSink(None, Asked(), buffer)
    for _ in range(MOST_DRY):
        speakers.outputs[-1].ask(np.zeros((441, 2), np.float32), now, underflow=True)
        assert not sink.strained
    speakers.outputs[-1].ask(np.zeros((441, 2), np.float32), now, underflow=True)
    assert sink.strained
    DeviceSink(None, Asked(), buffer)
    assert [stream.arguments["latency"] for stream in speakers.outputs] == [BUFFER_S, WIDE_BUFFER_S]


def test_a_device_that_cannot_be_opened_is_named(speakers: FakeSoundDevice) -> None:
    speakers.failure = ValueError("Invalid sample rate")
    with pytest.raises(AudioError, match="cannot open the sound device 'Speakers': Invalid sample rate"):
        DeviceSink(None, Asked())


def test_silence_asks_at_the_pace_of_time() -> None:
    asked = Asked()
    sink = SilentSink(asked, 16_000)
    assert asked.enough.wait(30)
    sink.close()
    frames, starts = [call[0] for call in asked.calls], [call[1] for call in asked.calls]
    assert set(frames) == {160}
    np.testing.assert_allclose(np.diff(starts[:5]), 0.01, atol=1e-6)
    assert sink.alive(1e9)
