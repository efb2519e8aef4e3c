"""The package as a graph: its files, what each imports, what each calls private."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vtube"
NAMED = re.compile(r"vtube(\.\w+)+:\w+")
"""Something in a module, as registries name what they import late: `vtube.outputs.ndi:NdiOutput`."""


@dataclass(frozen=True)
class File:
    """One module of the package.

    Attributes:
        name: its dotted name, such as `vtube.motion.mixer`.
        path: where it lies.
        lines: how many lines it has.
        tree: what it says.
        imports: the modules of the package that it imports, anywhere in it, for type checking or late, too.
        strangers: private names of other modules that it uses.
    """

    name: str
    path: Path
    lines: int
    tree: ast.Module
    imports: set[str]
    strangers: set[str]

    @property
    def room(self) -> str:
        """The folder of the package that it lies in, or its own name at the top; empty for the package's face."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def is_face(self) -> bool:
        """Whether it is a package's `__init__`."""
        return self.path.name == "__init__.py"


@functools.cache
def modules() -> dict[str, Path]:
    """Where every module of the package lies, by its dotted name."""
    return {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@functools.cache
def house() -> dict[str, File]:
    """Every module of the package by its dotted name; takes some seconds the first time."""
    files, ours = {}, set[str]()
    for name, path in modules().items():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        own = set(defined(nodes))
        imports = {owner for each in names_of(nodes) if (owner := owning(each))} - {name}
        files[name] = File(name, path, len(text.splitlines()), tree, imports, set(privates(nodes, own)))
        ours |= own
    for file in files.values():
        file.strangers.intersection_update(ours)
    return files


def dotted(path: Path) -> str:
    """`vtube/motion/mixer.py` → `vtube.motion.mixer`; `vtube/motion/__init__.py` → `vtube.motion`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def owning(name: str) -> str | None:
    """The module that `name` is, or that it is something of; None when it is not of this package."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name or None


def names_of(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every dotted name that a module imports by a statement, or names in a string to be imported late."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
            yield node.value.replace(":", ".")


def privates(nodes: Iterable[ast.AST], own: set[str]) -> Iterator[str]:
    """Private names of other modules: imported, or taken from an object without being one's own."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vtube"):
            yield from (alias.name for alias in node.names if is_private(alias.name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield node.attr


def is_private(name: str) -> bool:
    """Whether a name begins with an underscore and is not a method of the language's own."""
    return name.startswith("_") and not name.startswith("__")


def defined(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that a module binds: functions, classes, variables, attributes of `self`."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value  # __slots__


def importers() -> dict[str, set[str]]:
    """Who imports each module."""
    found: dict[str, set[str]] = {name: set() for name in house()}
    for file in house().values():
        for name in file.imports:
            found[name].add(file.name)
    return found


def circles() -> set[frozenset[str]]:
    """Modules that reach each other by their imports (strongly connected components of two and more)."""
    reach = {name: reachable(name) for name in house()}
    groups = {frozenset({a, *(b for b in reach[a] if a in reach[b])}) for a in reach}
    return {group for group in groups if len(group) > 1}


def reachable(name: str) -> set[str]:
    """Every module that importing `name` can bring along."""
    seen: set[str] = set()
    left = [name]
    while left:
        for one in house()[left.pop()].imports - seen:
            seen.add(one)
            left.append(one)
    return seen
