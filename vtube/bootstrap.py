"""From a bare Python to a running program: in a checkout, its own environment is made at the first start.

Uses nothing but the standard library, `cli.console` and `cli.interrupts`, and syntax that an older Python can still
read, to be able to say that it is too old. When the packages can already be imported, nothing is made or installed;
from a wheel never.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

from vtube.cli.console import dropped, hold_own_window, make_all_printable
from vtube.cli.interrupts import INTERRUPTED, as_shells_count, held_back, leave, passing_on

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
"""The newest one that the packages are known to have wheels for."""
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LONGEST_PATH = 259
DEEPEST_FILE = 168
"""The longest path of a file below site-packages; Windows allows LONGEST_PATH characters unless told otherwise."""

PACKAGES = {
    "torch": "torch",
    "openvino": "openvino",
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "safetensors": "safetensors",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "pydantic": "pydantic",
    "aiohttp": "aiohttp",
    "pythonosc": "python-osc",
    "av": "av",
    "rich": "rich",
    "sounddevice": "sounddevice",
    "soundcard": "soundcard",
    "packaging": "packaging",
    "filelock": "filelock",
}
"""The modules that show that the packages are installed, and what pip calls them."""


class Requirements:
    """A requirements file and the modules that show it is installed."""

    def __init__(self, file: str, *modules: str) -> None:
        self.file = ROOT / file
        self.modules = modules

    def importable(self) -> bool:
        """Whether this Python has every module already."""
        return not self.missing()

    def missing(self) -> list[str]:
        """The modules this Python lacks."""
        return [name for name in self.modules if not importlib.util.find_spec(name)]

    def included(self) -> list[Requirements]:
        """The requirements files that this one names by `-r`, which are installed along."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return [Requirements(line[2:].strip()) for line in lines if line.startswith("-r")]

    def fingerprint(self) -> str:
        """Changes when the file, one that it includes, or the lock changes."""
        files = [self.file, *(each.file for each in self.included()), ROOT / "requirements.lock"]
        content = b"".join(path.read_bytes() for path in files if path.is_file())
        return hashlib.sha256(self.file.name.encode() + content).hexdigest()

    def constraints(self) -> list[str]:
        """What tells pip the exact versions, where there is a lock."""
        lock = self.file.with_name("requirements.lock")
        return ["--constraint", str(lock)] if lock.is_file() else []


def modules(torch_needed: bool) -> tuple[str, ...]:
    """No torch of today is made for Macs with an Intel processor, as requirements.txt says."""
    no_torch = not torch_needed or (sys.platform == "darwin" and platform.machine() != "arm64")
    return tuple(name for name in PACKAGES if name != "torch" or not no_torch)


RUNTIME = Requirements("requirements.txt", *modules(torch_needed=True))
DEVELOPMENT = Requirements(
    "requirements-dev.txt",
    *RUNTIME.modules,
    "pytest",
    "pytest_aiohttp",
    "pytest_rerunfailures",
    "xdist",
    "hypothesis",
    "ruff",
    "mypy",
    "hatchling",
)
INSTALLED = Requirements("requirements.txt", *modules(torch_needed=False))


def launch(command: str | None = None, *, by_click: bool = False) -> int:
    """Run `vtube [command] ARGUMENTS` where its packages are; returns the exit code.

    The one way in: the command `vtube`, `python -m vtube` and `run_vcam.py` end up here. `by_click`: whether that may
    have been a double click, whose window is to stay after an error.
    """
    signal.signal(signal.SIGINT, leave)  # until there is something to end in order
    make_all_printable()
    at_end: Callable[[int], None] = hold_own_window if by_click else lambda _: None
    problem = prepare(RUNTIME) if is_checkout() else _check_installation()
    if problem:
        at_end(problem)
        return problem
    arguments = ([command] if command else []) + (_by_start_bat() if by_click else sys.argv[1:])
    if is_checkout() and not RUNTIME.importable():
        code = run_module("vtube", arguments, RUNTIME)
        at_end(code)
        return code
    from vtube.cli.main import run_program

    return run_program(arguments, at_end)


def _by_start_bat() -> list[str]:
    """What was named on the command line, or dropped onto `start.bat`, which has flags of its own."""
    files = dropped(os.environ.pop("VTUBE_COMMAND_LINE", ""))
    return sys.argv[1:] if files is None else [word for word in sys.argv[1:] if word == "--open"] + files


def is_checkout() -> bool:
    """Whether the program runs from its sources, and may make an environment beside them."""
    return all((ROOT / name).is_file() for name in ("pyproject.toml", "requirements.txt", "run_vcam.py"))


def prepare(requirements: Requirements) -> int:
    """Make sure the packages are importable, here or in the checkout's environment; 0 when they are."""
    if sys.version_info < OLDEST_PYTHON:
        return _fail(_too_old())
    if requirements.importable() or is_current(requirements):
        return 0
    unfit = unfit_python()
    if unfit:
        return _fail(unfit)
    if os.pathsep in str(ROOT):
        return _fail(f"the path {ROOT} holds a {os.pathsep!r}, which parts folders in lists of them; rename the folder")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _install(requirements)
    except KeyboardInterrupt:
        _fail("stopped; the next start goes on with the installation")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, before)


