import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.house import ROOT
from tests.waiting import PROGRAM_S
from vtube.audio import soundcards
from vtube.audio.soundcards import default_id, plugged, served
from vtube.errors import AudioError


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[SimpleNamespace]]:
    """The microphones of a computer, the first of them the default one; the loudspeakers have the same ids."""
    all_of_them = [SimpleNamespace(id="card"), SimpleNamespace(id="cable")]
    fake = SimpleNamespace(
        all_microphones=lambda: list(all_of_them),
        all_speakers=lambda: list(all_of_them),
        default_microphone=lambda: all_of_them[0],
        default_speaker=lambda: all_of_them[0],
    )
    monkeypatch.setitem(sys.modules, "soundcard", fake)
    monkeypatch.delitem(sys.modules, "soundcard.pulseaudio", raising=False)
    monkeypatch.setattr(soundcards, "CARDS", tmp_path / "cards")
    monkeypatch.setattr(soundcards, "_ask_after", float("-inf"))
    yield all_of_them


def test_what_is_plugged_in_or_becomes_the_default_is_told(there: list[SimpleNamespace]) -> None:
    before = plugged()
    assert before is not None and before == plugged()
    assert default_id(True) == "card"
    there.reverse()
    assert plugged() != before
    there.reverse()
    there.append(SimpleNamespace(id="headset"))
    assert plugged() != before


def test_cards_that_no_server_knows_count(there: list[SimpleNamespace], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "soundcard", None)
    assert plugged() == frozenset[str]()
    soundcards.CARDS.write_text(" 0 [Yeti]: USB-Audio\n", encoding="utf-8")
    assert plugged() == frozenset({" 0 [Yeti]: USB-Audio"})


def test_elsewhere_nothing_is_known_without_the_package(
    there: list[SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "soundcard", None)
    assert plugged() is None
    assert default_id(False) is None


SERVER = """
import atexit, os, subprocess, sys, threading, time
from tests.waiting import no_more_than, threads_and_files
from vtube.audio.loopback import Loopback, find_loopback
from vtube.audio.microphone import open_microphone
from vtube.audio.soundcards import plugged
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.speech.sinks import Buffer, open_sink

def serve():
    server = subprocess.Popen(["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
        "-L", f"module-native-protocol-unix socket={sys.argv[1]} auth-anonymous=1",
        "-L", "module-null-sink sink_name=cable"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    atexit.register(server.kill)
    assert until(lambda: os.path.exists(sys.argv[1]) and not control("info").returncode)
    return server

def control(*words):
    return subprocess.run(["pactl", *words], capture_output=True, text=True)

def until(met):
    end = time.monotonic() + 120
    while not met() and time.monotonic() < end:
        time.sleep(0.02)
    return met()

server, heard = serve(), threading.Event()
"""

RESTARTS = """
loopback = Loopback("cable")
loopback.start(lambda samples, now: heard.set())
before = None
for _ in range(3):
    assert heard.wait(120)
    assert "out cable" in plugged()
    before = before or threads_and_files()
    assert no_more_than(before), (before, threads_and_files())
    server.kill()
    server.wait()
    os.remove(sys.argv[1])
    end = time.monotonic() + 3
    while time.monotonic() < end:
        try:
            find_loopback("cable")
        except AudioError:
            pass
        time.sleep(0.05)
    server = serve()
    heard.clear()
assert heard.wait(120)
loopback.close()
print(True)
"""

PLUGS = """
import numpy as np
level = 0.0
def listen(samples, now):
    global level
    level = float(abs(samples).max())

usb = open_microphone("usb")
usb.start(listen)
state = lambda: (str(usb.status(monotonic()).state), usb.status(monotonic()).detail)
assert until(lambda: state() == ("failed", "there is no microphone; plug one in")), state()
speaker = open_sink("cable", lambda frames, when, rate: np.full(frames, 0.5, np.float32), Buffer())
assert until(lambda: speaker.alive(monotonic()))
before = None
for _ in range(5):
    module = control("load-module", "module-remap-source", "source_name=usb", "master=cable.monitor").stdout.strip()
    assert until(lambda: state()[0] == "live" and level > 0.4), (state(), level)
    before = before or threads_and_files()
    assert no_more_than(before), (before, threads_and_files())
    level = 0.0
    control("unload-module", module)
    assert until(lambda: "there is no microphone" in state()[1]), state()
    assert state()[0] == "lost"
assert speaker.alive(monotonic())
control("load-module", "module-null-sink", "sink_name=headset")
control("set-default-sink", "headset")
other = open_sink(None, lambda frames, when, rate: np.zeros(frames, np.float32), Buffer())
control("set-default-sink", "cable")
assert until(lambda: not other.alive(monotonic()))
assert speaker.alive(monotonic())
for one in (usb, speaker, other):
    one.close()
print(True)
"""


@pytest.mark.skipif(not (shutil.which("pulseaudio") and shutil.which("pactl")), reason="needs PulseAudio")
@pytest.mark.slow
@pytest.mark.parametrize("what", [RESTARTS, PLUGS], ids=["restarts", "plugs"])
def test_with_the_real_sound_server_it_ends_nothing_leaves_nothing_and_is_heard_again(
    tmp_path: Path, what: str
) -> None:
    script, socket = tmp_path / "script.py", tmp_path / "native"
    script.write_text(SERVER + what, encoding="utf-8")
    where = {"PULSE_SERVER": f"unix:{socket}", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(script), str(socket)],
        cwd=ROOT,
        env={**os.environ, **where, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.stdout.strip().endswith("True"), done.stdout + done.stderr


def test_a_sound_server_that_hangs_is_there_and_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    @contextlib.contextmanager
    def hanging() -> Iterator[None]:
        answers.wait(60)
        yield

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(soundcards, "connected", hanging)
    assert served(seconds=0.01)
    answers.set()


def test_no_sound_server_is_told_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def missing() -> Iterator[None]:
        raise AudioError("there is none")
        yield

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(soundcards, "connected", missing)
    assert not served()
    monkeypatch.setattr(soundcards, "connected", contextlib.nullcontext)
    assert served()
