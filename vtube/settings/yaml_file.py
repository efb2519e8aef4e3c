"""A YAML file that people write, read so that nothing in it is lost or changes its meaning unseen.

Differs from plain YAML 1.1 in what surprises people: `no`, `off`, `yes` and `on` are words and no truth values (`no` is
Norwegian), dates are words, `16:9` is not 969 and `030` not 24, a key is always a text, and a key that stands twice is
refused instead of half forgotten.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer, ComposerError
from yaml.constructor import SafeConstructor
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode
from yaml.resolver import Resolver

from vtube.errors import UNREADABLE, SettingsError
from vtube.paths import plain_file, read_bounded
from vtube.text import first_line, shown

MAX_BYTES = 1_000_000
MAX_VALUES = 100_000
"""Texts, numbers, lists and mappings; what stands at an anchor counts anew for each alias of it."""
MAX_DEPTH = 100
TOO_DEEP = "it is nested too deeply"
TOO_MUCH = f"it holds too much: at most {MAX_VALUES:,} values"
LONG = 100_000
"""Characters of a file that is read once only; in PyYAML's own way that takes six times as long."""

_TEXT, _BOOL, _MERGE, _INT, _FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "merge", "int", "float"))
_WORDS = (_BOOL, _INT, _FLOAT, "tag:yaml.org,2002:timestamp")
"""What plain YAML finds in too many words."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _TooMuchError(ComposerError):
    """The file has no end that anybody would wait for; it is read no second time."""


class _Composer(Composer):
    def __init__(self) -> None:
        Composer.__init__(self)
        self._depth = self._count = 0
        self._sizes: dict[Node, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):  # type: ignore[attr-defined]
            event = self.peek_event()  # type: ignore[attr-defined]
            node = self.anchors.get(event.anchor)
            if node is not None and node.end_mark is None:
                raise ComposerError(None, None, f"*{event.anchor} stands inside what it names", event.start_mark)
        if self._depth >= MAX_DEPTH:
            raise _TooMuchError(None, None, TOO_DEEP, self.peek_event().start_mark)  # type: ignore[attr-defined]
        self._count += 1
        if self._count > MAX_VALUES:  # before all of it is read
            raise _TooMuchError(None, None, TOO_MUCH, self.peek_event().start_mark)  # type: ignore[attr-defined]
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        self._weigh(node)
        return node

    def _weigh(self, node: Any) -> None:
        """Refuse what would grow without bounds, as a few aliases of aliases do."""
        if node in self._sizes:
            return
        parts = node.value if isinstance(node, CollectionNode) else ()
        inner = (part for entry in parts for part in (entry if isinstance(node, MappingNode) else (entry,)))
        self._sizes[node] = size = 1 + sum(self._sizes[part] for part in inner)
        if size > MAX_VALUES:
            raise _TooMuchError(None, None, TOO_MUCH, node.start_mark)

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        node: MappingNode = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, ScalarNode) or key.tag == _MERGE:
                continue
            key.tag = _TEXT
            if key.value in lines:
                problem = f"{shown(key.value)} stands twice, first in line {lines[key.value]}; write both as one"
                raise ComposerError(None, None, problem, key.start_mark)
            lines[key.value] = key.start_mark.line + 1
        return node


class _Resolver(Resolver):
    pass


_Resolver.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _WORDS]
    for first, resolvers in Resolver.yaml_implicit_resolvers.items()
}
_Resolver.add_implicit_resolver(_BOOL, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Resolver.add_implicit_resolver(
    _INT, re.compile("[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$"), list("-+0123456789")
)
_Resolver.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"(?:[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)


class _Loader(_Composer, _Resolver, yaml.SafeLoader):
    def __init__(self, stream: str) -> None:
        yaml.SafeLoader.__init__(self, stream)
        _Composer.__init__(self)


def _load(text: str) -> Any:
    """By libyaml, in a sixth of the time, where PyYAML has it.

    What that refuses is told in PyYAML's own words, unless it is LONG.
    """
    if yaml.__with_libyaml__:
        try:
            return yaml.load(text, _quick_loader())
        except _TooMuchError:
            raise
        except (yaml.YAMLError, *UNREADABLE):
            if len(text) > LONG:
                raise
    return yaml.load(text, _Loader)


@cache
def _quick_loader() -> Any:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    class QuickLoader(_Composer, CParser, SafeConstructor, _Resolver):
        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)
            for part in (_Composer, SafeConstructor, Resolver):
                part.__init__(self)

    return QuickLoader


def read_yaml(path: Path) -> Any:
    """What a YAML file of the user's or the program's own holds; an empty mapping for an empty file.

    Raises:
        SettingsError: it cannot be read, is no plain file, too large, or no valid YAML; one line.
    """
    try:
        data = read_bounded(plain_file(path), MAX_BYTES)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path} is larger than {MAX_BYTES:,} bytes")
    return parse_yaml(data, path)


def parse_yaml(data: bytes, path: Path) -> Any:
    """What the bytes of a YAML file hold; an empty mapping where that is nothing.

    Args:
        data: the file: UTF-8, or UTF-16 and UTF-32 that say so, as some editors and PowerShell write.
        path: what messages call it.

    Raises:
        SettingsError: it is no valid YAML; one line, with the number of the line where that is known.
    """
    try:
        values = _load(_decoded(data, path))
    except (yaml.YAMLError, *UNREADABLE) as error:
        raise SettingsError(f"{path} is not valid YAML{_where(error)}: {_problem(error)}") from None
    return {} if values is None else values


def _decoded(data: bytes, path: Path) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path} is not UTF-8 (line {line}); save it as UTF-8 in your editor") from None


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" in line {mark.line + 1}" if mark else ""


def _problem(error: Exception) -> str:
    if isinstance(error, RecursionError) or "nesting depth" in str(error):
        return TOO_DEEP
    if not isinstance(error, yaml.YAMLError):
        return f"a value in it cannot be read ({first_line(error, 80)})"
    problem = first_line(getattr(error, "problem", None) or error)
    if "\\t" in problem:
        problem += "; indent with spaces, not with tabs"
    if "escape" in problem:
        problem += "; write a path of Windows without quotes or in single ones"
    return problem
