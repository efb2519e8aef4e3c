"""What a SPEC of an effect says after the colon: `bloom:0.8` or `bloom:strength=0.8,radius=30`."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from vtube.errors import SettingsError
from vtube.spec import Spec
from vtube.text import did_you_mean, first_line


class Options(BaseModel):
    """Of one effect: its fields with their defaults and ranges. A number without a name is the first of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Kind = TypeVar("Kind", bound=Options)


def read_options(spec: Spec, kind: type[Kind]) -> Kind:
    """The options that the SPEC gives, the others at their defaults.

    Raises:
        SettingsError: an unknown name (with the nearest right one), or a value that is none or out of its range.
    """
    names = list(kind.model_fields)
    values: dict[str, str] = {}
    for part in (spec.argument or "").split(","):
        name, equals, value = part.partition("=")
        if part.strip():
            values[name.strip() if equals else names[0]] = (value if equals else name).strip()
    for name in values:
        if name not in names:
            hint = did_you_mean(name, names)
            raise SettingsError(f"the effect {spec.kind} has no {name!r}; {hint} It has {', '.join(names)}")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = error.errors()[0]
        where = ".".join(str(part) for part in found["loc"])
        raise SettingsError(f"the effect {spec.kind}: {where}: {first_line(found['msg'])}") from None
