"""What this computer has for the camera, and what to do about what it lacks.

A check is a function that returns Findings; one that fails unexpectedly becomes a finding itself.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from vtube.cli.client import ControlClient
from vtube.cli.status_line import describe
from vtube.errors import AudioError, VtubeError
from vtube.net.ports import is_reserved, port_holder, reserved
from vtube.paths import is_there
from vtube.registry import Entry, Registry, installed
from vtube.settings import ServerSettings
from vtube.text import program
from vtube.threads import within

RUN_S = 5.0
"""Longest wait for a program of the system's."""
CHECK_S = 30.0
"""Longest wait for one check: a sound server or a driver that hangs answers nobody, ever."""
WORTH_TELLING = 200_000_000
"""Bytes on the disk."""


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `advice` says what to do and is empty when nothing is to be done."""

    subject: str
    level: Level
    text: str
    advice: str = ""


Check = Callable[[], Iterable[Finding]]


def examine(checks: Iterable[Check] | None = None, seconds: float = CHECK_S) -> list[Finding]:
    """Run the checks (all of CHECKS when none are given) and collect what they find; each has so many seconds."""
    findings: list[Finding] = []
    for check in CHECKS if checks is None else checks:
        found: list[Finding] = []
        late = []
        try:
            within(seconds, partial(_collect, check, found), check.__name__)
        except TimeoutError:
            late.append(_unchecked(check, f"no answer within {seconds:.0f} seconds"))
        findings += found + late
    return findings


def _collect(check: Check, found: list[Finding]) -> None:
    try:
        found.extend(check())
    except Exception as error:  # noqa: BLE001 - a broken driver must not keep the other checks from their say
        found.append(_unchecked(check, str(error)))


def _unchecked(check: Check, why: str) -> Finding:
    subject = check.__name__.removeprefix("check_").replace("_", " ")
    return Finding(subject, Level.NOTE, f"could not be checked: {why}")


def check_python() -> Iterable[Finding]:
    """Interpreter and system."""
    yield Finding("python", Level.GOOD, f"{platform.python_version()} on {platform.system()} {platform.release()}")


def check_weights() -> Iterable[Finding]:
    """Which THA3 variants are here."""
    from vtube.avatar.weights.commands import list_models

    here = [row.variant for row in list_models() if row.state == "here"]
    if here:
        yield Finding("weights", Level.GOOD, ", ".join(here))
    else:
        advice = f"your first picture fetches them; or: {program()} models fetch"
        yield Finding("weights", Level.NOTE, "not fetched yet", advice)


def check_remains() -> Iterable[Finding]:
    """What bakes that were never finished have left on the disk."""
    from vtube.avatar.puppet.remains import remains

    found = remains()
    size = sum(one.size for one in found)
    if size < WORTH_TELLING:
        yield Finding("puppets", Level.GOOD, "unfinished bakes take no space worth telling")
    else:
        text = f"{len(found)} unfinished bakes take {size / 1e6:.0f} MB in {found[0].path.parent}"
        yield Finding("puppets", Level.NOTE, text, f"to see or remove them: {program()} models remains [--clear]")


def check_processor() -> Iterable[Finding]:
    """What OpenVINO can use."""
    if not installed("openvino"):
        advice = f"it makes a processor several times faster: {sys.executable} -m pip install openvino"
        yield Finding("processor", Level.NOTE, "OpenVINO is not installed", advice)
        return
    from vtube.avatar.engines.openvino_core import new_core

    core = new_core()
    name = str(core.get_property("CPU", "FULL_DEVICE_NAME")).strip()
    abilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    precision = "bfloat16 in hardware" if "BF16" in abilities else "float32"
    yield Finding("processor", Level.GOOD, f"{name}, {os.cpu_count()} cores, {precision}")


def check_graphics() -> Iterable[Finding]:
    """Whether torch sees a GPU."""
    if not installed("torch"):
        yield Finding("graphics", Level.NOTE, "torch is not installed", f"to bake puppets: {program()} extras torch")
        return
    import torch

    if torch.cuda.is_available():
        yield Finding("graphics", Level.GOOD, f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})")
    elif torch.backends.mps.is_available():
        yield Finding("graphics", Level.GOOD, "Apple GPU (MPS)")
    else:
        advice = "the camera runs on the processor; with an NVIDIA card, install torch's CUDA build"
        yield Finding("graphics", Level.NOTE, "no GPU that torch can use", advice)


def check_virtual_camera() -> Iterable[Finding]:
    """Virtual camera devices."""
    from vtube.outputs.camera import find_cameras

    cameras, advice = find_cameras()
    if cameras:
        yield Finding("virtual camera", Level.GOOD, ", ".join(cameras))
    else:
        yield Finding("virtual camera", Level.NOTE, "none found", advice)


def check_obs() -> Iterable[Finding]:
    """Whether OBS Studio seems to be installed."""
    places = {
        "win32": [Path(os.environ.get("PROGRAMFILES", "C:/Program Files")) / "obs-studio/bin/64bit/obs64.exe"],
        "darwin": [Path("/Applications/OBS.app")],
    }.get(sys.platform, [])
    found = shutil.which("obs") or next((str(place) for place in places if is_there(place)), None)
    if found:
        yield Finding("OBS Studio", Level.GOOD, found)
    else:
        yield Finding("OBS Studio", Level.NOTE, "not found", "not needed; the page works in any browser")


def check_sound() -> Iterable[Finding]:
    """Sound inputs and what they hear for a moment."""
    from vtube.audio.devices import sound_inputs
    from vtube.audio.portaudio import portaudio

    try:
        portaudio()
    except AudioError as error:
        yield Finding("microphones", Level.NOTE, str(error))
    inputs = sound_inputs()
    for subject, kind, advice in (
        ("microphones", "mic", "plug one in, or leave the mouth to face tracking"),
        ("loopback", "loopback", "needed only to hear what this computer plays"),
    ):
        there = [str(one) for one in inputs if one.kind == kind]
        if there:
            yield Finding(subject, Level.GOOD, "; ".join(there))
        else:
            yield Finding(subject, Level.NOTE, "none found", advice)


def check_kinds() -> Iterable[Finding]:
    """The trackers, voices, recognisers and outputs that can work here, and the extras of those that cannot."""
    from vtube.listening.registry import RECOGNISERS
    from vtube.outputs.registry import OUTPUTS
    from vtube.speech.registry import VOICES
    from vtube.tracking.registry import TRACKERS

    yield from _kinds("trackers", TRACKERS)
    yield from _kinds("voices", VOICES)
    yield from _kinds("hearing you", RECOGNISERS)
    yield from _kinds("outputs", OUTPUTS)


def _kinds(subject: str, registry: Registry[Any, Any]) -> Iterator[Finding]:
    entries: list[Entry[Any, Any]] = [entry for entry in registry if not entry.hidden]
    lacking = [entry for entry in entries if entry.missing]
    if ready := [entry.name for entry in entries if not entry.missing]:
        yield Finding(subject, Level.GOOD, ", ".join(ready))
    for entry in lacking:
        line = f"{entry.name} ({entry.help}) needs {', '.join(entry.missing)}"
        yield Finding(subject, Level.NOTE, line, f"to install it: {program()} extras {entry.extra}")


def check_running_camera(server: ServerSettings | None = None) -> Iterable[Finding]:
    """The camera that runs on this computer, if one does."""
    settings = server or ServerSettings()
    with contextlib.suppress(VtubeError):
        state = ControlClient(settings).ask("GET", "/api/state")
        yield Finding("camera", Level.GOOD, f"runs: {describe(state)}", f"its page: {state.get('url')}")
        return
    yield Finding("camera", Level.GOOD, "none is running", f"to start it: {program()} run")


def usual_ports() -> list[tuple[str, int, str]]:
    """(UDP or TCP, number, who uses it) of every port that the program listens on unless told otherwise."""
    from vtube.tracking.registry import TRACKERS

    return [("TCP", ServerSettings().port, "control page"), *TRACKERS.ports()]


def check_ports(ports: Iterable[tuple[str, int, str]] | None = None) -> Iterable[Finding]:
    """Whether the usual ports are free, and who has those that are not."""
    ports = usual_ports() if ports is None else list(ports)
    for protocol, port, use in ports:
        kind = socket.SOCK_DGRAM if protocol == "UDP" else socket.SOCK_STREAM
        if (error := _try(port, kind)) is None:
            continue
        holder = port_holder(port, kind)
        who, advice = holder or "another program", "a camera that runs already has its ports, too"
        if holder is None and is_reserved(error):
            who, advice = "another program or Windows itself", f"what Windows reserves: {reserved(kind)}"
        advice = f"close it there, or name another port; {advice}"
        yield Finding(f"port {port}", Level.NOTE, f"taken by {who} ({protocol}, {use})", advice)
    numbers = dict.fromkeys(str(port) for _, port, _ in ports)
    yield Finding("ports", Level.GOOD, "checked: " + ", ".join(numbers))


def _try(port: int, kind: socket.SocketKind) -> OSError | None:
    """Why the port cannot be had; None when it is free."""
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1" if kind == socket.SOCK_STREAM else "0.0.0.0", port))
        except OSError as error:
            return error
    return None


Run = Callable[[list[str]], str]
"""Runs a program of the system's; its output, empty when there is no such program or it fails."""


