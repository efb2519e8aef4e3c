from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.house import ROOT
from tests.waiting import PROGRAM_S
from vtube.audio import served
from vtube.audio.base import Samples
from vtube.audio.loopback import Loopback, find_loopback, loopbacks
from vtube.errors import AudioError


class FakeLoudspeaker:
    """One that plays a steady tone of 0.5 to whoever listens."""

    isloopback = True

    def __init__(self, name: str) -> None:
        self.name, self.id = f"Monitor of {name}", f"{name}.monitor"

    def recorder(self, **_: Any) -> FakeLoudspeaker:
        return self

    def __enter__(self) -> FakeLoudspeaker:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def record(self, numframes: int) -> Samples:
        return np.full((numframes, 1), 0.5, np.float32)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeLoudspeaker]]:
    """The loudspeakers of a computer, to be changed by the test."""
    all_of_them = [FakeLoudspeaker("card"), FakeLoudspeaker("cable")]
    fake = SimpleNamespace(
        all_microphones=lambda include_loopback: list(all_of_them), default_speaker=lambda: SimpleNamespace(id="card")
    )
    monkeypatch.setitem(sys.modules, "soundcard", fake)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delitem(sys.modules, "soundcard.pulseaudio", raising=False)
    monkeypatch.setattr(served, "recording", lambda device, **_: device)
    monkeypatch.setattr(served, "RETRY_S", 0.01)
    monkeypatch.setattr(served, "LOOK_S", 0.0)
    monkeypatch.setattr(served, "MOVES", True)
    yield all_of_them


def test_the_default_and_others_are_found_by_name(there: list[FakeLoudspeaker]) -> None:
    assert list(loopbacks()) == ["Monitor of card", "Monitor of cable"]
    assert find_loopback(None).id == "card.monitor"
    assert find_loopback("CABLE").id == "cable.monitor"
    with pytest.raises(AudioError, match="Monitor of card; Monitor of cable"):
        find_loopback("none such")


def test_one_that_goes_and_comes_back_is_heard_again(
    there: list[FakeLoudspeaker], caplog: pytest.LogCaptureFixture
) -> None:
    heard, gone = threading.Event(), FakeLoudspeaker("cable")
    source = Loopback("cable")
    with caplog.at_level(logging.INFO):
        source.start(lambda samples, now: heard.set())
        assert heard.wait(30)
        there[:] = []
        while "waiting for it" not in caplog.text:
            threading.Event().wait(0.005)
        heard.clear()
        there[:] = [gone]
        assert heard.wait(30)
        source.close()
    assert caplog.text.count("waiting for it") == 1
    assert "loopback: hearing Monitor of cable" in caplog.text


def test_macos_is_told_about_blackhole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(AudioError, match="BlackHole"):
        find_loopback(None)


LISTING = """
from tests.waiting import no_more_than, threads_and_files
from vtube.audio.devices import sound_inputs

sound_inputs(0.0)
before = threads_and_files()
for _ in range(3):
    sound_inputs(0.0)
print(before, threads_and_files(), no_more_than(before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only libpulse leaves something behind")
def test_a_listing_without_a_sound_server_leaves_no_thread_and_no_file(tmp_path: Path) -> None:
    silent = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/nobody", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LISTING],
        cwd=ROOT,
        env=silent,
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.stdout.strip().endswith("True"), done.stdout + done.stderr
