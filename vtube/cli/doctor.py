"""What this computer has for the camera, and what to do about what it lacks.

A check is a function that returns Findings; one that fails unexpectedly becomes a finding itself.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vtube.errors import AudioError


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


def examine(checks: Iterable[Check] | None = None) -> list[Finding]:
    """Run the checks (all of CHECKS when none are given) and collect what they find."""
    findings: list[Finding] = []
    for check in CHECKS if checks is None else checks:
        try:
            findings.extend(check())
        except Exception as error:  # noqa: BLE001 - a broken driver must not keep the other checks from their say
            subject = check.__name__.removeprefix("check_").replace("_", " ")
            findings.append(Finding(subject, Level.NOTE, f"could not be checked: {error}"))
    return findings


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
        yield Finding("weights", Level.NOTE, "not fetched yet", "the first start fetches them; or: vtube models fetch")


def check_processor() -> Iterable[Finding]:
    """What OpenVINO can use."""
    if importlib.util.find_spec("openvino") is None:
        yield Finding(
            "processor",
            Level.NOTE,
            "OpenVINO is not installed",
            "pip install openvino makes a processor several times faster",
        )
        return
    from openvino import Core

    core = Core()
    name = str(core.get_property("CPU", "FULL_DEVICE_NAME")).strip()
    abilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    precision = "bfloat16 in hardware" if "BF16" in abilities else "float32"
    yield Finding("processor", Level.GOOD, f"{name}, {os.cpu_count()} cores, {precision}")


def check_graphics() -> Iterable[Finding]:
    """Whether torch sees a GPU."""
    import torch

    if torch.cuda.is_available():
        yield Finding("graphics", Level.GOOD, f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})")
    elif torch.backends.mps.is_available():
        yield Finding("graphics", Level.GOOD, "Apple GPU (MPS)")
    else:
        yield Finding(
            "graphics",
            Level.NOTE,
            "no GPU that torch can use",
            "the camera runs on the processor; with an NVIDIA card, install torch's CUDA build",
        )


def check_camera() -> Iterable[Finding]:
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
    found = shutil.which("obs") or next((str(place) for place in places if place.exists()), None)
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


def check_ports() -> Iterable[Finding]:
    """Whether the usual ports are free."""
    for port, kind, use in PORTS:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1" if kind == socket.SOCK_STREAM else "0.0.0.0", port))
            except OSError:
                yield Finding(
                    f"port {port}",
                    Level.NOTE,
                    f"taken ({use})",
                    "another program uses it, perhaps a camera that is already running",
                )
                continue
    yield Finding("ports", Level.GOOD, "checked: " + ", ".join(str(port) for port, _, _ in PORTS))


PORTS: tuple[tuple[int, socket.SocketKind, str], ...] = (
    (8787, socket.SOCK_STREAM, "control page"),
    (49983, socket.SOCK_DGRAM, "iFacialMocap"),
    (39539, socket.SOCK_DGRAM, "VMC"),
    (39540, socket.SOCK_DGRAM, "VMC assistants"),
    (11111, socket.SOCK_DGRAM, "Live Link Face"),
    (11573, socket.SOCK_DGRAM, "OpenSeeFace"),
    (9000, socket.SOCK_DGRAM, "VRChat, Face Cap"),
)

CHECKS: tuple[Check, ...] = (
    check_python,
    check_weights,
    check_processor,
    check_graphics,
    check_camera,
    check_obs,
    check_sound,
    check_ports,
)
