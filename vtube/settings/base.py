"""What every section of the settings is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

Path = tuple[str, ...]
"""Where a field is: ("loop", "fps")."""

LIVE: dict[str, JsonValue] = {"live": True}
"""Takes effect while the camera runs; without this mark a field waits for the next start."""

LOCAL: dict[str, JsonValue] = {"local": True}
"""Can be set in a file and by a flag only, as it starts programs, writes files or lets others in."""

LIVE_BUT_FILES: dict[str, JsonValue] = {"live": True, "local_kinds": ["file", "stream", "whip"]}
"""Is live, but for SPECs of the kinds `file` and `stream`, which are local: these write files and use a stream key."""

SECRET: dict[str, JsonValue] = {"local": True, "secret": True}
"""Is local, never shown and never written."""

FILE: dict[str, JsonValue] = {"file": True}
"""Is the path of a file; a relative one counts from the settings file in which it stands."""

FILE_OR_NAME: dict[str, JsonValue] = {"file": True, "name": True}
"""The same, or a name or a colour."""


MOST = 4096
"""Characters of a text, entries of a list or a mapping."""


NO_TEXT = re.compile("[\x00\ud800-\udc7f\udd00-\udfff]")
"""NUL, and halves of characters but for those that stand for the bytes of a file's name."""


class Written(BaseModel):
    """What somebody writes into a file: unknown keys are refused, and `true` is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def numbered(cls, value: object, info: ValidationInfo) -> object:
        """Refuse truth where numbers are meant, also in a list or a mapping of them."""
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        if any(isinstance(one, bool) for one in inner) and _is_number(cls.model_fields[info.field_name or ""]):
            raise ValueError("should be a number")
        return value


class Section(Written):
    """A section never changes: another one takes its place."""

    @field_validator("*", mode="before")
    @classmethod
    def bounded(cls, value: object) -> object:
        """Refuse a text, a list or a mapping that no settings need, before anybody works through it; and NaN."""
        if isinstance(value, float) and math.isnan(value):
            raise ValueError("should be a number")
        if isinstance(value, str | list | dict) and len(value) > MOST:
            raise ValueError(f"should have at most {MOST:,} characters or entries")
        texts = (value,) if isinstance(value, str) else value if isinstance(value, list | dict) else ()
        if any(isinstance(text, str) and NO_TEXT.search(text) for text in texts):
            raise ValueError("should be text; it holds a character that none has")
        return value


def _is_number(field: FieldInfo) -> bool:
    """Whether it takes numbers, single ones or several, and no truth, of which Python makes 0 and 1."""
    kinds = set(_kinds(field.annotation))
    return bool not in kinds and bool(kinds & {int, float})


def _kinds(annotation: Any) -> Iterator[Any]:
    """The plain types that an annotation is made of."""
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _kinds(one)


def is_marked(field: FieldInfo, mark: str) -> bool:
    """Whether the field carries `live`, `local`, `secret`, `file` or `name`."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get(mark))


def local_kinds(field: FieldInfo) -> list[str]:
    """The kinds of SPEC that are local while the field as a whole is not."""
    extra = field.json_schema_extra
    kinds = extra.get("local_kinds") if isinstance(extra, dict) else None
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else []


def section_of(field: FieldInfo) -> type[Section] | None:
    """The section that stands at this field, if it is no single value."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def fields(section: type[Section], at: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Every single value below `section`, in the order of the file; a list or a mapping is one value."""
    for name, field in section.model_fields.items():
        inner = section_of(field)
        if inner is None:
            yield (*at, name), field
        else:
            yield from fields(inner, (*at, name))


def value_at(section: BaseModel, path: Path) -> Any:
    """The value of the field at `path`."""
    value: Any = section
    for name in path:
        value = getattr(value, name)
    return value


def nested(values: dict[Path, Any]) -> dict[str, Any]:
    """The same values as a mapping of mappings."""
    result: dict[str, Any] = {}
    for path, value in values.items():
        inner = result
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return result
