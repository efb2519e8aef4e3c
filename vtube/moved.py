"""Old names of modules, for scripts written against them: each is the module under its new name.

A module that went into a folder of its room is found by its own name: `vtube.speech.edge` is
`vtube.speech.voices.edge`. Those that were renamed stand in `RENAMED`. Nothing here costs a thing until an import has
failed everywhere else. The old names go with version 1.0.
"""

from __future__ import annotations

import importlib
import importlib.machinery
from importlib.abc import Loader
from pathlib import Path
from types import ModuleType

PACKAGE = "vtube"
RENAMED = {
    "vtube.avatar.commands": "vtube.avatar.picture.files",
    "vtube.characters": "vtube.paths",
    "vtube.outputs.context": "vtube.outputs.base",
    "vtube.priority": "vtube.threads",
    "vtube.standard_input": "vtube.processes.standard_input",
}


def new_name(old: str) -> str | None:
    """Where the module `old` lies now; None for a name that never was."""
    if old in RENAMED:
        return RENAMED[old]
    package, *names = old.split(".")
    if package != PACKAGE or len(names) != 2:
        return None
    room = Path(__file__).parent / names[0]
    found = [*room.glob(f"*/{names[1]}.py"), *room.glob(f"*/{names[1]}/__init__.py")]
    if len(found) != 1:
        return None
    place = found[0].parent if found[0].stem == "__init__" else found[0].with_suffix("")
    return ".".join((PACKAGE, names[0], *place.relative_to(room).parts))


def find_spec(old: str) -> importlib.machinery.ModuleSpec | None:
    """The spec of the module `old`, None where that is no old name of ours."""
    name = new_name(old)
    return None if name is None else importlib.machinery.ModuleSpec(old, Forwarding(name))


class Forwarding(Loader):
    """Loads a module under a name it no longer has."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._own: importlib.machinery.ModuleSpec | None = None

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module itself, under its new name."""
        module = importlib.import_module(self._name)
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back: it has been run already."""
        module.__spec__ = self._own