def run(command: list[str]) -> str:
    """See `Run`."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=RUN_S, check=False)
        return done.stdout if done.returncode == 0 else ""
    return ""


def check_firewall(run: Run = run, system: str = sys.platform, etc: Path = Path("/etc")) -> Iterable[Finding]:
    """Whether a firewall may keep a phone's packets out."""
    name = firewall(run, system, etc)
    if name is None:
        yield Finding("firewall", Level.GOOD, "none seen that would keep a phone out")
        return
    ports = ", ".join(f"{port}/{protocol}" for protocol, port, _ in usual_ports()[1:])
    advice = {
        "win32": "when a phone is not seen: let Python in, for private networks",
        "darwin": "when a phone is not seen: System Settings, Network, Firewall: let Python in",
    }.get(system, f"when a phone is not seen: let its port in, of {ports}")
    yield Finding("firewall", Level.NOTE, f"{name} is on", advice)


def firewall(run: Run, system: str, etc: Path) -> str | None:
    """The name of the firewall that is on, None when none is seen."""
    if system == "win32":
        told = run(["netsh", "advfirewall", "show", "currentprofile", "state"])
        return "Windows' firewall" if re.search(r"\bON\b", told, re.IGNORECASE) else None
    if system == "darwin":
        told = run(["/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate"])
        return "macOS' firewall" if "enabled" in told.lower() and "State = 0" not in told else None
    with contextlib.suppress(OSError):
        if "ENABLED=yes" in (etc / "ufw" / "ufw.conf").read_text(encoding="utf-8"):
            return "ufw"
    return "firewalld" if run(["firewall-cmd", "--state"]).strip() == "running" else None


CHECKS: tuple[Callable[[], Iterable[Finding]], ...] = (
    check_python,
    check_running_camera,
    check_weights,
    check_remains,
    check_processor,
    check_graphics,
    check_virtual_camera,
    check_obs,
    check_sound,
    check_kinds,
    check_ports,
    check_firewall,
)
