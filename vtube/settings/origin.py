"""Where a value stands that a room has refused: a flag, the user's file or what was saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vtube.errors import VtubeError
from vtube.settings.loading import read
from vtube.settings.renamed import with_new_names

_FLAGS = {"outputs": "output"}
"""Those that are not called like the last part of their setting."""


@contextmanager
def naming_origin(
    file: Path | None, flags: Mapping[str, Any], saved: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """Let a VtubeError that leaves the block say where the value stands that it is about; see `errors.refusing`.

    Args:
        file: the settings file, which wins over what was saved.
        flags: what the flags say, a nested mapping, which wins over both.
        saved: what was saved.
    """
    try:
        yield
    except VtubeError as error:
        if place := _origin(error, file, flags, saved or {}):
            error.args = (f"{place}: {error}",)
        error.settings = ()  # it has been said
        raise


def _origin(error: VtubeError, file: Path | None, flags: Mapping[str, Any], saved: Mapping[str, Any]) -> str:
    """`--llm`, `mine.yaml: the setting 'llm'` or `the saved setting 'llm'`; empty for a default."""
    own = with_new_names(read(file)) if file is not None and error.settings else {}
    for name in error.settings:
        layers = [
            (flags, f"--{_FLAGS.get(name, name.rpartition('.')[2])}"),
            (own, f"{file}: the setting {name!r}"),
            (saved, f"the saved setting {name!r}"),
        ]
        for layer, place in layers:
            value = _at(layer, name)
            if value is not None and (len(error.settings) == 1 or error.refused in (value, *_items(value))):
                return place
            if value is not None:
                break  # it wins over the layers below
    return ""


def _at(values: Any, name: str) -> Any:
    for key in name.split("."):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _items(value: object) -> list[Any]:
    return [*value, *value.values()] if isinstance(value, Mapping) else value if isinstance(value, list) else []
