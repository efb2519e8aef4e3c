"""The house rules that a machine can check."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vtube"
SHARED = {"pose", "errors", "settings", "signals", "frame", "spec", "clock", "metrics", "paths", "priority"}
ROOMS = {
    "tracking": set(),
    "audio": set(),
    "speech": {"audio"},
    "motion": set(),
    "avatar": set(),
    "scene": set(),
    "outputs": set(),
    "server": {"outputs"},
}
"""Each room and the other rooms it may know."""

FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The modules of this package that a file imports, as parts after `vtube.`; type checking counts, too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("vtube.")}


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_go_down_the_flow_only(room: str) -> None:
    allowed = {room, *ROOMS[room], *SHARED}
    for path in (PACKAGE / room).rglob("*.py"):
        assert imported(path) <= allowed, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_clock_for_all_moments(path: Path) -> None:
    """time.monotonic and time.perf_counter are different clocks on Windows; `vtube.clock` is the one in use."""
    if path.name != "clock.py":
        assert not re.search(
            r"time\.(monotonic|perf_counter)\(|= time\.(monotonic|perf_counter)\b", path.read_text(encoding="utf-8")
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_posix_only_module_is_imported_by_importing(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        assert not names & {"fcntl", "termios", "resource", "pwd", "msvcrt", "winreg"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
