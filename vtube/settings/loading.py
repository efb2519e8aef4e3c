"""The typed settings from their layers: the defaults, what was saved, the user's file, the flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from vtube.errors import SettingsError
from vtube.paths import is_there, read_bounded
from vtube.settings.base import fields, is_marked, section_of
from vtube.settings.renamed import with_new_names
from vtube.settings.schema import Settings
from vtube.settings.yaml_file import parse_yaml
from vtube.text import LONGEST_WORD, expected, nearest, shown

MAX_SETTINGS_BYTES = 1_000_000

BARE_HASH = " (what begins with # is a comment, unless it stands in quotes)"
"""What most values that turn out empty were meant to be: a colour."""


def load(
    path: Path | None = None, overrides: Mapping[str, Any] | None = None, saved: Mapping[str, Any] | None = None
) -> Settings:
    """The defaults, over them the mapping `saved`, over it the YAML file `path`, over it the mapping `overrides`.

    Relative paths in the file count from its own folder; what is only in the working folder is found there, too.

    Raises:
        SettingsError: the file cannot be read, an unknown key (with the nearest right name), a wrong value.
    """
    values: dict[str, Any] = {}
    own = _without_empty(with_new_names(read(path)), Settings) if path is not None else {}
    if path is not None:
        _count_from(path.absolute().parent, own)
    flags = with_new_names(overrides or {})
    for layer in (with_new_names(saved or {}), own, flags):
        merge(values, layer)

    def origin(at: tuple[int | str, ...]) -> str:
        return f"{path}: " if path is not None and _holds(own, at) and not _holds(flags, at) else ""

    return _parsed(values, BARE_HASH, origin)


def parse(values: Mapping[str, Any]) -> Settings:
    """Settings from a nested mapping, with today's keys or those of the last release.

    Raises:
        SettingsError: one line that names the first wrong key or value.
    """
    return _parsed(values)


def _parsed(
    values: Mapping[str, Any], if_empty: str = "", origin: Callable[[tuple[int | str, ...]], str] = lambda _: ""
) -> Settings:
    """`origin` names the file, if any, in which the value at such a place stands."""
    try:
        return Settings.model_validate(with_new_names(values))
    except ValidationError as error:
        first = error.errors()[0]
        line, place = _first_line(error), origin(first["loc"])
        hint = if_empty if first["input"] is None else ""
        if not place and not hint and (code := _CODES.get(first["type"])):
            limit = _limit(next(iter(first.get("ctx", {}).values()), ""))
            raise SettingsError(line, code, name=".".join(map(str, first["loc"])), limit=limit) from None
        raise SettingsError(place + line + hint) from None


def _holds(values: Any, at: tuple[int | str, ...]) -> bool:
    """Whether a nested mapping says something about the setting at a place, or below or inside it."""
    for key in at:
        if not isinstance(values, Mapping):
            break  # a place inside a value
        if key not in values:
            return False
        values = values[key]
    return True


def merge(into: dict[str, Any], changes: Mapping[str, Any], schema: type[BaseModel] | None = Settings) -> None:
    """Lay the nested mapping `changes` over `into`, in place: section by section, a value in place of a value.

    A mapping that is one value, such as `pointer.keys`, is replaced as a whole.
    """
    for key, value in changes.items():
        field = schema.model_fields.get(key) if schema is not None else None
        inner = section_of(field) if field is not None else None
        if isinstance(value, Mapping) and inner is not None:
            below = into.setdefault(key, {})
            if isinstance(below, dict):
                merge(below, value, inner)
                continue
        into[key] = dict(value) if isinstance(value, Mapping) else value


def read(path: Path) -> dict[str, Any]:
    """The nested mapping in a YAML file.

    Raises:
        SettingsError: it cannot be read, is no YAML, or holds something else.
    """
    try:
        content = read_bounded(path, MAX_SETTINGS_BYTES)
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror or error}") from None
    if len(content) > MAX_SETTINGS_BYTES:
        raise SettingsError(f"{path} is too large for a settings file")
    values = parse_yaml(content, path)
    if not isinstance(values, dict):
        raise SettingsError(f"{path} should hold `key: value` lines, not a {type(values).__name__}")
    return values


def _without_empty(values: Mapping[str, Any], schema: type[BaseModel]) -> dict[str, Any]:
    """The nested mapping without the sections below whose name nothing stands, as where all lines are comments."""
    kept: dict[str, Any] = {}
    for key, value in values.items():
        field = schema.model_fields.get(key)
        inner = section_of(field) if field is not None else None
        if inner is None:
            kept[key] = value
        elif value is not None:
            kept[key] = _without_empty(value, inner) if isinstance(value, Mapping) else value
    return kept


def _count_from(folder: Path, values: dict[str, Any]) -> None:
    """Make the relative paths in a nested mapping, in place, count from `folder`."""
    for at, field in fields(Settings):
        holder: Any = values
        for key in at[:-1]:
            holder = holder.get(key) if isinstance(holder, dict) else None
        text = holder.get(at[-1]) if is_marked(field, "file") and isinstance(holder, dict) else None
        if isinstance(text, str) and _is_relative(text):
            beside, may_be_new = folder / text, not is_marked(field, "name")
            if is_there(beside) or (may_be_new and not is_there(Path(text))):
                holder[at[-1]] = str(beside)


def _is_relative(text: str) -> bool:
    """Whether it is a path like `pictures/me.png`: not whole, of the home folder, quoted or an address."""
    return bool(text) and not (Path(text).is_absolute() or re.match(r"[~\"']|[a-zA-Z][a-zA-Z+.-]*:", text))


_CODES = {
    "extra_forbidden": "setting.unknown",
    "greater_than_equal": "setting.least",
    "less_than_equal": "setting.most",
    "greater_than": "setting.more",
    "less_than": "setting.less",
    "multiple_of": "setting.multiple",
    "int_type": "setting.whole",
    "int_parsing": "setting.whole",
    "int_from_float": "setting.whole",
    "float_type": "setting.number",
    "float_parsing": "setting.number",
    "finite_number": "setting.number",
    "string_type": "setting.text",
    "string_pattern_mismatch": "setting.form",
    "literal_error": "setting.choice",
    "list_type": "setting.list",
    "dict_type": "setting.pairs",
    "model_type": "setting.pairs",
    "string_too_long": "setting.long",
    "string_too_short": "setting.short",
    "too_long": "setting.long",
    "too_short": "setting.short",
}
"""What pages say of pydantic's kinds of errors; the rest is said in English."""


