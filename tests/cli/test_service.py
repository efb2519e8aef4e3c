"""What systemd hears of a camera: a socket of its own listens in its place."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.house import ROOT
from tests.waiting import PROGRAM_S, eventually
from vtube.cli.draining import DRAIN_S, Draining
from vtube.cli.service import STILL_S, Service, notify, watchdog_s

POSIX = pytest.mark.skipif(os.name == "nt", reason="systemd is Linux's")


class Systemd:
    """The socket that NOTIFY_SOCKET names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(30)

    def heard(self) -> list[str]:
        """What has come and was not read yet."""
        self._socket.setblocking(False)
        lines = []
        while True:
            try:
                lines.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return lines

    def wait(self) -> str:
        self._socket.settimeout(60)
        return self._socket.recv(4096).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    one = Systemd(tmp_path / "notify")
    yield one
    one.close()


class Camera:
    """What the service asks."""

    def __init__(self) -> None:
        self.now, self.sent = 100.0, 0
        self.stuck: float | None = None

    def frames(self, _now: float) -> int:
        return self.sent

    def stuck_s(self, _now: float) -> float | None:
        return self.stuck

    def clock(self) -> float:
        return self.now


@POSIX
def test_a_watchdog_hears_of_a_camera_that_goes_and_of_no_other(
    systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    camera = Camera()
    service = Service(camera.frames, camera.stuck_s, {"NOTIFY_SOCKET": str(systemd.path)}, camera.clock)
    logging.getLogger("vtube").propagate = True

    camera.sent = 30
    service.look()
    assert systemd.heard() == ["WATCHDOG=1"]

    camera.stuck = 12.0
    service.look()
    service.look()
    assert [line.partition("=")[0] for line in systemd.heard()] == ["STATUS"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "only a restart helps" in caplog.text

    camera.stuck = None
    service.look()
    assert systemd.heard() == ["WATCHDOG=1", "STATUS="]


@POSIX
def test_a_loop_that_sends_nothing_is_told(systemd: Systemd) -> None:
    camera = Camera()
    service = Service(camera.frames, camera.stuck_s, {"NOTIFY_SOCKET": str(systemd.path)}, camera.clock)
    service.look()
    for _ in range(2):
        camera.now += STILL_S / 2 + 1
        service.look()
    assert systemd.heard() == ["WATCHDOG=1", "WATCHDOG=1", f"STATUS=no frame has left for {STILL_S:.0f} s"]


def test_a_computer_that_slept_has_no_engine_that_hangs(caplog: pytest.LogCaptureFixture) -> None:
    camera = Camera()
    service = Service(camera.frames, camera.stuck_s, {}, camera.clock)
    service.look()
    camera.now, camera.stuck = camera.now + 3600.0, 3600.0
    service.look()
    assert not caplog.records, "the picture in the making slept, too"
    camera.now += 2.0
    service.look()
    assert "only a restart helps" in caplog.text, "it has had its time now"


@POSIX
def test_beginning_and_end_are_told(systemd: Systemd) -> None:
    camera = Camera()
    with Service(camera.frames, camera.stuck_s, {"NOTIFY_SOCKET": str(systemd.path)}):
        assert systemd.wait() == "READY=1"
    assert systemd.heard()[-1] == "STOPPING=1"


@POSIX
def test_a_name_that_is_no_file_is_one_of_linux_s_own() -> None:
    name = f"vtube-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        try:
            listener.bind("\0" + name)
        except OSError:
            pytest.skip("only Linux has them")
        assert notify("READY=1", {"NOTIFY_SOCKET": "@" + name})
        assert listener.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_told() -> None:
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": "/nowhere/at/all"})
    assert watchdog_s({}) is None
    assert watchdog_s({"WATCHDOG_USEC": "soon"}) is None
    assert watchdog_s({"WATCHDOG_USEC": "30000000"}) == 30
    assert watchdog_s({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}) is None


class Speech:
    """Says sentences one after the other; each look is a moment later."""

    def __init__(self, sentences: list[str], **more: bool) -> None:
        self.sentences, self.more, self.looks = sentences, more, 0
        self.stopped: list[int] = []

    def status(self, _now: float) -> dict[str, object]:
        text = self.sentences[min(self.looks, len(self.sentences) - 1)]
        self.looks += 1
        return {"speaking": bool(text), "text": text, "paused": False, "held": False, **self.more}

    def stop(self) -> None:
        self.stopped.append(self.looks)


@pytest.mark.parametrize(
    ("sentences", "looks"),
    [(["Well.", "Well.", "Well.", "And then."], 4), (["Well.", "Well.", ""], 3), ([""], 1)],
)
def test_the_present_sentence_is_said_to_its_end_and_no_other(sentences: list[str], looks: int) -> None:
    speech = Speech(sentences)
    Draining(speech.status, speech.stop).start()
    assert eventually(lambda: bool(speech.stopped))
    assert speech.stopped == [looks]


def test_a_sentence_without_end_is_left_and_one_that_stands_still_too() -> None:
    times = iter([0.0, 0.0, 1.0, 1.0, DRAIN_S + 1, DRAIN_S + 1, DRAIN_S + 2, DRAIN_S + 3])
    speech = Speech(["On and on"])
    Draining(speech.status, speech.stop, lambda: next(times)).start()
    assert eventually(lambda: bool(speech.stopped))
    held = Speech(["Held"], held=True)
    Draining(held.status, held.stop).start()
    assert eventually(lambda: bool(held.stopped))
    assert held.looks == 1


@POSIX
@pytest.mark.slow
def test_a_camera_tells_systemd_logs_json_and_finishes_its_recording_at_sigterm(
    systemd: Systemd, tmp_path: Path
) -> None:
    flags = ["--no-saved", "--no-bake", "--tracking", "none", "--port", "0", "--log", "json"]
    command = [sys.executable, "-m", "vtube", "run", *flags, "--output", f"file:{tmp_path / 'take.mkv'}"]
    environment = {
        **os.environ,
        "NOTIFY_SOCKET": str(systemd.path),
        "WATCHDOG_USEC": "900000",
        "VTUBE_HOME": str(tmp_path),
    }
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert systemd.wait() == "READY=1"
        assert [systemd.wait() for _ in range(3)] == ["WATCHDOG=1"] * 3
        process.send_signal(signal.SIGTERM)
        _, text = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 0
    assert "STOPPING=1" in systemd.heard()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["level"] for line in lines} <= {"info", "warning"}
    assert any("ended after" in line["message"] for line in lines)
    with av.open(str(tmp_path / "take.mkv")) as take:
        assert len(list(take.decode(video=0))) > 15
