"""The doctor looks at a computer that the test makes up: ports, programs, weights, sound devices."""

from __future__ import annotations

import argparse
import socket
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.fake_control import FakeControl
from tests.fakes import FakeSoundDevice
from vtube.audio.portaudio import SOUND
from vtube.cli import doctor
from vtube.cli.commands import doctor as command
from vtube.cli.doctor import Finding, Level, examine
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings


def only(findings: Iterable[Finding], subject: str) -> Finding:
    found = [finding for finding in findings if finding.subject == subject]
    assert len(found) == 1, found
    return found[0]


def test_a_check_that_breaks_does_not_silence_the_others() -> None:
    def check_broken_driver() -> Iterable[Finding]:
        raise OSError("the driver says nothing")

    def check_python() -> Iterable[Finding]:
        yield Finding("python", Level.GOOD, "3.11")

    broken, python = examine([check_broken_driver, check_python])

    assert (broken.subject, broken.level) == ("broken driver", Level.NOTE)
    assert "the driver says nothing" in broken.text
    assert python == Finding("python", Level.GOOD, "3.11")


def test_a_check_that_hangs_is_told_and_the_others_go_on() -> None:
    hangs = threading.Event()

    def check_sound() -> Iterable[Finding]:
        yield Finding("cards", Level.GOOD, "one")
        hangs.wait(60)

    def check_python() -> Iterable[Finding]:
        yield Finding("python", Level.GOOD, "3.11")

    found = examine([check_sound, check_python], seconds=0.05)
    hangs.set()

    assert [finding.subject for finding in found] == ["cards", "sound", "python"]
    assert found[1].text == "could not be checked: no answer within 0 seconds"


def test_python_and_system_are_named() -> None:
    finding = only(doctor.check_python(), "python")
    assert finding.level is Level.GOOD
    assert finding.text.startswith(".".join(map(str, sys.version_info[:3])))


def test_a_port_that_another_program_has_is_told() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free,
    ):
        taken.bind(("127.0.0.1", 0))
        free.bind(("127.0.0.1", 0))
        busy, idle = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        findings = list(doctor.check_ports([("UDP", busy, "a tracker"), ("UDP", idle, "another")]))

    told = only(findings, f"port {busy}")
    assert told.level is Level.NOTE
    assert told.text.startswith("taken by ") and told.text.endswith("(UDP, a tracker)")
    assert "runs already" in told.advice
    assert only(findings, "ports").text == f"checked: {busy}, {idle}"


def test_a_port_that_windows_keeps_for_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(doctor, "port_holder", lambda *_: None)
    monkeypatch.setattr(doctor, "_try", lambda *_: OSError(10013, "forbidden"))
    told = only(doctor.check_ports([("UDP", 49983, "a tracker")]), "port 49983")
    assert told.text == "taken by another program or Windows itself (UDP, a tracker)"
    assert "excludedportrange protocol=udp" in told.advice


def test_weights_that_are_missing_are_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    finding = only(doctor.check_weights(), "weights")
    assert finding.level is Level.NOTE
    assert "models fetch" in finding.advice


@pytest.mark.skipif(sys.platform != "linux", reason="OBS is found on the PATH only here")
def test_obs_is_found_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert only(doctor.check_obs(), "OBS Studio").level is Level.NOTE

    obs = tmp_path / "obs"
    obs.touch(mode=0o755)
    assert only(doctor.check_obs(), "OBS Studio") == Finding("OBS Studio", Level.GOOD, str(obs))


def test_the_processor_is_named_with_its_cores() -> None:
    finding = only(doctor.check_processor(), "processor")
    assert finding.level is Level.GOOD
    assert "cores" in finding.text


