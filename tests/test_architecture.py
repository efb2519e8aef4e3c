"""The house rules that a machine can check; CONTRIBUTING.md explains them."""

import ast
import importlib
import re
import tomllib
from typing import Any

import pytest

from tests.house import PACKAGE, ROOT, circles, house, importers, modules
from vtube.errors import PackageMissingError
from vtube.registry import Entry, Registry

VOCABULARY = {
    "clock",
    "errors",
    "frame",
    "metrics",
    "moved",
    "net",
    "paths",
    "pose",
    "processes",
    "registry",
    "settings",
    "signals",
    "spec",
    "text",
    "threads",
}
"""What every room may know: the words they share."""

ROOMS: dict[str, set[str]] = {
    "tracking": set(),
    "audio": set(),
    "speech": {"audio"},
    "listening": {"audio"},
    "chat": set(),
    "dialogue": {"chat", "speech"},
    "motion": set(),
    "avatar": set(),
    "scene": set(),
    "outputs": set(),
    "clips": set(),
    "server": {"outputs"},
    "triggers": {"server"},
    "vts_api": {"server"},
    "realtime": {"avatar"},
    "studio": {
        "tracking",
        "audio",
        "speech",
        "dialogue",
        "listening",
        "motion",
        "avatar",
        "scene",
        "outputs",
        "clips",
        "server",
        "realtime",
        "triggers",
        "vts_api",
        "",
    },
    "offline": {"audio", "avatar", "motion", "outputs", "scene", "speech", "tracking"},
    "cli": {
        "audio",
        "avatar",
        "chat",
        "dialogue",
        "listening",
        "offline",
        "outputs",
        "scene",
        "server",
        "speech",
        "studio",
        "tracking",
        "",
    },
    "bootstrap": {"cli"},
    "__main__": {"bootstrap"},
    "": set(),
}
"""Each room, down the flow, and the other rooms it may know; "" is the package's face, `vtube/__init__.py`."""

MOST_AT_THE_TOP = 16
MOST_LINES = 350
PARAGRAPH = 40
"""Lines under which a file that one neighbour alone imports needs a reason."""

SMALL: dict[str, str] = {
    "vtube.avatar.pool": "memory for frames, which is no business of what draws them",
    "vtube.avatar.tha3.warp": "one operation of the network, compared with the original's on its own",
    "vtube.cli.commands.doctor": "one file per command",
    "vtube.cli.commands.expressions": "one file per command",
    "vtube.cli.commands.pose": "one file per command",
    "vtube.vts_api.discovery": "what is told by UDP, apart from the WebSocket",
    "vtube.speech.sentence_acts": "what face and body do with a sentence, on its own and looked at by two threads",
}
"""Files of less than a paragraph that one neighbour at most imports, each with the reason why it stands alone."""

MOST_SMALL = 15

KNOWN: dict[str, set[str]] = {
    "circles": set(),
    "long files": set(),
    "privates": set(),
    "registries": set(),
    "too many": set(),
}
"""What breaks a rule today. The lists are exact, so that whoever mends a place takes it out; none may come in."""

EACH_FILE = pytest.mark.parametrize("name", modules())


@EACH_FILE
def test_every_file_has_a_room_and_its_arrows_go_down_the_flow(name: str) -> None:
    room = house()[name].room
    assert (room in ROOMS) != (room in VOCABULARY)
    known = {house()[other].room for other in house()[name].imports}
    assert known <= {room, *ROOMS.get(room, set()), *VOCABULARY}


def test_rooms_know_only_what_is_listed_above_them() -> None:
    below: set[str] = {""}
    for room, known in ROOMS.items():
        assert known <= below, room
        below.add(room)


def test_every_room_of_the_list_exists() -> None:
    rooms = {file.room for file in house().values()}
    assert {*ROOMS, *VOCABULARY} == rooms


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert {" ".join(sorted(circle)) for circle in circles()} == KNOWN["circles"]


def test_few_modules_stand_at_the_top() -> None:
    top = list(PACKAGE.glob("*.py"))
    assert (len(top) > MOST_AT_THE_TOP) == ("modules at the top" in KNOWN["too many"])


def test_a_small_file_that_one_neighbour_imports_has_its_reason() -> None:
    used = importers()
    small = {
        name
        for name, file in house().items()
        if file.lines < PARAGRAPH and len(used[name]) <= 1 and not file.is_face and "." in name.removeprefix("vtube.")
    }
    assert small == set(SMALL)
    assert (len(SMALL) > MOST_SMALL) == ("small files" in KNOWN["too many"])


def test_files_stay_small() -> None:
    assert {name for name, file in house().items() if file.lines > MOST_LINES} == KNOWN["long files"]


def test_private_names_stay_in_their_module() -> None:
    assert {name for name, file in house().items() if file.strangers} == KNOWN["privates"]


@EACH_FILE
def test_one_clock_for_all_moments(name: str) -> None:
    """time.monotonic and time.perf_counter are different clocks on Windows; `vtube.clock` is the one in use."""
    if name != "vtube.clock":
        text = modules()[name].read_text(encoding="utf-8")
        assert not re.search(r"time\.(monotonic|perf_counter)\(|= time\.(monotonic|perf_counter)\b", text)


@EACH_FILE
def test_no_posix_only_module_is_imported_by_importing(name: str) -> None:
    for node in house()[name].tree.body:
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        assert not names & {"fcntl", "termios", "resource", "pwd", "msvcrt", "winreg"}


def registries() -> dict[str, list[Registry[Any, Any]]]:
    """The registries in each module that is called so, by the module's name."""
    rooms = [name for name in modules() if name.endswith(".registry") and name != "vtube.registry"]
    found = {name: vars(importlib.import_module(name)).values() for name in rooms}
    return {name: [one for one in values if isinstance(one, Registry)] for name, values in found.items()}


def test_every_registry_has_the_one_shape() -> None:
    assert {name for name, found in registries().items() if not found} == KNOWN["registries"]


ENTRIES = [entry for found in registries().values() for registry in found for entry in registry]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_loads_or_names_its_extra(entry: Entry[Any, Any]) -> None:
    try:
        assert callable(entry.load())
    except PackageMissingError as error:
        assert entry.extra is not None
        assert f"extras {entry.extra}" in str(error)
    assert entry.help


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_extra_of_an_entry_is_one_of_the_packages(entry: Entry[Any, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert entry.extra is None or entry.extra in project["optional-dependencies"]
