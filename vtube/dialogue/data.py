"""The data files of the broadcast that come with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from vtube.errors import SettingsError
from vtube.paths import read_bounded, shipped

MAX_BYTES = 1_000_000


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
