from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pytest

from tests.waiting import eventually
from vtube.audio import devices
from vtube.audio.base import OnSamples
from vtube.audio.devices import SoundInput, named_inputs, sound_inputs
from vtube.errors import AudioError
from vtube.signals import InputState, InputStatus


class Heard:
    """A source that hears one block as soon as it is started."""

    closed: ClassVar[list[str]] = []

    def __init__(self, name: str) -> None:
        self.name = name

    def start(self, on_samples: OnSamples) -> None:
        if self.name == "torn":
            raise AudioError("cannot be opened")
        on_samples(np.full(160, 0.0 if self.name == "still" else 0.1, np.float32), 0.0)

    def status(self, now: float) -> InputStatus:
        return InputStatus(self.name, InputState.LIVE)

    def close(self) -> None:
        self.closed.append(self.name)


@pytest.fixture(autouse=True)
def inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[str]:
        raise AudioError("there is no sound server")

    monkeypatch.setattr(devices, "KINDS", {"mic": Heard, "loopback": Heard})
    monkeypatch.setattr(devices, "microphone_names", lambda: ["Yeti", "still", "Yeti", "torn"])
    monkeypatch.setattr(devices, "loopbacks", broken)
    monkeypatch.setattr(Heard, "closed", [])


def test_each_is_named_once_and_what_is_missing_is_left_out() -> None:
    assert [one.spec for one in named_inputs()] == ["mic:Yeti", "mic:still", "mic:torn"]


def test_levels_are_measured_and_every_device_is_given_back() -> None:
    assert [str(one) for one in sound_inputs(0.0)] == ["Yeti (-20 dB)", "still (silent)", "torn (cannot be opened)"]
    assert Heard.closed == ["Yeti", "still", "torn"]


def test_a_sound_system_that_hangs_keeps_nobody_and_is_asked_again_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = threading.Event()

    def hanging() -> list[str]:
        back.wait(60)
        return []

    monkeypatch.setattr(devices, "microphone_names", hanging)
    for _ in range(devices.MOST_UNANSWERED):
        with pytest.raises(AudioError, match="does not answer"):
            sound_inputs(0.0, patience=0.01)
    with pytest.raises(AudioError, match="does not answer"):  # at once, whatever its patience
        sound_inputs(0.0, patience=60.0)
    back.set()
    monkeypatch.setattr(devices, "microphone_names", lambda: ["Yeti"])
    assert eventually(lambda: not [one for one in threading.enumerate() if one.name == "sound inputs"])
    assert [one.name for one in sound_inputs(0.0)] == ["Yeti"]


def test_no_more_than_some_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"mic {number}" for number in range(devices.MOST + 3)]
    monkeypatch.setattr(devices, "microphone_names", lambda: names)
    found = sound_inputs(0.0)
    assert [one.name for one in found] == names
    assert len(Heard.closed) == devices.MOST
    assert found[-1] == SoundInput("mic", names[-1])
