"""`vtube extras`: the optional packages, and to install one into the Python that runs this program."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from rich.table import Table

from vtube.cli.tables import print_table
from vtube.errors import PackageMissingError, SettingsError
from vtube.paths import CHECKOUT, is_file
from vtube.text import unknown

HELP = "list the optional packages, or install some: vtube extras webcam"
PROGRAM = "vtube"

ABOUT = {
    "torch": "bake puppets, draw on a graphics card (Linux 3 GB, else 0.5 GB)",
    "webcam": "face tracking with a webcam (MediaPipe)",
    "pointer": "mouse and keyboard in place of a face",
    "hotkeys": "keys that act while another program has the focus",
    "controllers": "MIDI devices and gamepads as hotkeys",
    "whip": "the output whip (WebRTC)",
    "ndi": "the output ndi",
    "camera": "the bridge to OBS's virtual camera; Windows and macOS have it already",
    "spout": "the output spout (Windows)",
    "openjtalk": "a Japanese voice on this computer",
    "kokoro": "a natural Japanese voice on this computer",
    "hibari": "an English voice on this computer",
    "edge": "Microsoft's voices, over the internet",
    "listen": "hear you, the streamer: Whisper (fetches 145 MB at first use)",
    "sherpa": "the same with a model of sherpa-onnx that you choose",
    "sphinx": "the same for weak computers, in simple English",
    "bilibili": "where Bilibili packs its chat with brotli in place of zlib",
    "echo": "interrupt her without headphones: her own voice is taken out of your microphone (WebRTC)",
    "mcp": "let an agent steer the camera: vtube mcp",
    "sight": "which monitor a language model sees",
    "cutout": "take any background away from a picture (rembg; fetches 176 MB at first use)",
}
"""What each extra is for; one without a line here is listed all the same."""

Extras = dict[str, list[Requirement]]
"""Extra to what it brings on this system; nothing where it does not exist for it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`[NAME…]`."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="what to install; without one, list all")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when pip fails, or cannot be used here."""
    extras = read_extras()
    if not arguments.names:
        _list(extras)
        return 0
    wanted = wanted_packages(arguments.names, extras)
    check_pip(wanted)
    return _install(wanted)


def read_extras(checkout: Path = CHECKOUT) -> Extras:
    """The extras of pyproject.toml in a checkout, else those of the installed package.

    Raises:
        PackageMissingError: the program was copied by hand, without what pip knows of it.
    """
    project = checkout / "pyproject.toml"
    if is_file(checkout / "run_vcam.py") and is_file(project):
        listed: dict[str, list[str]] = tomllib.loads(project.read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
        return {name: _here([Requirement(line) for line in lines], name) for name, lines in listed.items()}
    try:
        metadata = importlib.metadata.metadata(PROGRAM)
    except importlib.metadata.PackageNotFoundError:
        raise PackageMissingError("vtube is not installed as a package here; install it with pip") from None
    names = metadata.get_all("Provides-Extra") or []
    needed = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    optional = [one for one in needed if one.marker is not None and "extra" in str(one.marker)]
    return {name: _here(optional, name) for name in names}


def wanted_packages(names: list[str], extras: Extras) -> list[str]:
    """What pip is to install for these extras.

    Raises:
        SettingsError: there is no such extra.
        PackageMissingError: it does not exist for this system.
    """
    wanted: dict[str, None] = {}
    for name in names:
        if name not in extras:
            raise SettingsError(unknown("extra", name, extras))
        if not extras[name]:
            raise PackageMissingError(f"{name} does not exist for this system ({sysconfig.get_platform()})")
        wanted |= dict.fromkeys(_without_marker(one) for one in extras[name])
    return list(wanted)


def check_pip(wanted: list[str]) -> None:
    """Whether the Python that runs this program can be given packages.

    Raises:
        PackageMissingError: it has no pip, or belongs to the system's package manager; what to do instead.
    """
    packages = " ".join(f'"{one}"' for one in wanted)
    if importlib.util.find_spec("pip") is None:
        raise PackageMissingError(
            f"this Python has no pip. With uv: uv pip install --python {_quoted(sys.executable)} {packages}; "
            f"else first: {_quoted(sys.executable)} -m ensurepip"
        )
    managed = Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED"
    if sys.prefix == sys.base_prefix and is_file(managed):
        raise PackageMissingError(
            "this Python belongs to the system's package manager. Put vtube into an environment of its own "
            f"(python -m venv, or pipx), and there: pip install {packages}"
        )


def _here(requirements: list[Requirement], extra: str) -> list[Requirement]:
    return [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": extra})]


def _without_marker(requirement: Requirement) -> str:
    return f"{requirement.name}{requirement.specifier}"


def _is_installed(requirement: Requirement) -> bool:
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)


def _state(requirements: list[Requirement]) -> str:
    if not requirements:
        return "not for this system"
    return "installed" if all(_is_installed(one) for one in requirements) else "-"


def _list(extras: Extras) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("extra", "state", "packages", "for"):
        table.add_column(heading)
    for name, requirements in extras.items():
        packages = " ".join(one.name for one in requirements)
        table.add_row(name, _state(requirements), packages, ABOUT.get(name, ""))
    print_table(table)


def _install(wanted: list[str]) -> int:
    """With the progress and the configuration of pip itself."""
    command = [sys.executable, "-P", "-m", "pip", "install", "--disable-pip-version-check", *wanted]
    if subprocess.call(command, env={**os.environ, "PYTHONUTF8": "1"}):
        raise PackageMissingError("pip could not install " + " ".join(wanted) + "; its lines above say why")
    print("installed; it is there from the next start on")
    return 0


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
