"""The data files of the broadcast, the program's own and the user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vtube.errors import SettingsError
from vtube.paths import shipped
from vtube.settings.yaml_file import read_yaml
from vtube.text import expected, shown

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
