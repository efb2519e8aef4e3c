"""The data files of the broadcast, the program's own and the user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from vtube.errors import SettingsError
from vtube.paths import read_bounded, shipped
from vtube.text import expected, shown

MAX_BYTES = 1_000_000

Model = TypeVar("Model", bound=BaseModel)


def read_shipped(name: str) -> Any:
    """What the program's own file `config/name` (YAML) holds.

    Raises:
        SettingsError: it is missing or spoilt.
    """
    path = shipped(Path("config") / name)
    if path is None:
        raise SettingsError(f"config/{name} is missing; the program is not installed as a whole")
    return read_yaml(path)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        SettingsError: it cannot be read, or is no YAML.
    """
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path} is larger than {MAX_BYTES:,} bytes")
    try:
        return yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SettingsError(f"{path} is no valid YAML") from None


def read_model(path: Path, kind: type[Model]) -> Model:
    """What a YAML file holds, as a `kind`.

    Raises:
        SettingsError: it cannot be read, or a value in it is wrong; one line with its place.
    """
    try:
        return kind.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        fault = expected(first["type"], first.get("ctx", {}), first["msg"])
        raise SettingsError(f"{path}: {where} {fault}; it is {shown(first['input'])}") from None