def unfit_python(build: str | None = None) -> str:
    """Why no packages exist for this Python, or an empty string; `build` as `sysconfig.get_platform` names it."""
    build = build or sysconfig.get_platform()
    advice = "install the 64-bit (x64) Python from python.org and start with that"
    if build == "win-arm64":
        return f"torch and openvino do not exist for an ARM64 Python on Windows: {advice}; Windows runs it as well"
    if build == "win32" or sys.maxsize <= 2**32:
        return f"this is a 32-bit Python, for which torch and openvino do not exist: {advice}"
    return ""


def run_module(module: str, arguments: list[str], requirements: Requirements) -> int:
    """Run `python -m module` with the Python that has the packages; returns its exit code.

    `-P`: a `json.py` of the user's in the working folder is not taken for the library's.
    """
    command = [interpreter(requirements), "-P", "-m", module, *arguments]
    before = signal.signal(signal.SIGINT, lambda *_: None)  # the child gets the same Ctrl-C and ends by itself
    try:
        with held_back() if module == "vtube" else contextlib.nullcontext():
            child = subprocess.Popen(command, env={**os.environ, **_paths()})
        with passing_on(child):
            return as_shells_count(child.wait())
    finally:
        signal.signal(signal.SIGINT, before)


def interpreter(requirements: Requirements) -> str:
    """The Python that has the packages: this one, or the checkout's own."""
    return sys.executable if requirements.importable() else str(_environment_python())


def _check_installation() -> int:
    """One line when a package that pip should have brought is not there."""
    if sys.version_info < OLDEST_PYTHON:
        return _fail(_too_old())
    missing = INSTALLED.missing()
    if missing:
        names = " ".join(PACKAGES[name] for name in missing)
        return _fail(f"not installed: {names}. To install: {_quoted(sys.executable)} -m pip install {names}")
    return 0


def _install(requirements: Requirements) -> int:
    works = _environment_works()
    if works:
        print(f"The packages that are needed have changed: bringing {ENVIRONMENT} up to date.", flush=True)
    elif _environment_python().exists():
        print(f"The Python of {ENVIRONMENT} was removed: installing the packages again (a few minutes).", flush=True)
    else:
        print(f"First start: installing the packages into {ENVIRONMENT} (once, a few minutes).", flush=True)
    try:
        if not works:
            venv.EnvBuilder(with_pip=True, clear=ENVIRONMENT.exists()).create(ENVIRONMENT)
    except (OSError, subprocess.CalledProcessError) as error:
        hint = " On Debian and Ubuntu: apt install python3-venv" if sys.platform.startswith("linux") else ""
        return _fail(f"cannot make the environment {ENVIRONMENT}: {error}.{hint}")
    if not _pip_install(requirements):
        return _fail(_why_not_installed())
    for each in (requirements, *requirements.included()):
        _stamp(each).write_text(each.fingerprint())
    return 0


def _pip_install(requirements: Requirements) -> bool:
    """The tested versions; where one of them does not exist for this system, the newest in the ranges."""
    command = [str(_environment_python()), "-P", "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["-r", str(requirements.file)]
    constraints = requirements.constraints()
    if subprocess.call(command + constraints) == 0:
        return True
    if not constraints:
        return False
    print("The tested versions cannot all be installed here; trying others.", flush=True)
    return subprocess.call(command) == 0


def _why_not_installed() -> str:
    if sys.version_info[:2] > NEWEST_PYTHON:
        versions = "{}.{} to {}.{}".format(*OLDEST_PYTHON, *NEWEST_PYTHON)
        return (
            "the packages could not be installed: this is Python {}.{}, and they exist for {}; start with one of "
            "those".format(*sys.version_info[:2], versions)
        )
    if os.name == "nt" and len(str(ENVIRONMENT / "Lib/site-packages")) + DEEPEST_FILE > LONGEST_PATH:
        return (
            "the packages could not be installed: pip's last lines above say why. If they name a file that does not "
            f"exist: the path {ROOT} is too long for Windows; move the folder to a shorter one, such as C:\\vtube"
        )
    return (
        "the packages could not be installed: pip's last lines above say why "
        "(no network, a full disk, or a Python without wheels for a package)"
    )


def _too_old() -> str:
    return "vtube needs Python {}.{} or newer; this is {}.{}".format(*OLDEST_PYTHON, *sys.version_info[:2])


def is_current(requirements: Requirements) -> bool:
    """Whether the checkout's environment has what the requirements ask for today."""
    stamp = _stamp(requirements)
    return _environment_works() and stamp.exists() and stamp.read_text().strip() == requirements.fingerprint()


def _stamp(requirements: Requirements) -> Path:
    return ENVIRONMENT / (requirements.file.stem + ".installed")


def _environment_python() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _environment_works() -> bool:
    """Whether the environment is there, and the Python that it was made of, which it is only a door to."""
    if not _environment_python().exists():
        return False
    try:
        lines = (ENVIRONMENT / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    told = dict([part.strip() for part in line.split("=", 1)] for line in lines if "=" in line)
    home = Path(told.get("home", ""))
    places = [Path(told.get("executable", home)), home / ("python.exe" if os.name == "nt" else "python3")]
    return any(map(os.path.lexists, places))  # an alias of Microsoft's store cannot be followed


def _paths() -> dict[str, str]:
    """So that the child finds this checkout's packages from any folder."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _fail(line: str) -> int:
    if sys.stderr is not None:
        print("vtube: " + line, file=sys.stderr)
    return 1