def _limit(value: object) -> str:
    """What a value was compared with, as a page shows it: 240 for 240.0, and choices in a row."""
    return f"{value:g}" if isinstance(value, float) else str(value).replace("'", "").replace(" or ", ", ")


def _first_line(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part)[:LONGEST_WORD] for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = _nearest_key(where)
        return f"there is no setting {where!r}" + (f"; did you mean {near!r}?" if near else "")
    if first["type"] == "invalid_key":
        return f"there is no setting {shown(first['input'])}"
    fault = expected(first["type"], first.get("ctx", {}), first["msg"])
    if any(is_marked(field, "secret") for path, field in fields(Settings) if path == first["loc"]):
        return f"the setting {where!r} {fault}"
    found = "empty" if first["input"] is None else shown(first["input"])
    return f"the setting {where!r} {fault}; it is {found}"


def _nearest_key(wrong: str) -> str | None:
    keys = list(_keys(Settings))
    by_last_part = {key.rsplit(".", 1)[-1]: key for key in keys}
    whole = nearest(wrong, keys, 0.6)
    last = nearest(wrong.rsplit(".", 1)[-1], by_last_part, 0.6)
    return whole or (by_last_part[last] if last else None)


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        inner = section_of(field)
        if inner is not None:
            yield from _keys(inner, f"{prefix}{name}.")
