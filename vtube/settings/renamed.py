"""Keys that have another name now; the old one is understood for one release, with a warning.

Used for settings files, for what a client changes and for the command line.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

log = logging.getLogger(__name__)

RENAMED: dict[str, str] = {
    "loop.in_step": "loop.phase_lock",
}
"""Old dotted key to new dotted key. A line goes when the release after its own comes out."""


def with_new_names(values: Mapping[str, Any], renamed: Mapping[str, str] = RENAMED) -> dict[str, Any]:
    """A copy of the nested mapping `values` under today's keys; where both names are given, today's counts."""
    result = _copied(values)
    for old, new in renamed.items():
        holder = _holder(result, old.split(".")[:-1])
        name = old.rsplit(".", 1)[-1]
        if holder is None or name not in holder:
            continue
        log.warning("the setting %s is called %s now; the old name is understood until the next release", old, new)
        value = holder.pop(name)
        if not holder and "." in old:
            _drop(result, old.split(".")[:-1])
        _put(result, new.split("."), value)
    return result


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copied(value) if isinstance(value, Mapping) else value for key, value in values.items()}


def _holder(values: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    inner: Any = values
    for name in path:
        inner = inner.get(name) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) else None


def _drop(values: dict[str, Any], path: list[str]) -> None:
    holder = _holder(values, path[:-1])
    if holder is not None:
        holder.pop(path[-1], None)


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    inner: Any = values
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return
    inner.setdefault(path[-1], value)