def test_microphones_are_listed_with_what_they_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = FakeSoundDevice(("Yeti", 2, 44_100.0))
    monkeypatch.setattr("vtube.audio.portaudio.portaudio", lambda: devices)
    monkeypatch.setattr("vtube.audio.microphone.served", lambda: False)
    monkeypatch.setattr(SOUND, "load", lambda: devices)
    monkeypatch.setattr(SOUND, "_plugged", devices.plugged)
    finding = only(doctor.check_sound(), "microphones")
    assert finding.level is Level.GOOD
    assert "Yeti" in finding.text


@pytest.mark.parametrize(("level", "code"), [(Level.GOOD, 0), (Level.NOTE, 0), (Level.BAD, 1)])
def test_only_a_problem_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], level: Level, code: int
) -> None:
    found = Finding("weights", level, "[gone] to lunch", "wait")
    monkeypatch.setattr(command, "examine", lambda: [found])

    assert command.run(argparse.Namespace()) == code

    printed = capsys.readouterr().out
    assert f"{level}  weights  [gone] to lunch" in printed
    assert "→ wait" in printed


def test_every_port_that_a_tracker_listens_on_is_looked_at() -> None:
    ports = {port for _, port, _ in doctor.usual_ports()}
    assert {8787, 49983, 49993, 49986, 39539, 39540, 11111, 11573, 9000, 9010, 12345} <= ports


def test_every_kind_is_named_with_how_to_get_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.registry.installed", lambda module: module != "mediapipe")
    findings = list(doctor.check_kinds())
    trackers = [finding for finding in findings if finding.subject == "trackers"]
    assert "vmc" in trackers[0].text and "webcam" not in trackers[0].text
    lacking = next(finding for finding in trackers if finding.text.startswith("webcam "))
    assert lacking.level is Level.NOTE
    assert lacking.advice.endswith("extras webcam")
    assert {"trackers", "voices", "hearing you", "outputs"} == {finding.subject for finding in findings}


def test_a_camera_that_runs_is_told_with_how_it_is() -> None:
    server = Server(ServerSettings(port=0), FakeControl(), FrameBroadcast(), lambda frame: frame[..., :3])
    server.start()
    try:
        port = int(server.url.rpartition(":")[2])
        running = only(doctor.check_running_camera(ServerSettings(port=port)), "camera")
    finally:
        server.stop()
    assert running.text.startswith("runs: 60 fps out · 24.5 drawn")
    assert only(doctor.check_running_camera(ServerSettings(port=port)), "camera").text == "none is running"


@pytest.mark.parametrize(
    ("system", "told", "name"),
    [
        ("win32", "Domain Profile Settings:\nState                                 ON\n", "Windows' firewall"),
        ("win32", "State                                 OFF\n", None),
        ("win32", "", None),
        ("darwin", "Firewall is enabled. (State = 1)\n", "macOS' firewall"),
        ("darwin", "Firewall is disabled. (State = 0)\n", None),
        ("linux", "running\n", "firewalld"),
        ("linux", "", None),
    ],
)
def test_a_firewall_is_named(system: str, told: str, name: str | None, tmp_path: Path) -> None:
    finding = only(doctor.check_firewall(lambda _: told, system, tmp_path), "firewall")
    assert finding.text == (f"{name} is on" if name else "none seen that would keep a phone out")


@pytest.mark.parametrize(("enabled", "name"), [("yes", "ufw"), ("no", None)])
def test_ufw_is_read_from_its_file(enabled: str, name: str | None, tmp_path: Path) -> None:
    (tmp_path / "ufw").mkdir()
    (tmp_path / "ufw" / "ufw.conf").write_text(f"ENABLED={enabled}\n")
    assert doctor.firewall(lambda _: "", "linux", tmp_path) == name


def test_a_program_that_is_not_there_says_nothing() -> None:
    assert doctor.run(["a-program-nobody-has"]) == ""
    assert doctor.run([sys.executable, "-c", "print('yes')"]).strip() == "yes"
    assert doctor.run([sys.executable, "-c", "print('no'); raise SystemExit(1)"]) == ""
