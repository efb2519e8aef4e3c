"""From a bare Python to a running program: the checkout's own environment, made at the first start.

Uses nothing but the standard library, and syntax that an older Python can still read, to be able to say that
it is too old. When the packages can already be imported, nothing is made or installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import threading
import venv
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"


class Requirements:
    """A requirements file and the modules that show it is installed."""

    def __init__(self, file: str, *modules: str) -> None:
        self.file = ROOT / file
        self.modules = modules

    def importable(self) -> bool:
        """Whether this Python has every module already."""
        return all(importlib.util.find_spec(name) for name in self.modules)

    def fingerprint(self) -> str:
        """Changes when a requirements file changes."""
        content = b"".join(path.read_bytes() for path in sorted(ROOT.glob("requirements*.txt")))
        return hashlib.sha256(self.file.name.encode() + content).hexdigest()


_RUN_MODULES = (
    "torch",
    "openvino",
    "numpy",
    "cv2",
    "safetensors",
    "PIL",
    "yaml",
    "pydantic",
    "aiohttp",
    "pythonosc",
    "av",
    "rich",
    "sounddevice",
    "soundcard",
)
RUNTIME = Requirements("requirements.txt", *_RUN_MODULES)
DEVELOPMENT = Requirements(
    "requirements-dev.txt", *_RUN_MODULES, "pytest", "pytest_aiohttp", "hypothesis", "ruff", "mypy"
)


def launch(command: str | None = None) -> int:
    """Run `vtube [command] ARGUMENTS` where its packages are; returns the exit code."""
    problem = prepare(RUNTIME)
    if problem:
        return problem
    arguments = ([command] if command else []) + sys.argv[1:]
    if not RUNTIME.importable():
        return run_module("vtube", arguments, RUNTIME)
    from vtube.cli.main import main

    return _leave(main(arguments))


def _leave(code: int) -> int:
    """End at once when a thread is still inside an engine or a driver: taking Python down would crash it."""
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def prepare(requirements: Requirements) -> int:
    """Make sure the packages are importable, here or in the checkout's environment; 0 when they are."""
    if sys.version_info < OLDEST_PYTHON:
        return _fail("vtube needs Python {}.{} or newer; this is {}.{}".format(*OLDEST_PYTHON, *sys.version_info[:2]))
    if requirements.importable() or _is_current(requirements):
        return 0
    try:
        return _install(requirements)
    except KeyboardInterrupt:
        return _fail("stopped; the next start goes on with the installation")


def run_module(module: str, arguments: list[str], requirements: Requirements) -> int:
    """Run `python -m module` with the Python that has the packages; returns its exit code."""
    child = subprocess.Popen([interpreter(requirements), "-m", module, *arguments], env={**os.environ, **_paths()})
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child got the same Ctrl-C and ends by itself


def interpreter(requirements: Requirements) -> str:
    """The Python that has the packages: this one, or the checkout's own."""
    return sys.executable if requirements.importable() else str(_environment_python())


def _install(requirements: Requirements) -> int:
    print(f"First start: installing the packages into {ENVIRONMENT} (once, a few minutes).", flush=True)
    try:
        if not _environment_python().exists():
            venv.EnvBuilder(with_pip=True, clear=ENVIRONMENT.exists()).create(ENVIRONMENT)
    except (OSError, subprocess.CalledProcessError) as error:
        return _fail(
            f"cannot make the environment {ENVIRONMENT}: {error}. On Debian and Ubuntu: apt install python3-venv"
        )
    command = [
        str(_environment_python()),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-r",
        str(requirements.file),
    ]
    if subprocess.call(command):
        return _fail(
            "the packages could not be installed: pip's last lines above say why "
            "(no network, a full disk, or a Python without wheels for a package)"
        )
    _stamp(requirements).write_text(requirements.fingerprint())
    return 0


def _is_current(requirements: Requirements) -> bool:
    stamp = _stamp(requirements)
    return _environment_python().exists() and stamp.exists() and stamp.read_text().strip() == requirements.fingerprint()


def _stamp(requirements: Requirements) -> Path:
    return ENVIRONMENT / (requirements.file.stem + ".installed")


def _environment_python() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _paths() -> dict[str, str]:
    """So that the child finds this checkout's packages from any folder."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}


def _fail(line: str) -> int:
    print("vtube: " + line, file=sys.stderr)
    return 1
